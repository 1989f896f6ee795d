"""Matching, by properties: what can be said is understood, and its beginnings can be continued."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.grammar.automaton import MOST_READINGS
from ivr.grammar.fold import fold
from ivr.grammar.model import LANGUAGES, Choice, Expectation, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.grammar.value_types import parse_value_type

TODAY = date(2026, 11, 22)
SETS = {"balance": ["[мой] баланс", "[my] balance"], "operator": ["[<call>] оператор", "[<call>] operator"]}
RULES = {
    "call": "call|позовите",
    "lead_in": "[ну|well] [скажите|tell me]",
    "courtesy": "пожалуйста|please",
    "tail_balance": "на счету|now",
}
EXACT = (
    "letters(2..4)",
    "digits(4)",
    "digits(8)",
    "phone_number",
    "money",
    "date",
    "count",
    "count(3..1250)",
    "yes_no",
)
LOOSE = ("digits(1..8)", "secret_digits(8..26)", "secret_digits(1..32)")
"""Kinds that may have more readings than are kept."""
WORDS = (
    "один", "два", "двадцать", "шесть", "сто", "тысяча", "нуля", "дважды", "раза", "рублей", "копеек", "плюс",
    "завтра", "первое", "декабря", "баланс", "да", "one", "two", "twenty", "six", "hundred", "thousand",
    "double", "zeros", "rubles", "kopecks", "plus", "tomorrow", "first", "of", "december", "yes", "[unk]",
)  # fmt: skip


@cache
def grammar(language: Language, written: str, sets: tuple[str, ...] = ()) -> SpokenGrammar:
    book = PhraseBook(language, SETS, RULES)
    value = parse_value_type(written)
    if value.kind == "choice":
        spoken = (("пакет [на] гигабайт", "one gigabyte"), ("пакет (сто|двести) минут", "hundred minutes"))
        value = ValueType("choice", choices=tuple(Choice(i, s, str(i + 1)) for i, s in enumerate(spoken)))
    return book.grammar(Expectation(sets, value, TODAY))


LANGUAGE = st.sampled_from(LANGUAGES)
SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("written", [*EXACT, "letters(2..4)", "choice"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_said_is_understood(written: str, language: Language) -> None:
    heard, rng = grammar(language, written, ("balance", "operator")), Random(written + language)
    for _ in range(500):
        said, match = heard.sample(rng)
        assert match in heard.match(said), said


@pytest.mark.parametrize("written", LOOSE)
@given(language=LANGUAGE, seed=SEEDS)
def test_a_long_string_is_understood_or_has_too_many_readings(
    written: str, language: Language, seed: int
) -> None:
    heard = grammar(language, written)
    said, match = heard.sample(Random(seed))
    readings = heard.match(said)
    assert match in readings or len(readings) == MOST_READINGS


@pytest.mark.parametrize("written", [*EXACT, *LOOSE, "choice"])
@given(language=LANGUAGE, seed=SEEDS)
def test_every_beginning_can_be_continued_unless_only_courtesies_follow(
    written: str, language: Language, seed: int
) -> None:
    heard = grammar(language, written, ("balance",))
    said = heard.sample(Random(seed))[0].split()
    for length in range(len(said)):
        beginning = " ".join(said[:length])
        assert heard.can_continue(beginning) or heard.match(beginning)


@given(seed=SEEDS, language=LANGUAGE)
def test_without_courtesies_every_beginning_can_be_continued(seed: int, language: Language) -> None:
    book = PhraseBook(language, {"one": ["[a] b [c]", "d (e|f g) h"]}, {})
    heard = book.grammar(Expectation(("one",), ValueType("digits", 3, 6)))
    said = heard.sample(Random(seed))[0].split()
    assert all(heard.can_continue(" ".join(said[:length])) for length in range(len(said)))


@pytest.mark.parametrize("written", EXACT)
@given(language=LANGUAGE, words=st.lists(st.sampled_from(WORDS), max_size=12))
def test_words_that_match_nothing_lead_nowhere(written: str, language: Language, words: list[str]) -> None:
    heard = grammar(language, written)
    said = " ".join(words)
    if not heard.can_continue(said):
        assert all(heard.match(f"{said} {word}") == () or heard.match(said) for word in WORDS)
    if heard.match(said):
        assert all(heard.can_continue(said.rsplit(" ", cut)[0]) for cut in range(1, len(words))) or (
            "пожалуйста" in said or "please" in said
        )


@pytest.mark.parametrize("written", [*EXACT, *LOOSE])
@given(language=LANGUAGE, words=st.text(max_size=80))
def test_garbage_is_no_error(written: str, language: Language, words: str) -> None:
    heard = grammar(language, written)
    assert isinstance(heard.match(words), tuple)
    assert isinstance(heard.can_continue(words), bool)


@given(language=LANGUAGE, words=st.lists(st.sampled_from(WORDS), max_size=40))
def test_readings_are_few_and_different(language: Language, words: list[str]) -> None:
    readings = grammar(language, "secret_digits(1..32)").match(" ".join(words))
    assert len(readings) <= MOST_READINGS
    assert len({match.value for match in readings}) == len(readings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ещё раз, пожалуйста!", ("еще", "раз", "пожалуйста")),
        ("what's my balance?", ("whats", "my", "balance")),
        ("по-английски", ("по", "английски")),
        ("+7 926", ("+", "7", "926")),
        ("[unk] да", ("[unk]", "да")),
        ("  ", ()),
    ],
)
def test_words_are_compared_in_one_form(text: str, words: tuple[str, ...]) -> None:
    assert fold(text) == words
