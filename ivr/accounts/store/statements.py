"""PostgreSQL's statements for one kind of record: one statement for any number of records.

Names come from our own data classes, never from outside; values are always parameters.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from ivr.accounts.record import Record
from ivr.accounts.store.staged import Key, Wanted

_SQL = {str: "text", int: "bigint", bool: "boolean", datetime: "timestamp", date: "date"}
_COMPARE = {
    "ge": "{} >= {}",
    "lt": "{} < {}",
    "in": "{} = ANY({})",
    "contains": "position(lower({1}) in lower({0})) > 0",
}


class Statements:
    """The text of each statement, and values as the driver takes and gives them."""

    def __init__(self, kind: type[Record]) -> None:
        self._key = kind.SCHEMA.key
        self._table = f'"{kind.SCHEMA.table}"'
        self._names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]  # every record is a data class
        self._getters = [attrgetter(name) for name in self._names]
        self._types = _types(kind)
        self._instants = [i for i, name in enumerate(self._names) if self._types[name] is datetime]
        self._selects: dict[object, str] = {}
        listed, given = _listed(self._names), f"unnest({self._arrays(self._names)})"
        others = [name for name in self._names if name not in self._key]
        changed = ", ".join(f'"{name}" = new."{name}"' for name in others or self._key)
        same = " AND ".join(f'old."{name}" = new."{name}"' for name in self._key)
        keys = f"unnest({self._arrays(self._key)}) AS new({_listed(self._key)})"
        self.insert = f"INSERT INTO {self._table} ({listed}) SELECT * FROM {given}"  # noqa: S608 - see above
        self.update = f"UPDATE {self._table} AS old SET {changed} FROM {given} AS new({listed}) WHERE {same}"  # noqa: S608 - see above
        self.delete = f"DELETE FROM {self._table} AS old USING {keys} WHERE {same}"  # noqa: S608 - see above

    def select(self, wanted: Wanted) -> tuple[str, list[object]]:
        """Return the statement that finds what is wanted, and its parameters."""
        shape = (
            tuple((name, value is None) for name, value in wanted.equal),
            tuple((one.field, one.compare) for one in wanted.conditions),
            wanted.order,
            wanted.limit is None,
        )
        text = self._selects.get(shape)
        if text is None:
            text = self._selects[shape] = self._select(wanted)
        values = [value for _, value in wanted.equal if value is not None]
        values += [one.value for one in wanted.conditions]
        values += [] if wanted.limit is None else [wanted.limit]
        return text, [_out(value) for value in values]

    def columns(self, records: Sequence[Record]) -> list[list[object]]:
        """Return the parameters of `insert` and `update`."""
        found = [list(map(get, records)) for get in self._getters]
        for place in self._instants:
            found[place] = list(map(_out, found[place]))
        return found

    @staticmethod
    def keys(keys: Sequence[Key]) -> list[list[object]]:
        """Return the parameters of `delete`."""
        return [[_out(value) for value in column] for column in zip(*keys, strict=True)]

    def fields(self, row: Iterable[Any]) -> list[Any]:
        """Return a found row's values for the record: instants are aware again."""
        values = list(row)
        for place in self._instants:
            if values[place] is not None:
                values[place] = values[place].replace(tzinfo=UTC)
        return values

    def _select(self, wanted: Wanted) -> str:
        clauses, number = [], 0
        for name, value in wanted.equal:
            number += value is not None
            clauses.append(f'"{name}" IS NULL' if value is None else f'"{name}" = ${number}')
        for one in wanted.conditions:
            number += 1
            clauses.append(_COMPARE[one.compare].format(f'"{one.field}"', f"${number}"))
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        limit = "" if wanted.limit is None else f" LIMIT ${number + 1}"
        order = self._order(wanted.order)
        return f"SELECT {_listed(self._names)} FROM {self._table}{where} ORDER BY {order}{limit}"  # noqa: S608 - see above

    def _order(self, order: str) -> str:
        if not order:
            return _listed(self._key)
        down = " DESC" if order.startswith("-") else ""
        return f'"{order.removeprefix("-")}"{down}, {_listed(self._key)}'

    def _arrays(self, names: Iterable[str]) -> str:
        typed = enumerate((_SQL[self._types[name]] for name in names), start=1)
        return ", ".join(f"${number}::{sql}[]" for number, sql in typed)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _types(kind: type[Record]) -> dict[str, Any]:
    """Return each field's type without its `| None`."""
    return {
        name: next((one for one in typing.get_args(hint) if one is not type(None)), hint)
        for name, hint in typing.get_type_hints(kind).items()
        if name != "SCHEMA"
    }


def _out(value: object) -> object:
    """Return a value as the driver takes it: instants as UTC without a zone."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
