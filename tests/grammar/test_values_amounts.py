"""Counts, sums, dates and choices as they are said."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.grammar.model import LANGUAGES, Choice, Expectation, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken import say
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.grammar.value_types import parse_value_type

SUNDAY = date(2026, 11, 22)


@cache
def grammar(language: Language, written: str, today: date | None = SUNDAY) -> SpokenGrammar:
    return PhraseBook(language, {}, {}).grammar(Expectation(value=parse_value_type(written), today=today))


def readings(language: Language, written: str, words: str, today: date | None = SUNDAY) -> list[object]:
    return [match.value for match in grammar(language, written, today).match(words)]


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("ru", "ноль", 0),
        ("ru", "двадцать пять", 25),
        ("ru", "сто", 100),
        ("ru", "двухсот пяти", 205),
        ("ru", "тысяча", 1000),
        ("ru", "две тысячи двадцать шесть", 2026),
        ("ru", "сто двадцать одна тысяча триста", 121_300),
        ("en", "a hundred and five", 105),
        ("en", "two thousand and one", 2001),
        ("en", "one hundred twenty one thousand three hundred", 121_300),
    ],
)
def test_a_count_has_one_reading(language: Language, words: str, number: int) -> None:
    assert readings(language, "count", words) == [number]


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.integers(0, 999_999))
def test_a_count_that_is_said_is_understood_again(language: Language, number: int) -> None:
    assert readings(language, "count", say("count", number, language)) == [number]


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data(), number=st.integers(0, 3000))
def test_a_range_is_exact(language: Language, data: st.DataObject, number: int) -> None:
    low = data.draw(st.integers(0, 1500))
    high = data.draw(st.integers(low, 3000))
    said = say("count", number, language)
    assert readings(language, f"count({low}..{high})", said) == ([number] if low <= number <= high else [])


def test_a_range_ends_an_answer() -> None:
    heard = grammar("ru", "count(1..25)")
    assert heard.can_continue("двадцать")
    assert not heard.can_continue("двадцать пять")
    assert not heard.can_continue("двадцать шесть")
    assert not grammar("ru", "count(1..20)").can_continue("двадцать")


@pytest.mark.parametrize(
    ("language", "words", "kopecks"),
    [
        ("ru", "сто рублей", 100_00),
        ("ru", "сто", 100_00),
        ("ru", "сто рублей пятьдесят копеек", 100_50),
        ("ru", "сто рублей и пять копеек", 100_05),
        ("ru", "сто рублей пятьдесят", 100_50),
        ("ru", "рубль", 1_00),
        ("ru", "рубль двадцать", 1_20),
        ("ru", "пятьдесят копеек", 50),
        ("ru", "тысяча", 1000_00),
        ("ru", "полторы тысячи рублей", 1500_00),
        ("ru", "полтора рубля", 1_50),
        ("ru", "две тысячи триста", 2300_00),
        ("ru", "на двести рублей", 200_00),
        ("ru", "миллион", 1_000_000_00),
        ("en", "one hundred rubles", 100_00),
        ("en", "a hundred and fifty", 150_00),
        ("en", "two hundred rubles and fifty kopecks", 200_50),
        ("en", "one and a half thousand rubles", 1500_00),
        ("en", "fifty kopecks", 50),
    ],
)
def test_a_sum_has_one_reading(language: Language, words: str, kopecks: int) -> None:
    assert readings(language, "money", words) == [kopecks]


@pytest.mark.parametrize("language", LANGUAGES)
@given(kopecks=st.integers(0, 999_999_999))
def test_a_sum_that_is_read_back_is_understood_again(language: Language, kopecks: int) -> None:
    assert readings(language, "money", say("money", kopecks, language)) == [kopecks]


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("ru", "сегодня", date(2026, 11, 22)),
        ("ru", "завтра", date(2026, 11, 23)),
        ("ru", "с завтрашнего дня", date(2026, 11, 23)),
        ("ru", "послезавтра", date(2026, 11, 24)),
        ("ru", "вчера", date(2026, 11, 21)),
        ("ru", "через неделю", date(2026, 11, 29)),
        ("ru", "в пятницу", date(2026, 11, 27)),
        ("ru", "воскресенье", date(2026, 11, 29)),
        ("ru", "первое декабря", date(2026, 12, 1)),
        ("ru", "с первого декабря", date(2026, 12, 1)),
        ("ru", "двадцать первого ноября", date(2026, 11, 21)),
        ("ru", "первого двенадцатого", date(2026, 12, 1)),
        ("ru", "двадцать первого первого", date(2027, 1, 21)),
        ("ru", "двадцать пятое число", date(2026, 11, 25)),
        ("ru", "пятое марта", date(2027, 3, 5)),
        ("ru", "первое декабря две тысячи двадцать пятого года", date(2025, 12, 1)),
        ("ru", "первое декабря двадцать восьмого года", date(2028, 12, 1)),
        ("en", "tomorrow", date(2026, 11, 23)),
        ("en", "the day after tomorrow", date(2026, 11, 24)),
        ("en", "next monday", date(2026, 11, 23)),
        ("en", "first of december", date(2026, 12, 1)),
        ("en", "the first of december", date(2026, 12, 1)),
        ("en", "december the first", date(2026, 12, 1)),
        ("en", "on december twenty five", date(2026, 12, 25)),
        ("en", "the fifth", date(2026, 12, 5)),
        ("en", "may third twenty twenty eight", date(2028, 5, 3)),
        ("en", "third of may two thousand and twenty eight", date(2028, 5, 3)),
    ],
)
def test_a_date_is_the_nearest_that_fits(language: Language, words: str, day: date) -> None:
    assert readings(language, "date", words) == [day]


@pytest.mark.parametrize("words", ["тридцатое февраля", "тридцать первое апреля", "тридцать второе декабря"])
def test_a_day_that_no_calendar_has_is_none(words: str) -> None:
    assert readings("ru", "date", words) == []


def test_a_range_of_days_decides_which_year_is_meant() -> None:
    assert readings("ru", "date(0..365)", "двадцать первое ноября") == [date(2027, 11, 21)]
    assert readings("ru", "date(-365..0)", "первое декабря") == [date(2025, 12, 1)]
    assert readings("ru", "date(0..30)", "вчера") == []


def test_the_twenty_ninth_of_february_waits_for_a_leap_year() -> None:
    assert readings("ru", "date", "двадцать девятое февраля") == [date(2028, 2, 29)]
    assert readings("ru", "date", "двадцать девятое февраля две тысячи двадцать седьмого года") == []


def test_without_today_only_a_date_with_its_year_is_understood() -> None:
    assert readings("ru", "date", "завтра", None) == []
    assert readings("ru", "date", "первое декабря две тысячи двадцать шестого года", None) == [
        date(2026, 12, 1)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@given(days=st.integers(-180, 180))
def test_a_date_that_is_said_is_understood_again(language: Language, days: int) -> None:
    day = SUNDAY + timedelta(days=days)
    assert readings(language, "date", say("date", day, language)) == [day]


PACKAGES = ValueType(
    "choice",
    choices=(
        Choice("sms", ("[пакет] сто сообщений", "эсэмэски"), "1"),
        Choice("net", ("[пакет] [один] гигабайт",), "2"),
        Choice("odd", ("Пакет (без скобки", "", "[a]", "{x}"), "3"),
    ),
)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("пакет сто сообщений", "sms"),
        ("эсэмэски", "sms"),
        ("гигабайт", "net"),
        ("второй", "net"),
        ("номер один", "sms"),
        ("пакет без скобки", "odd"),
        ("третье", "odd"),
    ],
)
def test_a_choice_is_named_by_its_words_or_its_place(words: str, value: str) -> None:
    heard = PhraseBook("ru", {}, {}).grammar(Expectation(value=PACKAGES))
    assert [match.value for match in heard.match(words)] == [value]


def test_two_choices_with_the_same_words_are_both_told() -> None:
    twins = tuple(Choice(number, ("пакет",)) for number in (1, 2))
    heard = PhraseBook("ru", {}, {}).grammar(Expectation(value=ValueType("choice", choices=twins)))
    assert [match.value for match in heard.match("пакет")] == [1, 2]
