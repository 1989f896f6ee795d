"""Turns: a line's words are the answer or are not expected at all, and nothing that sounds like them is."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest

from tools.acoustic.lexicon import Lexicon, build_lexicon
from tools.acoustic.listed import listed
from tools.acoustic.phones import PHONE_SETS
from tools.acoustic.speech import Utterance
from tools.acoustic.turns import Turn, Turns

_DIGITS = {"en": listed("one two three four zero oh double"), "ru": listed("один два три ноль")}
_WORDS = {
    "en": _DIGITS["en"] + listed("too for balance ballot tariff operator top up yes no back black list"),
    "ru": _DIGITS["ru"] + listed("баланс балкон тариф оператор да нет назад список счёт"),
}


@cache
def _lexicon(language: str) -> Lexicon:
    return build_lexicon(language, _WORDS[language])


def _line(language: str, text: str, phones: str = "") -> Utterance:
    numbers = [PHONE_SETS[language].number(phone) for phone in phones.split()]
    return Utterance(
        text, "", np.zeros(1, np.int16), np.zeros(len(numbers), np.float32), np.array(numbers, np.int16)
    )


def _drawn(language: str, text: str, phones: str = "") -> list[Turn]:
    turns, rng = Turns(language, _lexicon(language)), random.Random(1)
    return [turns.draw(_line(language, text, phones), rng) for _ in range(200)]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "top up"), ("ru", "да, баланс"), ("en", "one, two one")]
)
def test_our_words_are_the_answer_and_in_the_grammar_or_neither(language: str, text: str) -> None:
    said = tuple(text.replace(",", "").split())
    drawn = _drawn(language, text)
    expected = [turn for turn in drawn if turn.answer]
    assert 0.8 < len(expected) / len(drawn) < 1
    assert all(turn.answer == said and set(said) <= set(turn.words) for turn in expected)
    assert all(set(said).isdisjoint(turn.words) for turn in drawn if not turn.answer)
    assert all(turn.words == tuple(sorted(set(turn.words))) for turn in drawn)


def test_strange_words_have_no_answer_and_meet_digits_alone_or_other_words() -> None:
    drawn = _drawn("en", "ballad", "b ae l ax d")
    assert not any(turn.answer for turn in drawn)
    digits = [turn for turn in drawn if set(turn.words) <= set(_DIGITS["en"])]
    assert 0.4 < len(digits) / len(drawn) < 0.8


def test_words_that_sound_alike_meet_more_often_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in (("_MOST", 10), ("_ALIKE", 2), ("_NEAREST", 4)):  # of few words
        monkeypatch.setattr(f"tools.acoustic.turns.{name}", few)
    others = listed("monday tuesday thursday friday sunday march april june july august september october")
    others += listed("november december juliet quebec sierra uniform whisky yankee yesterday tomorrow")
    lexicon = _lexicon("en") | build_lexicon("en", others)
    turns, rng = Turns("en", lexicon), random.Random(1)
    drawn = [turns.draw(_line("en", "ballad", "b ae l ax d"), rng).words for _ in range(300)]
    met = {word: sum(word in words for words in drawn) for word in lexicon}
    assert min(met["balance"], met["ballot"]) > 1.5 * sum(met[word] for word in others) / len(others)


def test_digits_meet_digits_alone_mostly() -> None:
    drawn = [turn for turn in _drawn("ru", "два три") if turn.answer]
    alone = [turn for turn in drawn if set(turn.words) <= set(_DIGITS["ru"])]
    assert 0.4 < len(alone) / len(drawn) < 0.8


def test_a_word_that_nobody_could_tell_from_what_is_said_is_not_in_the_grammar() -> None:
    assert all("one" not in turn.words for turn in _drawn("en", "won", "sil w ah n sil"))
    assert any("one" in turn.words for turn in _drawn("en", "wonder", "w ah n d er"))
    assert all("one" not in turn.words for turn in _drawn("en", "so won", "s ow sil w ah n"))


def test_homophones_of_the_answer_are_not_in_the_grammar() -> None:
    assert all("too" not in turn.words for turn in _drawn("en", "two four") if turn.answer)
    assert any("too" in turn.words for turn in _drawn("en", "one four") if turn.answer)
