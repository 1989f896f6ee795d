"""Whatever the value, something is said, and it is words: letters and spaces, commas where a pause helps."""

from __future__ import annotations

import re
from datetime import date
from itertools import cycle
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.spoken import say
from ivr.grammar.spoken.nouns import NOUNS
from ivr.grammar.spoken.numbers import CASES, GREATEST

T = TypeVar("T")

WORDS: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(r"[а-яё]+( [а-яё]+)*"),
    "en": re.compile(r"[A-Za-z]+( [A-Za-z]+)*"),
}
GROUPS: dict[Language, re.Pattern[str]] = {
    "ru": re.compile(r"[а-яё]+(,? [а-яё]+)*"),
    "en": re.compile(r"[a-z]+(,? [a-z]+)*"),
}
languages = st.sampled_from(LANGUAGES)
cases = st.sampled_from(sorted(CASES))
numbers = st.integers(-GREATEST, GREATEST) | st.integers(-2_000_000, 2_000_000) | st.integers(0, 150)


def forty(values: st.SearchStrategy[T]) -> st.SearchStrategy[list[T]]:
    """Draw forty values at once: ten thousand cost a tenth of what they cost one by one."""
    return st.lists(values, min_size=40, max_size=40)


many = settings(max_examples=250)


@many
@given(forty(numbers), languages, cases)
def test_money(sums: list[int], language: Language, case: str) -> None:
    for kopecks in sums:
        assert WORDS[language].fullmatch(say("money", kopecks, language, case))


@many
@given(forty(numbers), languages, cases)
def test_count(drawn: list[int], language: Language, case: str) -> None:
    nouns = [name for name, noun in NOUNS[language].items() if case != "accusative" or noun.accusative]
    for number, noun in zip(drawn, cycle(nouns), strict=False):
        assert WORDS[language].fullmatch(say("count", number, language, f"{noun}, {case}"))


@many
@given(forty(st.integers(0, GREATEST) | st.integers(0, 200_000)), languages)
def test_data_and_durations(amounts: list[int], language: Language) -> None:
    for amount in amounts:
        assert WORDS[language].fullmatch(say("data", amount, language))
        assert WORDS[language].fullmatch(say("duration", amount, language))


@many
@given(
    forty(st.dates(date(1900, 1, 1))),
    languages,
    st.sampled_from(["", "genitive", "genitive, year"]),
)
def test_dates(days: list[date], language: Language, argument: str) -> None:
    for day in days:
        assert WORDS[language].fullmatch(say("date", day, language, argument))


@many
@given(
    st.from_regex(r"\+(7[0-9]{10}|[1-9][0-9]{4,14})", fullmatch=True),
    languages,
    st.sampled_from(["", "digits"]),
)
def test_phones(number: str, language: Language, argument: str) -> None:
    assert GROUPS[language].fullmatch(say("phone", number, language, argument))


@many
@given(forty(st.integers(0, 10**26 - 1)), languages)
def test_digits(drawn: list[int], language: Language) -> None:
    for digits in (f"0{number}" for number in drawn):
        said = say("digits", digits, language)
        assert WORDS[language].fullmatch(said)
        assert len(said.split()) == len(digits)


@settings(max_examples=1000)
@given(st.text(max_size=60), languages)
def test_texts_lose_what_a_voice_cannot_say(text: str, language: Language) -> None:
    said = say("text", text, language)
    assert not re.search(r"[{}\[\]<>|\\/0-9\x00-\x1f]|  ", said)
    assert say("text", said, language) == said
