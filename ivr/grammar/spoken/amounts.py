"""Quantities as people say them: money, internet traffic, lengths of time."""

from __future__ import annotations

from ivr.grammar.model import Language
from ivr.grammar.spoken.nouns import counted
from ivr.grammar.spoken.numbers import MINUS, Case, cardinal

_WORDS: dict[Language, dict[str, str]] = {
    "ru": {
        "ruble": "рубль",
        "kopeck": "копейка",
        "megabyte": "мегабайт",
        "gigabyte": "гигабайт",
        "hour": "час",
        "minute": "минута",
        "second": "секунда",
    },
    "en": {word: word for word in ("ruble", "kopeck", "megabyte", "gigabyte", "hour", "minute", "second")},
}

MEGABYTES_IN_A_GIGABYTE = 1024


def money(kopecks: int, language: Language, case: Case = "nominative") -> str:
    """Return a sum of kopecks: 24550 -> "двести сорок пять рублей пятьдесят копеек".

    A part that is zero is left out, except in "ноль рублей"; a debt begins with "минус".
    """
    if kopecks < 0:
        return f"{MINUS[language]} {money(-kopecks, language, case)}"
    rubles, rest = divmod(kopecks, 100)
    words = _WORDS[language]
    parts = [counted(rubles, words["ruble"], language, case)] if rubles or not rest else []
    if rest:
        parts.append(counted(rest, words["kopeck"], language, case))
    return " ".join(parts)


def data(megabytes: int, language: Language) -> str:
    """Return an amount of traffic: 3584 -> "три целых пять десятых гигабайта", 500 -> "пятьсот мегабайт".

    From 1024 megabytes on it is gigabytes with one decimal, cut and not rounded: a caller must never be told
    of more than there is.
    """
    if megabytes < MEGABYTES_IN_A_GIGABYTE:
        return counted(megabytes, _WORDS[language]["megabyte"], language)
    whole, tenths = divmod(megabytes * 10 // MEGABYTES_IN_A_GIGABYTE, 10)
    if not tenths:
        return counted(whole, _WORDS[language]["gigabyte"], language)
    if language == "en":
        return f"{cardinal(whole, 'en')} point {cardinal(tenths, 'en')} gigabytes"
    return f"{_whole_part(whole)} {_tenths(tenths)} гигабайта"


def duration(seconds: int, language: Language, case: Case = "nominative") -> str:
    """Return a length of time: 90 -> "одна минута тридцать секунд"; parts that are zero are left out."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    words = _WORDS[language]
    parts = [(hours, "hour"), (minutes, "minute"), (rest, "second")]
    told = [counted(number, words[unit], language, case) for number, unit in parts if number]
    return " ".join(told) or counted(0, words["second"], language, case)


def _whole_part(number: int) -> str:
    singular = number % 10 == 1 and number % 100 != 11
    return f"{cardinal(number, 'ru', 'f')} {'целая' if singular else 'целых'}"


def _tenths(number: int) -> str:
    return f"{cardinal(number, 'ru', 'f')} {'десятая' if number == 1 else 'десятых'}"
