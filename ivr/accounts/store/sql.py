"""Units of work over SQLAlchemy: one writer at a time, readers see one moment, errors renamed at this border.

SQLite: WAL, synchronous FULL, foreign keys, busy timeout; a writer begins with BEGIN IMMEDIATE.
PostgreSQL (UTF-8, with a locale that knows more letters than ASCII): a writer takes one transaction-level
advisory lock; a reader is REPEATABLE READ, read only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ivr.accounts.ports import Conflict, R, Reader, Work
from ivr.accounts.record import Record, Where
from ivr.accounts.store.tables import tables
from ivr.errors import AccountsError

WRITER_LOCK = 0x1F0505
"""Key of the PostgreSQL advisory lock every writer takes."""


class SqlReader:
    """One consistent look, over an open transaction."""

    def __init__(self, connection: AsyncConnection, known: dict[type[Record], sa.Table]) -> None:
        self._connection = connection
        self._known = known

    async def get(self, kind: type[R], /, *key: object) -> R | None:
        """Return the record with this key, or None."""
        equal = zip(kind.SCHEMA.key, key, strict=True)
        query = sa.select(table := self._known[kind]).where(
            *(table.c[name] == value for name, value in equal)
        )
        row = (await self._run(query)).one_or_none()
        return None if row is None else kind(**row._mapping)

    async def find(
        self, kind: type[R], /, *conditions: Where, order: str = "", limit: int | None = None, **equal: object
    ) -> list[R]:
        """Return the matching records, see `Reader.find`."""
        table = self._known[kind]
        query = sa.select(table).where(
            *(table.c[name] == value for name, value in equal.items()),
            *(_clause(table, condition) for condition in conditions),
        )
        query = query.order_by(*_order(table, kind, order)).limit(limit)
        rows = await self._run(query)
        return [kind(**row._mapping) for row in rows]

    async def _run(self, statement: sa.Executable) -> sa.CursorResult[Any]:
        try:
            return await self._connection.execute(statement)
        except sa.exc.IntegrityError as broken:
            raise Conflict("a key, unique rule or reference would be broken") from broken
        except sa.exc.SQLAlchemyError as fault:
            raise renamed(fault) from fault


class SqlWork(SqlReader):
    """A unit of work over an open transaction."""

    async def add(self, record: Record) -> None:
        """Keep a new record. Raises Conflict."""
        await self._run(self._known[type(record)].insert().values(**_values(record)))

    async def put(self, record: Record) -> None:
        """Replace the record with the same key. Raises Conflict when there is none."""
        table = self._known[type(record)]
        done = await self._run(table.update().where(*_by_key(table, record)).values(**_values(record)))
        if done.rowcount != 1:
            raise Conflict(f"{table.name}: nothing to replace")

    async def remove(self, record: Record) -> None:
        """Remove the record with this key. Raises Conflict when something still refers to it."""
        table = self._known[type(record)]
        await self._run(table.delete().where(*_by_key(table, record)))

    async def commit(self) -> None:
        """Make everything durable."""
        try:
            await self._connection.commit()
        except sa.exc.IntegrityError as broken:
            raise Conflict("a reference would be broken") from broken
        except sa.exc.SQLAlchemyError as fault:
            raise renamed(fault) from fault


class SqlStore:
    """Keeps records in a database. `url`: sqlite+aiosqlite:///FILE or postgresql+asyncpg://..."""

    def __init__(self, url: str, kinds: Iterable[type[Record]]) -> None:
        self.metadata, self._known = tables(kinds)
        self.engine = _engine(url)
        self._sqlite = self.engine.dialect.name == "sqlite"
        name = self.engine.url.database
        self.file = Path(name) if self._sqlite and name else None
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """Open one consistent look."""
        options: dict[str, Any] = (
            {} if self._sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        async with self._connected(options) as connection:
            yield SqlReader(connection, self._known)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        """Open a unit of work, rolled back on leaving unless committed."""
        async with self._writer, self._connected({"writes": True}) as connection:
            if not self._sqlite:
                await connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
            yield SqlWork(connection, self._known)

    async def close(self) -> None:
        """Close the connections."""
        await self.engine.dispose()

    @asynccontextmanager
    async def _connected(self, options: dict[str, Any]) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.connect() as connection:
                yield await connection.execution_options(**options)
        except (sa.exc.SQLAlchemyError, OSError) as fault:
            raise renamed(fault) from fault


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        limits = {"timeout": 10, "command_timeout": 30}  # seconds to connect, and for each statement
        return create_async_engine(
            url,
            pool_size=10,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=limits,
        )
    engine = create_async_engine(url, pool_timeout=10, connect_args={"timeout": 10}, hide_parameters=True)
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late: _begin_sqlite says it
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("lower", 1, _lower)  # SQLite's own knows Latin letters only


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _clause(table: sa.Table, condition: Where) -> sa.ColumnElement[bool]:
    column: sa.ColumnElement[Any] = table.c[condition.field]
    if condition.compare == "contains":
        return column.icontains(condition.value, autoescape=True)
    if condition.compare == "in":
        return column.in_(condition.value)  # type: ignore[arg-type]  # `one_of` gives a tuple
    return column >= condition.value if condition.compare == "ge" else column < condition.value


def _order(table: sa.Table, kind: type[Record], order: str) -> list[sa.ColumnElement[Any]]:
    keys: list[sa.ColumnElement[Any]] = [table.c[name] for name in kind.SCHEMA.key]
    if not order:
        return keys
    column = table.c[order.removeprefix("-")]
    return [column.desc() if order.startswith("-") else column.asc(), *keys]


def _by_key(table: sa.Table, record: Record) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in zip(record.SCHEMA.key, record.key(), strict=True)]


def _values(record: Record) -> dict[str, object]:
    return {field.name: getattr(record, field.name) for field in fields(record)}  # type: ignore[arg-type]  # every record is a data class


def renamed(fault: Exception) -> AccountsError:
    """Return our error for one of the driver's, for `raise ... from`."""
    # The driver's own text may quote parameters, which may be the caller's: only its type goes on.
    return AccountsError(
        f"storage failed: {type(fault).__name__}", remedy="see that the database is reachable"
    )
