"""Free text, lists and names of languages, made fit for a voice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ivr.grammar.model import Language
from ivr.grammar.spoken.nouns import counted
from ivr.grammar.spoken.numbers import cardinal, one_by_one

AND: dict[Language, str] = {"ru": "и", "en": "and"}
NOTHING: dict[Language, str] = {"ru": "ничего", "en": "nothing"}

LANGUAGE_NAMES: dict[Language, dict[str, str]] = {
    "ru": {"ru": "русский", "en": "английский"},
    "en": {"ru": "Russian", "en": "English"},
}

SIGNS: dict[Language, dict[str, str]] = {
    "ru": {
        "%": "процентов",
        "+": "плюс",
        "&": "и",
        "№": "номер",
        "@": "собака",
        "₽": "рублей",
        "#": "решётка",
    },
    "en": {"%": "percent", "+": "plus", "&": "and", "№": "number", "@": "at", "₽": "rubles", "#": "hash"},
}
_UNITS: dict[Language, dict[str, str]] = {
    "ru": {"%": "процент", "₽": "рубль", "руб": "рубль", "гб": "гигабайт", "мб": "мегабайт", "мин": "минута"},
    "en": {"%": "percent", "₽": "ruble", "rub": "ruble", "gb": "gigabyte", "mb": "megabyte", "min": "minute"},
}
"""What is written after a number -> the noun that is counted."""
_ABBREVIATIONS: dict[Language, dict[str, str]] = {
    "ru": {"sms": "эс-эм-эс", "mms": "эм-эм-эс", "sim": "сим", "смс": "эс-эм-эс"},
    "en": {"sim": "sim"},
}
_LONGEST_QUANTITY = 6
_DIGITS = re.compile(r"[0-9]+")
_MEASURE = re.compile(r"(?<![0-9])(0|[1-9][0-9]{0,5})\s?(%|₽|[^\W\d_]{2,3}\b)")
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPEAKABLE = re.compile(r"[^\w\s.,!?'«»—-]|_")


def free_text(text: str, language: Language) -> str:
    """Return a text with its digits in words, its signs named, and nothing left that a voice stumbles over.

    Measures are counted ("10 ГБ" -> "десять гигабайт"). Other runs of more than six digits, and those with a
    leading zero, are codes: said digit by digit.
    """
    text = _MEASURE.sub(lambda found: _measure(found, language), text)
    for sign, name in SIGNS[language].items():
        text = text.replace(sign, f" {name} ")
    text = _DIGITS.sub(lambda run: f" {_run(run.group(), language)} ", text)
    known = _ABBREVIATIONS[language]
    text = _LETTERS.sub(lambda word: known.get(word.group().lower(), word.group()), text)
    return re.sub(r"\s+([.,!?])", r"\1", " ".join(_UNSPEAKABLE.sub(" ", text).split()))


def joined(parts: Sequence[str], language: Language) -> str:
    """Return an enumeration: "а, б и в"; of nothing: "ничего"."""
    if not parts:
        return NOTHING[language]
    *others, last = parts
    return f"{', '.join(others)} {AND[language]} {last}" if others else last


def listed(items: Sequence[str | Mapping[str, object]], language: Language) -> str:
    """Return the items' labels as an enumeration; an item is a text or a mapping with a `label`."""
    labels = [item if isinstance(item, str) else str(item["label"]) for item in items]
    return joined([free_text(label, language) for label in labels], language)


def _measure(found: re.Match[str], language: Language) -> str:
    noun = _UNITS[language].get(found[2].lower())
    return f" {counted(int(found[1]), noun, language)} " if noun else found[0]


def _run(digits: str, language: Language) -> str:
    quantity = len(digits) <= _LONGEST_QUANTITY and (digits == "0" or not digits.startswith("0"))
    return cardinal(int(digits), language) if quantity else one_by_one(digits, language)
