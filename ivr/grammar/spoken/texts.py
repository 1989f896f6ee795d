"""Free text, lists and names of languages, made fit for a voice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ivr.grammar.model import Language
from ivr.grammar.spoken.numbers import cardinal, one_by_one

AND: dict[Language, str] = {"ru": "и", "en": "and"}
NOTHING: dict[Language, str] = {"ru": "ничего", "en": "nothing"}

LANGUAGE_NAMES: dict[Language, dict[str, str]] = {
    "ru": {"ru": "русский", "en": "английский"},
    "en": {"ru": "Russian", "en": "English"},
}

_SIGNS: dict[Language, dict[str, str]] = {
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
_LONGEST_QUANTITY = 6
_DIGITS = re.compile(r"[0-9]+")
_UNSPEAKABLE = re.compile(r"[^\w\s.,!?'«»—-]|_")


def free_text(text: str, language: Language) -> str:
    """Return a text with its digits in words, its signs named, and nothing left that a voice stumbles over.

    Runs of more than six digits, and those with a leading zero, are codes: said digit by digit.
    """
    for sign, name in _SIGNS[language].items():
        text = text.replace(sign, f" {name} ")
    text = _DIGITS.sub(lambda run: f" {_run(run.group(), language)} ", text)
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


def _run(digits: str, language: Language) -> str:
    quantity = len(digits) <= _LONGEST_QUANTITY and (digits == "0" or not digits.startswith("0"))
    return cardinal(int(digits), language) if quantity else one_by_one(digits, language)
