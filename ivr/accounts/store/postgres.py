"""A batch's connection on PostgreSQL: the driver itself, one statement for all records of a kind.

SQLAlchemy opens the connection and keeps it; what it adds to each statement costs more than the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # its annotations are not published
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ivr.accounts.ports import Conflict, R
from ivr.accounts.record import Record
from ivr.accounts.store.channel import Stamp
from ivr.accounts.store.engine import WRITER_LOCK, renamed
from ivr.accounts.store.staged import Changes, Wanted
from ivr.accounts.store.statements import Statements

_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, sa.exc.SQLAlchemyError, OSError)
_STAMP = "SELECT pg_postmaster_start_time(), pg_current_snapshot()::text"


@dataclass(frozen=True, slots=True)
class PostgresStamp:
    """Whoever writes takes a transaction number; the transaction here takes two, one for its savepoint."""

    started: datetime
    """When the server was started."""
    oldest: int
    """The oldest number under way; `coming` when there is none."""
    coming: int
    """The number that comes next."""

    def follows(self, before: Stamp, *, written: bool) -> bool:
        """See `Stamp`. Others that were under way may have written: then it cannot be told."""
        return (
            isinstance(before, PostgresStamp)
            and before.started == self.started
            and before.oldest == before.coming
            and self.oldest == self.coming == before.coming + (2 if written else 0)
        )


class PostgresChannel:
    """See `Channel`: its connection holds the writers' advisory lock."""

    def __init__(self, engine: AsyncEngine, statements: Mapping[type[Record], Statements]) -> None:
        self._engine = engine
        self._statements = statements
        self._connection: AsyncConnection | None = None
        self._driver: Any = None

    async def open(self) -> Stamp:
        """See `Channel`."""
        if self._connection is None:
            await self._connect()
        await self._run("BEGIN; SAVEPOINT unit")
        try:
            started, snapshot = await self._driver.fetchrow(_STAMP)
        except _FAULTS as fault:
            raise renamed(fault) from fault
        return PostgresStamp(started, *map(int, snapshot.split(":")[:2]))

    async def _connect(self) -> None:
        """The lock is the connection's: it outlasts a commit and goes with the connection.

        The server keeps its plans for looking at references. One made while a table was empty reads the whole
        table, and goes on doing so while it grows; with `enable_seqscan` off it uses the key from the start.
        """
        try:
            self._connection = await self._engine.connect()
            self._driver = (await self._connection.get_raw_connection()).driver_connection
        except _FAULTS as fault:
            raise renamed(fault) from fault
        await self._run(f"SET enable_seqscan = off; SELECT pg_advisory_lock({WRITER_LOCK})")

    async def fetch(self, kind: type[R], wanted: Wanted) -> list[R]:
        """See `Channel`."""
        statements = self._statements[kind]
        query, values = statements.select(wanted)
        try:
            rows = await self._driver.fetch(query, *values)
        except _FAULTS as fault:
            raise renamed(fault) from fault
        return [kind(*statements.fields(row)) for row in rows]

    async def write(self, changes: Iterable[Changes]) -> None:
        """See `Channel`."""
        for kind, added, changed, removed in changes:
            statements = self._statements[kind]
            if added:
                await self._run(statements.insert, *statements.columns(added))
            if changed:
                done = await self._run(statements.update, *statements.columns(changed))
                if done != f"UPDATE {len(changed)}":
                    raise Conflict("nothing to replace")
            if removed:
                await self._run(statements.delete, *statements.keys(removed))

    async def mark(self) -> None:
        """See `Channel`."""
        await self._run("SAVEPOINT unit")

    async def back(self) -> None:
        """See `Channel`."""
        await self._run("ROLLBACK TO SAVEPOINT unit")

    async def commit(self) -> None:
        """See `Channel`."""
        await self._run("COMMIT")

    async def close(self) -> None:
        """See `Channel`."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self._driver is not None:
                begun = "ROLLBACK; " if self._driver.is_in_transaction() else ""
                await self._driver.execute(f"{begun}RESET enable_seqscan; SELECT pg_advisory_unlock_all()")
            await connection.close()
        except _FAULTS:
            await self._drop(connection)

    @staticmethod
    async def _drop(connection: AsyncConnection) -> None:
        """A connection that may still hold the lock must not go back among the others."""
        try:
            await connection.invalidate()
            await connection.close()
        except _FAULTS as fault:
            raise renamed(fault) from fault

    async def _run(self, statement: str, *values: object) -> str:
        try:
            return str(await self._driver.execute(statement, *values))
        except asyncpg.IntegrityConstraintViolationError as broken:
            raise Conflict("a key, unique rule or reference would be broken") from broken
        except _FAULTS as fault:
            raise renamed(fault) from fault
