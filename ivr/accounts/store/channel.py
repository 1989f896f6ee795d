"""The one connection a batch of units of work goes through, over SQLAlchemy: what SQLite uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ivr.accounts.ports import Conflict, R
from ivr.accounts.record import Record
from ivr.accounts.store.engine import renamed
from ivr.accounts.store.reader import SqlReader, Tables
from ivr.accounts.store.staged import Changes, Wanted


class Stamp(Protocol):
    """The state of a database when a transaction began."""

    def follows(self, before: Stamp, *, written: bool) -> bool:
        """Tell whether nobody has written since `before`, but its own transaction if that has `written`."""


class Channel(Protocol):
    """A transaction that excludes every other writer. Everything raises AccountsError when storage fails."""

    async def open(self) -> Stamp:
        """Begin, as soon as nobody else is writing; return what tells of others' writes."""

    async def fetch(self, kind: type[R], wanted: Wanted) -> list[R]:
        """Return what the database has."""

    async def write(self, changes: Iterable[Changes]) -> None:
        """Tell the database. Raises Conflict."""

    async def mark(self) -> None:
        """Remember this point in the transaction."""

    async def back(self) -> None:
        """Go back to the point remembered last."""

    async def commit(self) -> None:
        """Make everything durable."""

    async def close(self) -> None:
        """Roll back what was not committed and let go of the connection."""


@dataclass(frozen=True, slots=True)
class SqliteStamp:
    """`PRAGMA data_version` grows with what other connections than the asking one commit."""

    connection: object
    version: int

    def follows(self, before: Stamp, *, written: bool) -> bool:
        """See `Stamp`."""
        return self == before


class SqlChannel:
    """Over a connection of SQLAlchemy's, a statement for each kind and sort of change."""

    def __init__(self, engine: AsyncEngine, known: Tables) -> None:
        self._engine = engine
        self._known = known
        self._connection: AsyncConnection | None = None

    async def open(self) -> Stamp:
        """See `Channel`."""
        try:
            if self._connection is None:
                self._connection = await self._engine.connect()
                await self._connection.execution_options(writes=True)
            await self._connection.begin()
        except (sa.exc.SQLAlchemyError, OSError) as fault:
            raise renamed(fault) from fault
        self._rows = SqlReader(self._connection, self._known)
        await self.mark()
        version = (await self._rows.run(sa.text("PRAGMA data_version"))).scalar_one()
        mine = (await self._connection.get_raw_connection()).info
        return SqliteStamp(mine.setdefault("name", object()), version)

    async def fetch(self, kind: type[R], wanted: Wanted) -> list[R]:
        """See `Channel`."""
        return await self._rows.rows(kind, wanted)

    async def write(self, changes: Iterable[Changes]) -> None:
        """See `Channel`."""
        for kind, added, changed, removed in changes:
            table = self._known[kind]
            if added:
                await self._rows.run(table.insert(), [_values(record) for record in added])
            if changed:
                await self._change(table, changed)
            if removed:
                where = _by_key(table, kind)
                keys = [dict(zip(_names(kind), key, strict=True)) for key in removed]
                await self._rows.run(table.delete().where(*where), keys)

    async def _change(self, table: sa.Table, changed: list[Record]) -> None:
        kind = type(changed[0])
        others = [field.name for field in fields(kind) if field.name not in kind.SCHEMA.key]  # type: ignore[arg-type]  # every record is a data class
        statement = table.update().where(*_by_key(table, kind)).values({n: sa.bindparam(n) for n in others})
        values = [_values(record) | dict(zip(_names(kind), record.key(), strict=True)) for record in changed]
        if others:
            done = await self._rows.run(statement, values)
            if done.rowcount != len(changed):
                raise Conflict(f"{table.name}: nothing to replace")

    async def mark(self) -> None:
        """See `Channel`."""
        await self._rows.run(sa.text("SAVEPOINT unit"))

    async def back(self) -> None:
        """See `Channel`."""
        await self._rows.run(sa.text("ROLLBACK TO SAVEPOINT unit"))

    async def commit(self) -> None:
        """See `Channel`."""
        if self._connection is None:
            return
        try:
            await self._connection.commit()
        except sa.exc.IntegrityError as broken:
            raise Conflict("a reference would be broken") from broken
        except (sa.exc.SQLAlchemyError, OSError) as fault:
            raise renamed(fault) from fault

    async def close(self) -> None:
        """See `Channel`."""
        if self._connection is not None:
            try:
                await self._connection.close()
            except (sa.exc.SQLAlchemyError, OSError) as fault:
                raise renamed(fault) from fault


def _names(kind: type[Record]) -> list[str]:
    return [f"key_{name}" for name in kind.SCHEMA.key]


def _by_key(table: sa.Table, kind: type[Record]) -> list[sa.ColumnElement[bool]]:
    pairs = zip(kind.SCHEMA.key, _names(kind), strict=True)
    return [table.c[name] == sa.bindparam(parameter) for name, parameter in pairs]


def _values(record: Record) -> dict[str, object]:
    return {field.name: getattr(record, field.name) for field in fields(record)}  # type: ignore[arg-type]  # every record is a data class
