"""What is said parses back to the value: saying and hearing are inverse."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.grammar.model import LANGUAGES, Expectation, Grammar, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken import say
from ivr.grammar.values.money import MOST_ROUBLES
from ivr.grammar.values.phone_number import e164

TODAY = date(2026, 11, 22)
languages = st.sampled_from(LANGUAGES)
many = settings(max_examples=100, deadline=None)


def twenty(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(values, min_size=20, max_size=20)


@cache
def grammar(kind: str, language: Language) -> Grammar:
    return PhraseBook(language, {}, {}).grammar(Expectation(value=ValueType(kind), today=TODAY))


def heard(kind: str, said: str, language: Language) -> object:
    """Return the likeliest value that a caller means who says these words; the ear knows no commas."""
    found = grammar(kind, language).match(said.replace(",", "").lower())
    return found[0].value if found else None


def check(kind: str, slot: str, values: list[object], language: Language, argument: str = "") -> None:
    wrong = {}
    for value in values:
        said = say(slot, value, language, argument)
        if heard(kind, said, language) != value:
            wrong[said] = value
    assert wrong == {}


@many
@given(twenty(st.integers(0, MOST_ROUBLES * 100) | st.integers(0, 30_000)), languages)
def test_money(sums: list[object], language: Language) -> None:
    check("money", "money", sums, language)
    check("money", "money", sums, language, "accusative")


@many
@given(twenty(st.integers(0, 999_999) | st.integers(0, 300)), languages)
def test_count(numbers: list[object], language: Language) -> None:
    check("count", "count", numbers, language)


@many
@given(twenty(st.dates(date(2001, 1, 1), date(2039, 12, 31))), languages)
def test_dates_with_their_year(days: list[object], language: Language) -> None:
    check("date", "date", days, language, "year")
    check("date", "date", days, language, "genitive, year")


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_near_today_without_their_year(language: Language) -> None:
    days: list[object] = [TODAY + timedelta(days) for days in range(-30, 31)]
    check("date", "date", days, language)
    check("date", "date", days, language, "genitive")


@many
@given(twenty(st.integers(9 * 10**9, 10**10 - 1).map(str).filter(e164).map(e164)), languages)
def test_phones(numbers: list[object], language: Language) -> None:
    check("phone_number", "phone", numbers, language)
    check("phone_number", "phone", numbers, language, "digits")


@many
@given(twenty(st.integers(0, 10**20).map(lambda number: f"0{number}"[:26])), languages)
def test_digits(codes: list[object], language: Language) -> None:
    check("digits", "digits", codes, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sum_below_three_rubles(language: Language) -> None:
    check("money", "money", list(range(300)), language)
    check("money", "money", [rubles * 100 for rubles in range(1200)], language)
