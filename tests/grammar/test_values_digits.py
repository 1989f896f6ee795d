"""Digits as people read them out, and phone numbers made of them."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.grammar.model import LANGUAGES, Expectation, Language
from ivr.grammar.number_words import ALIASES, NUMBER_WORDS
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken import say
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.grammar.value_types import parse_value_type


@cache
def grammar(language: Language, written: str) -> SpokenGrammar:
    return PhraseBook(language, {}, {}).grammar(Expectation(value=parse_value_type(written)))


def readings(language: Language, written: str, words: str) -> list[object]:
    return [match.value for match in grammar(language, written).match(words)]


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("ru", "сорок пять", ["45", "405"]),
        ("ru", "двадцать шесть", ["26", "206"]),
        ("ru", "двадцать двадцать шесть", ["2026", "20206"]),
        ("ru", "сто двадцать три", ["123", "10023", "1203", "100203"]),
        ("ru", "дважды семь", ["77"]),
        ("ru", "трижды ноль", ["000"]),
        ("ru", "три нуля", ["000"]),
        ("ru", "два ноля пять", ["005"]),
        ("ru", "четыре семёрки", ["7777"]),
        ("ru", "три раза пять", ["555"]),
        ("ru", "раз два три", ["123"]),
        ("ru", "нуль один", ["01"]),
        ("ru", "семёрка тройка единица", ["731"]),
        ("ru", "пяти двух", ["52"]),
        ("ru", "тысяча двести", ["1200", "1000200"]),
        ("en", "forty five", ["45", "405"]),
        ("en", "twenty twenty six", ["2026", "20206"]),
        ("en", "nine oh five", ["905"]),
        ("en", "nine hundred five", ["905", "9005"]),
        ("en", "nine hundred and five", ["905"]),
        ("en", "double seven", ["77"]),
        ("en", "triple zero one", ["0001"]),
        ("en", "two zeros", ["00"]),
        ("en", "treble six", ["666"]),
        ("en", "three times five", ["555"]),
    ],
)
def test_digits_are_read_in_all_their_ways_the_likeliest_first(
    language: Language, words: str, expected: list[str]
) -> None:
    assert readings(language, "digits(1..8)", words) == expected


def test_two_thousand_and_a_rest_is_a_year_first() -> None:
    assert readings("ru", "digits(1..8)", "две тысячи двадцать шесть")[0] == "2026"
    assert readings("en", "digits(1..8)", "two thousand and twenty six")[0] == "2026"
    assert readings("en", "digits(4)", "nineteen ninety nine") == ["1999"]


def test_the_length_decides_between_readings() -> None:
    assert readings("ru", "digits(4)", "двадцать двадцать шесть") == ["2026"]
    assert readings("ru", "digits(5)", "двадцать двадцать шесть") == ["20206"]
    assert readings("ru", "digits(3)", "сорок пять") == ["405"]
    assert readings("ru", "digits(3)", "один два") == []
    assert readings("ru", "digits(3)", "один два три четыре") == []


@given(
    language=st.sampled_from(LANGUAGES), digits=st.text("0123456789", min_size=1, max_size=32), data=st.data()
)
def test_digits_one_by_one_have_one_reading(language: Language, digits: str, data: st.DataObject) -> None:
    words = NUMBER_WORDS[language]
    said = " ".join(data.draw(st.sampled_from(words.units[int(digit)])) for digit in digits)
    assert readings(language, "secret_digits(1..32)", said) == [digits]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_a_number_word_is_heard(language: Language) -> None:
    words = NUMBER_WORDS[language]
    for number, forms in words.units.items():
        for form in (*forms, *words.oblique.get(number, ())):
            assert readings(language, "digits(1)", form) == [str(number)], form
    for table in (words.teens, words.tens, words.hundreds):
        for number, forms in table.items():
            for form in (*forms, *words.oblique.get(number, ())):
                assert str(number) in readings(language, "digits(1..3)", form), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_belongs_to_two_words(language: Language) -> None:
    forms = [form for family in NUMBER_WORDS[language].families() for form in family]
    assert len(forms) == len(set(forms))
    assert ALIASES[language].keys().isdisjoint(ALIASES[language].values())


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("один два три", True),
        ("один два три четыре", False),
        ("двадцать", True),
        ("девять", True),
        ("сто", True),
    ],
)
def test_a_code_of_four_digits_is_taken_at_the_fourth(words: str, more: bool) -> None:
    assert grammar("ru", "digits(4)").can_continue(words) is more


def test_a_pair_can_still_be_continued_when_its_ten_fills_the_code() -> None:
    heard = grammar("ru", "digits(4)")
    assert heard.can_continue("двадцать двадцать")
    assert [match.value for match in heard.match("двадцать двадцать")] == ["2020"]


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [
        ("ru", "восемь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь", "+79261234567"),
        (
            "ru",
            "плюс семь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь",
            "+79261234567",
        ),
        ("ru", "девятьсот двадцать шесть сто двадцать три четыре пять шесть семь", "+79261234567"),
        ("ru", "восемь девять два шесть один два три четыре пять шесть семь", "+79261234567"),
        ("ru", "мой номер девять два шесть сто двадцать три сорок пять шестьдесят семь", "+79261234567"),
        ("ru", "восемь девятьсот три нуля двести одиннадцать два", "+79000002112"),
        ("ru", "восемь восемьсот пятьсот пятьдесят ноль пять ноль пять", "+78005500505"),
        ("ru", "восемьсот пятьсот пятьдесят ноль пять ноль пять", "+78005500505"),
        (
            "ru",
            "восемь четыреста девяносто пять семьсот семьдесят семь дважды ноль дважды один",
            "+74957770011",
        ),
        ("en", "eight nine two six one two three four five six seven", "+79261234567"),
        ("en", "plus seven nine twenty six one twenty three forty five sixty seven", "+79261234567"),
        ("en", "my number is nine hundred twenty six one two three double four double five", "+79261234455"),
    ],
)
def test_a_number_is_heard_in_any_grouping(language: Language, words: str, number: str) -> None:
    assert readings(language, "phone_number", words) == [number]
    assert not grammar(language, "phone_number").can_continue(words)


@pytest.mark.parametrize(
    "words",
    [
        "восемь девять два шесть один два три четыре пять шесть",
        "один два три четыре пять шесть семь восемь девять ноль",
        "плюс восемь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь",
        "восемь пятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь",
    ],
)
def test_a_number_with_a_digit_lost_or_outside_the_plan_is_none(words: str) -> None:
    assert readings("ru", "phone_number", words) == []


@pytest.mark.parametrize("language", LANGUAGES)
@given(rest=st.text("0123456789", min_size=9, max_size=9), area=st.sampled_from("349"))
def test_a_number_read_back_is_understood_again(language: Language, rest: str, area: str) -> None:
    number = f"+7{area}{rest}"
    assert number in readings(language, "phone_number", say("phone", number, language))


@pytest.mark.parametrize("language", LANGUAGES)
@given(digits=st.text("0123456789", min_size=1, max_size=12))
def test_digits_read_back_are_understood_again(language: Language, digits: str) -> None:
    assert readings(language, "digits(1..12)", say("digits", digits, language)) == [digits]
