"""What can be said in a turn, for the reader: examples of each phrase set and of the value.

Every example is understood by the turn's grammar (a test holds them to it), so the manual cannot
promise what the robot does not understand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from ivr.grammar.model import Expectation, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken import say
from ivr.grammar.template import TemplateError, parse_template
from ivr.grammar.tree import sentences
from ivr.grammar.value_types import limits

_EXAMPLES: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    "ru": {
        "phone_number": (
            "восемь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь",
            "плюс семь девять два шесть один два три четыре пять шесть семь",
            "девятьсот двадцать шесть три нуля сорок пять дважды семь",
        ),
        "money": ("сто рублей", "двести пятьдесят", "полторы тысячи", "десять рублей пятьдесят копеек"),
        "date": ("завтра", "первое декабря", "двадцать пятое число", "в пятницу", "через неделю"),
        "letters": ("эн йогурт", "бэ как борис", "анна дважды эн"),
    },
    "en": {
        "phone_number": (
            "eight nine two six one two three four five six seven",
            "plus seven nine twenty six one twenty three forty five sixty seven",
            "nine hundred twenty six double zero one forty five double seven",
        ),
        "money": ("one hundred rubles", "two hundred and fifty", "ten rubles fifty kopecks"),
        "date": ("tomorrow", "the first of december", "december the fifth", "next monday", "in a week"),
        "letters": ("n yankee", "b as in bravo", "a double n"),
    },
}


USUAL_DIGITS = 8
"""Digits of an example where more would do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be said, and how."""

    name: str
    """The phrase set's name, or the value's kind."""
    examples: tuple[str, ...]


def what_can_be_said(book: PhraseBook, expectation: Expectation, most: int = 3) -> tuple[Entry, ...]:
    """Return an entry for each phrase set of a turn and for its value, at most `most` examples each."""
    entries = [Entry(name, book.examples(name, most)) for name in expectation.phrases]
    if expectation.value is not None:
        entries.append(Entry(expectation.value.kind, _of_value(book, expectation.value, most)))
    return tuple(entries)


def _of_value(book: PhraseBook, value: ValueType, most: int) -> tuple[str, ...]:
    if value.kind == "yes_no":
        return (*book.examples("yes", most), *book.examples("no", most))
    if value.kind == "choice":
        named = (_first(choice.spoken) for choice in value.choices)
        return tuple(islice((name for name in named if name), most))
    if value.kind in ("digits", "secret_digits"):
        return _digits(value, book.language)
    if value.kind == "count":
        return _counts(value, book.language)
    return _EXAMPLES[book.language][value.kind][:most]


def _digits(value: ValueType, language: Language) -> tuple[str, ...]:
    """The shortest string and a longer one, one digit after the other."""
    shortest, longest = limits(value)
    lengths = dict.fromkeys((shortest, min(longest, max(shortest, USUAL_DIGITS))))
    return tuple(
        " ".join(say("digits", str(place % 10), language) for place in range(1, n + 1)) for n in lengths
    )


def _counts(value: ValueType, language: Language) -> tuple[str, ...]:
    """The least number and the greatest."""
    return tuple(say("count", number, language) for number in dict.fromkeys(limits(value)))


def _first(templates: Iterable[str]) -> str:
    for template in templates:
        try:
            return " ".join(next(sentences(parse_template(template))))
        except TemplateError:
            continue
    return ""
