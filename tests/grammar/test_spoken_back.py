"""What is said parses back to the value, for ten thousand values of each kind in each language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from ivr.grammar.letters import LETTERS
from ivr.grammar.model import LANGUAGES, Choice, Expectation, Grammar, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken import say
from ivr.grammar.spoken.texts import free_text
from ivr.grammar.value_types import GREATEST_COUNT
from ivr.grammar.values.money import MOST_ROUBLES
from ivr.grammar.values.phone_number import e164

MANY = 10_000
TODAY = date(2026, 11, 22)
FIRST, DAYS = date(2001, 1, 1), 39 * 365 + 9
"""Years that are heard: 2001 to 2039."""
NAMES: dict[Language, tuple[str, ...]] = {
    "ru": ("смарт", "безлимит", "интернет", "гудок", "ночь"),
    "en": ("smart", "max", "data", "tone", "night"),
}
Draw = Callable[[Random, Language], object]


@cache
def grammar(kind: str, language: Language) -> Grammar:
    return PhraseBook(language, {}, {}).grammar(Expectation(value=ValueType(kind), today=TODAY))


def heard(kind: str, said: str, language: Language) -> object:
    """Return the likeliest value that a caller means who says these words; the ear knows no commas."""
    found = grammar(kind, language).match(said.replace(",", "").lower())
    return found[0].value if found else None


def check(kind: str, slot: str, values: Iterable[object], language: Language, argument: str = "") -> None:
    wrong = {}
    for value in values:
        said = say(slot, value, language, argument)
        if heard(kind, said, language) != value:
            wrong[said] = value
    assert wrong == {}


def kopecks(rng: Random, language: Language) -> int:
    """Half of them large, half of them such as people have."""
    return rng.randrange(rng.choice((MOST_ROUBLES * 100 + 1, 1_000_000)))


def number(rng: Random, language: Language) -> int:
    return rng.randrange(rng.choice((GREATEST_COUNT + 1, 2_000)))


def day(rng: Random, language: Language) -> date:
    return FIRST + timedelta(rng.randrange(DAYS))


def phone(rng: Random, language: Language) -> str:
    return next(filter(None, (e164(f"9{rng.randrange(10**9):09}") for _ in iter(int, 1))))


def digits(rng: Random, language: Language) -> str:
    """Runs of one digit are commoner than chance has them: they are where repeats are heard."""
    few = rng.choice(("0123456789", "07"))
    return "".join(rng.choices(few, k=rng.randint(1, 26)))


def letters(rng: Random, language: Language) -> str:
    return "".join(rng.choices(list(LETTERS[language].names), k=rng.randint(1, 20)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "draw", "slot", "arguments"),
    [
        ("money", kopecks, "money", ("", "accusative")),
        ("count", number, "count", ("",)),
        ("date", day, "date", ("year", "genitive, year")),
        ("phone_number", phone, "phone", ("", "digits")),
        ("digits", digits, "digits", ("",)),
        ("secret_digits", digits, "digits", ("",)),
        ("letters", letters, "text", ("letters",)),
    ],
)
def test_ten_thousand_values_are_heard_as_they_are_said(
    kind: str, draw: Draw, slot: str, arguments: tuple[str, ...], language: Language
) -> None:
    rng = Random(f"{kind} {language}")  # the same values each time: what fails once can be looked at
    values = [draw(rng, language) for _ in range(MANY)]
    for place, argument in enumerate(arguments):
        check(kind, slot, values[place :: len(arguments)], language, argument)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_thousand_names_are_heard_as_they_are_said(language: Language) -> None:
    rng, words = Random(language), NAMES[language]
    book = PhraseBook(language, {}, {})
    for _ in range(MANY // 100):
        drawn = {f"{' '.join(rng.sample(words, 2))} {rng.randrange(1000)}" for _ in range(120)}
        names = sorted(drawn)[:100]
        choices = tuple(Choice(name, (name,)) for name in names)
        listed = book.grammar(Expectation(value=ValueType("choice", choices=choices)))
        said = [free_text(name, language) for name in names]
        assert [[match.value for match in listed.match(one)] for one in said] == [[name] for name in names]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_everyday_yes_and_no_is_one(language: Language) -> None:
    book = PhraseBook(language, {}, {})
    for name, value in (("yes", True), ("no", False)):
        assert {heard("yes_no", said, language) for said in book.sentences(name)} == {value}


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_near_today_without_their_year(language: Language) -> None:
    days: list[object] = [TODAY + timedelta(days) for days in range(-30, 31)]
    check("date", "date", days, language)
    check("date", "date", days, language, "genitive")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sum_below_three_rubles(language: Language) -> None:
    check("money", "money", list(range(300)), language)
    check("money", "money", [rubles * 100 for rubles in range(1200)], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_of_every_year_that_is_heard(language: Language) -> None:
    check("date", "date", [FIRST + timedelta(place) for place in range(0, DAYS, 5)], language, "year")
