"""The words between the dialogue and the grammar: value types, what a turn listens for, readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

VALUE_KINDS = frozenset(
    {"digits", "secret_digits", "phone_number", "money", "date", "count", "letters", "yes_no", "choice"}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a caller may pick from a list that came at run time."""

    value: object
    """What is saved when it is picked."""
    spoken: tuple[str, ...]
    """Sentence templates (hassil notation) that name it."""
    key: str = ""
    """The key that picks it, "1" to "8"; empty when the list is longer than the keypad."""
    label: str = ""
    """How it is called when it is read back."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """A kind of value a caller can give: how it may be said, typed, checked and read back."""

    kind: str
    """One of VALUE_KINDS. Values: digits/secret_digits str; phone_number E.164 str; money int kopecks;
    date `datetime.date`; count int; letters lower case str; yes_no bool; choice `Choice.value`."""
    minimum: int | None = None
    """Fewest digits (digits kinds) or letters, least number (count), first day from today (date)."""
    maximum: int | None = None
    """Most digits (digits kinds) or letters, greatest number (count), last day from today (date)."""
    choices: tuple[Choice, ...] = ()

    @property
    def secret(self) -> bool:
        """True when what the caller gives must not be seen anywhere."""
        return self.kind == "secret_digits"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one listening turn accepts: named phrase sets, and at most one typed value."""

    phrases: tuple[str, ...] = ()
    """Names of phrase sets of phrases.yaml: options of the menu, then universals."""
    value: ValueType | None = None
    today: date | None = None
    """The day dates without a year are seen from; without it only those that name their year are one."""
    private: bool = False
    """True: it holds what a caller said, so nothing made of it is kept."""


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of what was said."""

    name: str
    """The phrase set's name, or the value's kind."""
    value: object | None = None
    """The value when the reading is one, else None."""
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class KeyReading:
    """What the keys pressed so far mean for a value type."""

    value: object | None
    """The value if the keys are a complete one, else None."""
    can_continue: bool
    """False when no further key could belong to the answer: it is taken at once."""


class Grammar(Protocol):
    """What may be said in one turn, in one language; made by a phrase book, cached, immutable."""

    @property
    def recogniser_phrases(self) -> tuple[str, ...]:
        """Phrases for the recogniser's run-time grammar, lower case, without the filler."""

    def match(self, words: str) -> tuple[Match, ...]:
        """All readings of the words; empty: no match; several: the caller has to be asked."""

    def can_continue(self, words: str) -> bool:
        """Whether some longer sentence of the grammar begins with these words."""
