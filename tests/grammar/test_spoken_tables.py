"""What is said for the values that go wrong most easily, word for word, in both languages."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ivr.dialogue.queries import SLOT_TYPES as DECLARED
from ivr.dialogue.queries import Secret
from ivr.grammar.model import Language
from ivr.grammar.spoken import SLOT_TYPES, say

MONEY = [
    (0, "ноль рублей", "zero rubles"),
    (1, "одна копейка", "one kopeck"),
    (2, "две копейки", "two kopecks"),
    (50, "пятьдесят копеек", "fifty kopecks"),
    (100, "один рубль", "one ruble"),
    (101, "один рубль одна копейка", "one ruble one kopeck"),
    (200, "два рубля", "two rubles"),
    (500, "пять рублей", "five rubles"),
    (1100, "одиннадцать рублей", "eleven rubles"),
    (1211, "двенадцать рублей одиннадцать копеек", "twelve rubles eleven kopecks"),
    (2100, "двадцать один рубль", "twenty one rubles"),
    (2222, "двадцать два рубля двадцать две копейки", "twenty two rubles twenty two kopecks"),
    (10100, "сто один рубль", "one hundred one rubles"),
    (11100, "сто одиннадцать рублей", "one hundred eleven rubles"),
    (24550, "двести сорок пять рублей пятьдесят копеек", "two hundred forty five rubles fifty kopecks"),
    (100_000, "одна тысяча рублей", "one thousand rubles"),
    (200_100, "две тысячи один рубль", "two thousand one rubles"),
    (100_000_000, "один миллион рублей", "one million rubles"),
    (-1, "минус одна копейка", "minus one kopeck"),
    (-24500, "минус двести сорок пять рублей", "minus two hundred forty five rubles"),
]


@pytest.mark.parametrize(("kopecks", "russian", "english"), MONEY)
def test_money(kopecks: int, russian: str, english: str) -> None:
    assert say("money", kopecks, "ru") == russian
    assert say("money", kopecks, "en") == english


@pytest.mark.parametrize(
    ("kopecks", "genitive", "accusative"),
    [
        (1, "одной копейки", "одну копейку"),
        (100, "одного рубля", "один рубль"),
        (202, "двух рублей двух копеек", "два рубля две копейки"),
        (2121, "двадцати одного рубля двадцати одной копейки", "двадцать один рубль двадцать одну копейку"),
        (24550, "двухсот сорока пяти рублей пятидесяти копеек", "двести сорок пять рублей пятьдесят копеек"),
        (100_000, "одной тысячи рублей", "одну тысячу рублей"),
    ],
)
def test_money_in_other_cases(kopecks: int, genitive: str, accusative: str) -> None:
    assert say("money", kopecks, "ru", "genitive") == genitive
    assert say("money", kopecks, "ru", "accusative") == accusative
    assert say("money", kopecks, "en", "genitive") == say("money", kopecks, "en")


COUNTS = [
    (0, "минута", "ноль минут"),
    (1, "минута", "одна минута"),
    (2, "минута", "две минуты"),
    (4, "минута", "четыре минуты"),
    (5, "минута", "пять минут"),
    (11, "минута", "одиннадцать минут"),
    (14, "минута", "четырнадцать минут"),
    (21, "минута", "двадцать одна минута"),
    (22, "минута", "двадцать две минуты"),
    (101, "минута", "сто одна минута"),
    (111, "минута", "сто одиннадцать минут"),
    (112, "минута", "сто двенадцать минут"),
    (1000, "минута", "одна тысяча минут"),
    (1_000_001, "минута", "один миллион одна минута"),
    (2_000_002, "минута", "два миллиона две минуты"),
    (1, "сообщение", "одно сообщение"),
    (2, "сообщение", "два сообщения"),
    (5, "сообщение", "пять сообщений"),
    (1, "балл", "один балл"),
    (3, "балл", "три балла"),
    (21, "день", "двадцать один день"),
    (2, "год", "два года"),
    (5, "год", "пять лет"),
    (7, "мегабайт", "семь мегабайт"),
    (2, "раз", "два раза"),
    (5, "человек", "пять человек"),
    (3, "попытка", "три попытки"),
    (-2, "минута", "минус две минуты"),
]


@pytest.mark.parametrize(("number", "noun", "words"), COUNTS)
def test_count_agrees(number: int, noun: str, words: str) -> None:
    assert say("count", number, "ru", noun) == words


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "minute", "zero minutes"),
        (1, "minute", "one minute"),
        (2, "minute", "two minutes"),
        (121, "message", "one hundred twenty one messages"),
        (3, "try", "three tries"),
        (1, "person", "one person"),
        (4, "person", "four people"),
    ],
)
def test_count_agrees_in_english(number: int, noun: str, words: str) -> None:
    assert say("count", number, "en", noun) == words


def test_count_in_other_cases_and_without_a_noun() -> None:
    assert say("count", 21, "ru", "попытка, genitive") == "двадцати одной попытки"
    assert say("count", 2, "ru", "попытка, genitive") == "двух попыток"
    assert say("count", 21, "ru", "попытка, accusative") == "двадцать одну попытку"
    assert say("count", 2, "ru", "час, accusative") == "два часа"
    assert say("count", 42, "ru") == "сорок два"
    assert say("count", 42, "en") == "forty two"


@pytest.mark.parametrize(
    ("megabytes", "russian", "english"),
    [
        (0, "ноль мегабайт", "zero megabytes"),
        (1, "один мегабайт", "one megabyte"),
        (512, "пятьсот двенадцать мегабайт", "five hundred twelve megabytes"),
        (1023, "одна тысяча двадцать три мегабайта", "one thousand twenty three megabytes"),
        (1024, "один гигабайт", "one gigabyte"),
        (1127, "одна целая одна десятая гигабайта", "one point one gigabytes"),
        (2048, "два гигабайта", "two gigabytes"),
        (3584, "три целых пять десятых гигабайта", "three point five gigabytes"),
        (5119, "четыре целых девять десятых гигабайта", "four point nine gigabytes"),
        (11_367, "одиннадцать целых одна десятая гигабайта", "eleven point one gigabytes"),
        (21_709, "двадцать одна целая две десятых гигабайта", "twenty one point two gigabytes"),
        (102_400, "сто гигабайт", "one hundred gigabytes"),
    ],
)
def test_data_never_says_more_than_there_is(megabytes: int, russian: str, english: str) -> None:
    assert say("data", megabytes, "ru") == russian
    assert say("data", megabytes, "en") == english


def test_dates() -> None:
    first = date(2026, 12, 1)
    assert say("date", first, "ru") == "первое декабря"
    assert say("date", first, "ru", "genitive") == "первого декабря"
    assert say("date", first, "ru", "genitive, year") == "первого декабря две тысячи двадцать шестого года"
    assert say("date", first, "en") == say("date", first, "en", "genitive") == "December first"
    assert say("date", first, "en", "year") == "December first twenty twenty six"
    assert say("date", date(2000, 3, 23), "ru", "year") == "двадцать третье марта двухтысячного года"
    assert say("date", date(2026, 5, 31), "ru", "genitive") == "тридцать первого мая"
    assert say("date", date(2026, 1, 31), "en") == "January thirty first"


def test_phones_are_read_in_groups() -> None:
    number = "+79261234567"
    assert (
        say("phone", number, "ru")
        == "девятьсот двадцать шесть, сто двадцать три, сорок пять, шестьдесят семь"
    )
    assert say("phone", number, "en") == "nine two six, one two three, four five, six seven"
    assert say("phone", number, "ru", "digits") == "девять два шесть, один два три, четыре пять, шесть семь"


def test_zeros_of_a_phone_are_heard() -> None:
    assert say("phone", "+79000000500", "ru") == "девятьсот, ноль ноль ноль, ноль пять, ноль ноль"
    assert say("phone", "+78005500307", "ru") == "восемьсот, пятьсот пятьдесят, ноль три, ноль семь"


def test_a_round_hundred_does_not_run_into_the_next_group() -> None:
    assert (
        say("phone", "+79134003211", "ru")
        == "девятьсот тринадцать, четыре ноль ноль, тридцать два, одиннадцать"
    )
    assert say("phone", "+79134000211", "ru") == "девятьсот тринадцать, четыреста, ноль два, одиннадцать"


def test_foreign_phones_keep_their_plus() -> None:
    assert (
        say("phone", "+375291234567", "ru")
        == "плюс три семь пять, два девять один, два три четыре, пять шесть семь"
    )
    assert say("phone", "+44151", "en") == "plus four four one, five one"


def test_digits_durations_languages() -> None:
    assert say("digits", "0070", "ru") == "ноль ноль семь ноль"
    assert say("digits", "12", "en") == "one two"
    assert say("duration", 0, "ru") == "ноль секунд"
    assert say("duration", 10, "ru") == "десять секунд"
    assert say("duration", 120, "ru") == "две минуты"
    assert say("duration", 3661, "ru", "accusative") == "один час одну минуту одну секунду"
    assert say("duration", 90, "en") == "one minute thirty seconds"
    assert (say("language", "ru", "ru"), say("language", "en", "ru")) == ("русский", "английский")


def test_texts_are_made_fit_for_a_voice() -> None:
    assert say("text", "Супер 500, +20% {трафика}", "ru") == "Супер пятьсот, плюс двадцать процентов трафика"
    assert say("text", "Интернет 21 ГБ за 1 ₽, скидка 2%", "ru") == (
        "Интернет двадцать один гигабайт за один рубль, скидка два процента"
    )
    assert say("text", "5GB and 1 message", "en") == "five gigabytes and one message"
    assert say("text", "пароль по SMS", "ru") == "пароль по эс-эм-эс"
    assert say("text", "код 007", "ru") == "код ноль ноль семь"
    assert say("text", "№ 12345678", "ru") == "номер один два три четыре пять шесть семь восемь"
    assert say("text", "  Night\n 2 ", "en") == "Night two"


def test_lists() -> None:
    assert say("list", ("Вечер", "Ночь 2", "День"), "ru") == "Вечер, Ночь два и День"
    assert say("list", ({"label": "Night", "value": "n"}, {"label": "Day"}), "en") == "Night and Day"
    assert say("list", ("one",), "en") == "one"
    assert say("list", (), "ru") == "ничего"


def test_slot_types_are_those_that_use_cases_declare() -> None:
    assert SLOT_TYPES == DECLARED


@pytest.mark.parametrize(
    ("slot_type", "value"),
    [
        ("money", 1.5),
        ("money", True),
        ("money", "100"),
        ("money", 10**18),
        ("count", None),
        ("data", -1),
        ("duration", -1),
        ("date", datetime(2026, 12, 1, 10, 0)),  # noqa: DTZ001 - that a moment is no date is the point
        ("date", "2026-12-01"),
        ("phone", "89261234567"),
        ("digits", ""),
        ("digits", "12a"),
        ("digits", "١٢"),
        ("digits", Secret("31415926")),
        ("text", 5),
        ("text", Secret("31415926")),
        ("language", "de"),
        ("list", "abc"),
        ("list", ({"name": "no label"},)),
    ],
)
def test_a_wrong_value_is_refused_without_being_told(slot_type: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"a slot of type {slot_type} takes") as caught:
        say(slot_type, value, "ru")
    assert "31415926" not in str(caught.value)


@pytest.mark.parametrize(
    ("slot_type", "value", "language", "argument", "sentence"),
    [
        ("mony", 1, "ru", "", "no slot type 'mony'"),
        ("count", 1, "ru", "minute", "'minute' is not in the ru table"),
        ("count", 1, "en", "минута", "'минута' is not in the en table"),
        ("count", 1, "ru", "человек, accusative", "has no accusative"),
        ("count", 1, "ru", "минута, dative", "'dative' means nothing"),
        ("money", 1, "ru", "genitive, accusative", "one case is enough"),
        ("date", date(2026, 1, 1), "ru", "accusative", "'accusative' means nothing"),
        ("text", "a", "ru", "loud", "'loud' means nothing, known there: letters"),
    ],
)
def test_wrong_brackets_are_refused(
    slot_type: str, value: object, language: Language, argument: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        say(slot_type, value, language, argument)
