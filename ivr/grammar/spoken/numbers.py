"""Numbers as words. num2words does the work; what it gets wrong for a voice is put right here.

1. English comes without hyphens, commas and "and": "two hundred forty five" is what a recogniser returns.
2. num2words lets the gender of the counted noun reach the millions ("одна миллион копеек"): the millions are
   masculine whatever is counted, so they are said apart.
3. The accusative is that of things ("два рубля"), not of persons.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from num2words import num2words

from ivr.grammar.model import Language

Gender = Literal["m", "f", "n"]
Case = Literal["nominative", "genitive", "accusative"]
CASES: frozenset[str] = frozenset({"nominative", "genitive", "accusative"})

GREATEST = 10**15 - 1
"""The greatest number said as a quantity; nothing a caller owns comes near it."""

MINUS: dict[Language, str] = {"ru": "минус", "en": "minus"}

_MILLION = 1_000_000


def cardinal(number: int, language: Language, gender: Gender = "m", case: Case = "nominative") -> str:
    """Return a whole number in words, "minus" before a negative one. Raises ValueError beyond GREATEST."""
    if abs(number) > GREATEST:
        raise ValueError("a number is too great to be said")
    if number < 0:
        return f"{MINUS[language]} {cardinal(-number, language, gender, case)}"
    if language == "en":
        return _plain_english(num2words(number, lang="en"))
    millions, rest = divmod(number, _MILLION)
    parts = [_russian(millions * _MILLION, "m", case)] if millions else []
    if rest or not millions:
        parts.append(_russian(rest, gender, case))
    return " ".join(parts)


@lru_cache(maxsize=1024)
def ordinal(number: int, language: Language, gender: Gender = "n", case: Case = "nominative") -> str:
    """Return "двадцать первое" or "twenty first"; `number` is at least 1."""
    if language == "en":
        return _plain_english(num2words(number, lang="en", to="ordinal"))
    words: str = num2words(number, lang="ru", to="ordinal", gender=gender, case=case[0])
    return words


@lru_cache(maxsize=256)
def year(number: int, language: Language) -> str:
    """Return a year as it follows a date: "две тысячи двадцать шестого" or "twenty twenty six"."""
    if language == "en":
        return _plain_english(num2words(number, lang="en", to="year"))
    return ordinal(number, "ru", "m", "genitive")


def one_by_one(digits: str, language: Language) -> str:
    """Return every digit as its own word: "007" -> "ноль ноль семь"."""
    return " ".join(_digit(digit, language) for digit in digits)


@cache
def _digit(digit: str, language: Language) -> str:
    return cardinal(int(digit), language)


def as_group(digits: str, language: Language) -> str:
    """Return a group of digits as people read it, its leading zeros heard: "045" -> "ноль сорок пять"."""
    rest = digits.lstrip("0")
    zeros = one_by_one("0" * (len(digits) - len(rest)), language)
    return " ".join(part for part in (zeros, cardinal(int(rest), language) if rest else "") if part)


def _russian(number: int, gender: Gender, case: Case) -> str:
    words: str = num2words(number, lang="ru", gender=gender, case=case[0], animate=False)
    return words


def _plain_english(words: str) -> str:
    spaced = words.replace("-", " ").replace(",", "")
    return " ".join(word for word in spaced.split() if word != "and")
