"""One table: what each slot type takes, what may stand in its brackets, and how it is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.spoken.amounts import data, duration, money
from ivr.grammar.spoken.dates import spoken_date
from ivr.grammar.spoken.nouns import NOUNS, counted
from ivr.grammar.spoken.numbers import CASES, GREATEST, Case, cardinal, one_by_one
from ivr.grammar.spoken.phones import phone
from ivr.grammar.spoken.spelling import spelled
from ivr.grammar.spoken.texts import LANGUAGE_NAMES, free_text, listed

Words = tuple[str, ...]
"""What stands in a slot's brackets, split at commas: `count(минута, accusative)`."""

_E164 = re.compile(r"\+[1-9][0-9]{4,14}")
_ASCII_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class SlotType:
    """One type a value may have on its way into a prompt."""

    takes: str
    """What it takes, for the sentence of an error."""
    accepts: Callable[[object], bool]
    say: Callable[[object, Language, Words], str]
    fault: Callable[[Words, Language], str] = lambda words, language: _only(words, frozenset())
    """A sentence when the words in the brackets mean nothing, else ""."""


def say(slot_type: str, value: object, language: Language, argument: str = "") -> str:
    """Return a value in words.

    `slot_type` is one of SLOT_TYPES; `argument` is what a prompt writes in brackets: a case for money
    and duration, noun and case for count, `genitive` and `year` for date, `digits` for phone,
    `letters` for text.
    Raises ValueError, never with the value in it: it may be the caller's own.
    """
    kind = _TABLE.get(slot_type)
    if kind is None:
        raise ValueError(f"there is no slot type {slot_type!r}; there are {', '.join(sorted(_TABLE))}")
    if not kind.accepts(value):
        raise ValueError(f"a slot of type {slot_type} takes {kind.takes}, not this {type(value).__name__}")
    fault = argument_fault(slot_type, argument, language)
    if fault:
        raise ValueError(fault)
    return kind.say(value, language, _words(argument))


def argument_fault(slot_type: str, argument: str, language: Language) -> str:
    """Return why `argument` cannot stand in the brackets of a slot of this known type, or ""."""
    fault = _TABLE[slot_type].fault(_words(argument), language)
    return f"a slot of type {slot_type}: {fault}" if fault else ""


def _words(argument: str) -> Words:
    return tuple(part.strip() for part in argument.split(",")) if argument.strip() else ()


def _only(words: Words, allowed: frozenset[str]) -> str:
    unknown = [word for word in words if word not in allowed]
    known = f"known there: {', '.join(sorted(allowed))}" if allowed else "nothing may stand in its brackets"
    return f"{', '.join(map(repr, unknown))} means nothing, {known}" if unknown else ""


def _case_fault(words: Words, language: Language) -> str:
    return _only(words, CASES) or ("one case is enough" if len(words) > 1 else "")


def _count_fault(words: Words, language: Language) -> str:
    if not words:
        return ""
    noun, *cases = words
    entry = NOUNS[language].get(noun)
    if entry is None:
        return f"the noun {noun!r} is not in the {language} table of counted nouns"
    if "accusative" in cases and entry.accusative is None:
        return f"the noun {noun!r} has no accusative here"
    return _case_fault(tuple(cases), language)


def _case(words: Words) -> Case:
    named = [word for word in words if word in CASES]
    return cast(Case, named[0]) if named else "nominative"


def _say_count(value: object, language: Language, words: Words) -> str:
    number = cast(int, value)
    if not words:
        return cardinal(number, language)
    return counted(number, words[0], language, _case(words[1:]))


def _say_date(value: object, language: Language, words: Words) -> str:
    return spoken_date(cast(date, value), language, _case(words), with_year="year" in words)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= GREATEST


def _not_negative(value: object) -> bool:
    return _whole(value) and cast(int, value) >= 0


def _day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _written(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _list(value: object) -> bool:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return False
    return all(isinstance(item, str) or (isinstance(item, Mapping) and "label" in item) for item in value)


_TABLE: dict[str, SlotType] = {
    "money": SlotType(
        "a whole number of kopecks",
        _whole,
        lambda value, language, words: money(cast(int, value), language, _case(words)),
        _case_fault,
    ),
    "count": SlotType("a whole number", _whole, _say_count, _count_fault),
    "data": SlotType(
        "a whole number of megabytes, not negative",
        _not_negative,
        lambda value, language, words: data(cast(int, value), language),
    ),
    "date": SlotType(
        "a date without time",
        _day,
        _say_date,
        lambda words, language: _only(words, frozenset({"nominative", "genitive", "year"})),
    ),
    "phone": SlotType(
        "a phone number in E.164",
        _written(_E164),
        lambda value, language, words: phone(cast(str, value), language, by_digits="digits" in words),
        lambda words, language: _only(words, frozenset({"digits"})),
    ),
    "digits": SlotType(
        "a text of digits",
        _written(_ASCII_DIGITS),
        lambda value, language, words: one_by_one(cast(str, value), language),
    ),
    "duration": SlotType(
        "a whole number of seconds, not negative",
        _not_negative,
        lambda value, language, words: duration(cast(int, value), language, _case(words)),
        _case_fault,
    ),
    "text": SlotType(
        "a text",
        lambda value: isinstance(value, str),
        lambda value, language, words: (spelled if words else free_text)(cast(str, value), language),
        lambda words, language: _only(words, frozenset({"letters"})),
    ),
    "language": SlotType(
        "one of " + ", ".join(LANGUAGES),
        lambda value: isinstance(value, str) and value in LANGUAGES,
        lambda value, language, words: LANGUAGE_NAMES[language][cast(str, value)],
    ),
    "list": SlotType(
        "a list of texts or of mappings with a label",
        _list,
        lambda value, language, words: listed(cast("Sequence[str]", value), language),
    ),
}

SLOT_TYPES = frozenset(_TABLE)
"""The types of `ivr.dialogue.queries.SLOT_TYPES`; a test holds both to be the same."""
