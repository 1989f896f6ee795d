"""The keeper of records in memory: a real one, without a disk, under the same contract as the SQL one.

A unit of work writes into its own copies of the tables it touches; committing swaps them in. Readers hold
the tables as they were when they came, so that they see one moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from ivr.accounts.ports import Conflict, First, R, Reader, Work
from ivr.accounts.record import Record, Where, in_order, matches

Key = tuple[object, ...]
Table = dict[Key, Record]
Tables = dict[type[Record], Table]


class MemoryReader:
    """One consistent look at tables that nobody changes any more."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def get(self, kind: type[R], /, *key: object) -> R | None:
        """Return the record with this key, or None."""
        found = self._tables[kind].get(key)
        return found if isinstance(found, kind) else None

    async def find(
        self, kind: type[R], /, *conditions: Where, order: str = "", limit: int | None = None, **equal: object
    ) -> list[R]:
        """Return the matching records, see `Reader.find`."""
        found = [
            record
            for record in self._tables[kind].values()
            if isinstance(record, kind) and matches(record, conditions, equal.items())
        ]
        return in_order(found, order)[:limit]


class MemoryWork(MemoryReader):
    """A unit of work over copies; `committed` tells the store whether to swap them in."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(dict(tables))
        self._mine: set[type[Record]] = set()
        self.committed = False

    async def add(self, record: Record) -> None:
        """Keep a new record. Raises Conflict."""
        table = self._own(type(record))
        if record.key() in table:
            raise Conflict(f"{record.SCHEMA.table}: the key is taken")
        self._check(record)
        table[record.key()] = record

    async def put(self, record: Record) -> None:
        """Replace the record with the same key. Raises Conflict when there is none."""
        table = self._own(type(record))
        if record.key() not in table:
            raise Conflict(f"{record.SCHEMA.table}: nothing to replace")
        self._check(record)
        table[record.key()] = record

    async def remove(self, record: Record) -> None:
        """Remove the record with this key. Raises Conflict when something still refers to it."""
        for kind, table in self._tables.items():
            names = [n for n, target in kind.SCHEMA.references.items() if target == record.SCHEMA.table]
            if any(getattr(other, name) == record.key()[0] for other in table.values() for name in names):
                raise Conflict(f"{record.SCHEMA.table}: {kind.SCHEMA.table} still refer to it")
        self._own(type(record)).pop(record.key(), None)

    async def commit(self) -> None:
        """Make everything seen by others."""
        self.committed = True

    def tables(self) -> Tables:
        """Return the tables as this unit of work leaves them."""
        return self._tables

    def _own(self, kind: type[Record]) -> Table:
        if kind not in self._mine:
            self._tables[kind] = dict(self._tables[kind])
            self._mine.add(kind)
        return self._tables[kind]

    def _check(self, record: Record) -> None:
        schema = type(record).SCHEMA
        for group in schema.unique:
            wanted = tuple(getattr(record, name) for name in group)
            if None not in wanted and any(
                tuple(getattr(other, name) for name in group) == wanted
                for key, other in self._tables[type(record)].items()
                if key != record.key()
            ):
                raise Conflict(f"{schema.table}: {', '.join(group)} must be unique")
        for name, target in schema.references.items():
            value = getattr(record, name)
            if value is not None and not self._exists(target, value):
                raise Conflict(f"{schema.table}: {name} refers to nothing in {target}")

    def _exists(self, table: str, key: object) -> bool:
        return any((key,) in rows for kind, rows in self._tables.items() if kind.SCHEMA.table == table)


class MemoryStore:
    """Keeps records in dictionaries; gone with the process."""

    def __init__(self, kinds: Iterable[type[Record]]) -> None:
        self._tables: Tables = {kind: {} for kind in kinds}
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """Open one consistent look."""
        yield MemoryReader(dict(self._tables))

    @asynccontextmanager
    async def write(self, *_first: First) -> AsyncIterator[Work]:
        """Open a unit of work, rolled back on leaving unless committed."""
        async with self._writer:
            work = MemoryWork(self._tables)
            try:
                yield work
            finally:
                if work.committed:
                    self._tables = work.tables()

    async def close(self) -> None:
        """Nothing to let go of."""
