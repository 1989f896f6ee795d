"""What a record is: a frozen data class that says under which table, key and rules it is kept.

One description serves both keepers: `memory` enforces it with dictionaries, `store` makes SQL tables of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, slots=True)
class Schema:
    """How one kind of record is kept."""

    table: str
    """Table name, plural."""
    key: tuple[str, ...]
    """Fields of the primary key."""
    unique: tuple[tuple[str, ...], ...] = ()
    """Other field groups no two records may share; a None in a group makes it free."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Field -> table whose single-field key it must name (None is free)."""
    indexes: tuple[tuple[str, ...], ...] = ()
    """Field groups that are searched often."""
    key_of: Callable[[Any], tuple[object, ...]] = field(init=False, repr=False, compare=False)
    """Returns the values of the primary key, made once: it is asked for dozens of times in a unit of work."""

    def __post_init__(self) -> None:
        """Make `key_of`."""
        get = attrgetter(*self.key)
        object.__setattr__(self, "key_of", get if len(self.key) > 1 else lambda record: (get(record),))


class Record:
    """Base of everything kept. Fields: str, int, bool, date, datetime (UTC), tuple[str, ...], each maybe
    None."""

    __slots__ = ()
    SCHEMA: ClassVar[Schema]

    def key(self) -> tuple[object, ...]:
        """Return the values of the primary key."""
        return self.SCHEMA.key_of(self)


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one field: `compare` is one of ge, lt, in, contains; None never satisfies it.

    `contains` is a plain substring of a text field, without regard to case.
    """

    field: str
    compare: str
    value: object

    def holds(self, record: Record) -> bool:
        """Tell whether the record satisfies the condition."""
        found = getattr(record, self.field)
        if found is None:
            return False
        if self.compare == "contains":
            return str(self.value).lower() in str(found).lower()
        if self.compare == "in":
            return found in self.value  # type: ignore[operator]
        return bool(found >= self.value if self.compare == "ge" else found < self.value)


def at_least(name: str, value: object) -> Where:
    """Return the condition `field >= value`."""
    return Where(name, "ge", value)


def below(name: str, value: object) -> Where:
    """Return the condition `field < value`."""
    return Where(name, "lt", value)


def one_of(name: str, values: tuple[object, ...]) -> Where:
    """Return the condition that the field has one of the values."""
    return Where(name, "in", values)


def matches(record: Record, conditions: Iterable[Where], equal: Iterable[tuple[str, object]]) -> bool:
    """Tell whether the fields equal these values (None matches None) and satisfy the conditions."""
    for name, value in equal:  # plain loops: this is asked of every changed record, often
        if getattr(record, name) != value:
            return False
    return all(condition.holds(record) for condition in conditions)


def in_order(found: list[R], order: str) -> list[R]:
    """Return records by `order` as in `Reader.find`, text by code points."""
    by_key = sorted(found, key=lambda record: record.key())
    if not order:
        return by_key
    name = order.removeprefix("-")
    return sorted(by_key, key=lambda record: getattr(record, name), reverse=order.startswith("-"))
