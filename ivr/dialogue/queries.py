"""What a flow may ask of the account core, and what comes back: declarations, outcomes, secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import NoReturn

SLOT_TYPES = frozenset(
    {"money", "count", "data", "date", "phone", "digits", "text", "language", "list", "duration"}
)
"""Types a value may have on its way into a prompt.

money: int kopecks; count: int; data: int megabytes; date: `datetime.date`; phone: E.164 str; digits: str;
text: str; language: "ru" or "en"; list: tuple of mappings of these; duration: int seconds.
"""


class Secret:
    """A caller's secret on its way to the one place that needs it.

    It prints as `***`, cannot be pickled or copied into JSON, and compares in constant time;
    `reveal` is the only way out.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself. Call it only where the secret is checked or hashed."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled")


ARGUMENT_TYPES = (SLOT_TYPES - {"list"}) | {"key", "lines", "operation", "secret"}
"""Types an argument may have: those of values, and

key: an item's key, as lists tell it; lines: text of many lines; operation: an id that a check gave; secret: a
`Secret`.
"""


@dataclass(frozen=True, slots=True)
class Argument:
    """Declaration of one argument of a use case."""

    type: str
    """One of ARGUMENT_TYPES; the units are those of values: kopecks, seconds, megabytes."""
    required: bool = True
    """False: it may be left out."""
    choices: tuple[str, ...] = ()
    """The only texts that make sense; empty: any. Others are refused by the use case, in its own words."""
    longest: int = 200
    """Characters of a text or secret."""
    calls_only: bool = False
    """True: it names something that only a call has, such as a recording."""


VALUE_TYPES = SLOT_TYPES | {"key"}
"""Types a value may be declared with: those that prompts know, and

key: a word for programs, an item's key or one of the value's choices; to a prompt it is a text.
"""


@dataclass(frozen=True, slots=True)
class Value:
    """Declaration of one value that a use case answers, or of one that a list's items hold."""

    type: str
    """One of VALUE_TYPES."""
    about: str = ""
    """What it tells, in English; empty when its name and unit say it."""
    choices: tuple[str, ...] = ()
    """The only texts it may be; empty: any."""
    items: Mapping[str, Value] = field(default_factory=dict)
    """Of a list: what each item holds. Items hold no lists."""

    @property
    def slot(self) -> str:
        """Its type as prompts know it."""
        return "text" if self.type == "key" else self.type


@dataclass(frozen=True, slots=True)
class UseCase:
    """Declaration of one use case of the account core, for the flow checker, the runner and the API."""

    name: str
    """Name as a flow writes it after `do:`."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """What a flow may pass; everything else (line, subscriber) the session knows."""
    outcomes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Outcome name -> {value name: slot type of SLOT_TYPES}. A flow branches on these names."""
    values: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """The same values in full, for the API: what they tell, what a list's items hold."""
    moves_money: bool = False
    """True when money moves: the checker then demands a `confirm` on the way."""
    prepares: str = ""
    """The use case that does, given `operation`, what this one looked at and prepared."""
    about: str = ""
    """What it does, units and reasons of refusal, in English."""

    @property
    def secret(self) -> frozenset[str]:
        """Arguments that are secrets: they come as `Secret`."""
        return frozenset(name for name, one in self.arguments.items() if one.type == "secret")

    @property
    def needed(self) -> frozenset[str]:
        """Arguments that must be given."""
        return frozenset(name for name, one in self.arguments.items() if one.required)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A use case's answer: one of its declared outcomes and that outcome's values."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict)
