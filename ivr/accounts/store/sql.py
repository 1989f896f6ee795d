"""The SQL keeper of records: readers see one moment, writers share commits (`group`).

SQLite begins a writer with BEGIN IMMEDIATE. PostgreSQL writers take one transaction-level advisory lock; its
readers are REPEATABLE READ, read only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ivr.accounts.ports import First, Reader, Work
from ivr.accounts.record import Record
from ivr.accounts.store.channel import Channel, SqlChannel
from ivr.accounts.store.engine import open_engine, renamed
from ivr.accounts.store.group import Group
from ivr.accounts.store.postgres import PostgresChannel
from ivr.accounts.store.reader import SqlReader
from ivr.accounts.store.statements import Statements
from ivr.accounts.store.tables import tables


class SqlStore:
    """Keeps records in a database. `url`: sqlite+aiosqlite:///FILE or postgresql+asyncpg://..."""

    def __init__(self, url: str, kinds: Iterable[type[Record]]) -> None:
        self.metadata, self._known = tables(kinds)
        self.engine = open_engine(url)
        self._sqlite = self.engine.dialect.name == "sqlite"
        name = self.engine.url.database
        self.file = Path(name) if self._sqlite and name else None
        self._statements = {kind: Statements(kind) for kind in self._known}
        kind_of = {table: kind for kind, table in self._known.items()}
        self._group = Group(self._channel, [kind_of[table] for table in self.metadata.sorted_tables])

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """Open one consistent look."""
        options: dict[str, Any] = (
            {} if self._sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        try:
            async with self.engine.connect() as connection:
                yield SqlReader(await connection.execution_options(**options), self._known)
        except (sa.exc.SQLAlchemyError, OSError) as fault:
            raise renamed(fault) from fault

    def write(self, *first: First) -> AbstractAsyncContextManager[Work]:
        """Open a unit of work, rolled back on leaving unless committed, see `Store.write`."""
        return self._group.work(first)

    async def close(self) -> None:
        """Close the connections, when everything under way has ended."""
        await self._group.close()
        await self.engine.dispose()

    def _channel(self) -> Channel:
        if self._sqlite:
            return SqlChannel(self.engine, self._known)
        return PostgresChannel(self.engine, self._statements)
