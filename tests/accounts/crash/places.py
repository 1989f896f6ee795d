"""Where an operation is cut: a database of its own that can be put back, read by other means than the
product's, and taken away from under it."""

from __future__ import annotations

import contextlib
import hashlib
import resource
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]  # its annotations are not published

Left = tuple[bytes, ...]
"""What tells whether anything was written."""

_ALL = 'SELECT * FROM "{}"'
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_DIGEST = """(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t)"""
_COPY = "DELETE FROM {1}.{2}; INSERT INTO {1}.{2} SELECT * FROM {0}.{2}"
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
"""


class Place(Protocol):
    """A database to cut operations in."""

    url: str

    async def start(self) -> None:
        """Make the database with the demonstration subscribers in it."""

    async def keep(self) -> None:
        """Take what is there now for the beginning. Nobody may have it open."""

    async def put_back(self) -> None:
        """Return to the beginning. Nobody may have it open."""

    async def state(self) -> str:
        """Return a digest of everything kept, once the work of the dead has ended."""

    async def left(self) -> Left:
        """Return what a process that died now would leave behind."""

    def bring(self, left: Left) -> None:
        """Let it be as a process left it behind, where files say it all. Nobody may have it open."""

    def cut(self) -> None:
        """Take the database away from this process."""

    def mend(self) -> None:
        """Give it back."""

    async def close(self) -> None:
        """Let go."""


class SqlitePlace:
    """A file. Cut, its disk is full: no write succeeds any more."""

    def __init__(self, seeded: Path, folder: Path) -> None:
        self.path, self._begin = folder / "accounts.sqlite", folder / "begin.sqlite"
        self.url = f"sqlite+aiosqlite:///{self.path}"
        self._seeded = seeded
        self._states: dict[Left, str] = {}

    async def start(self) -> None:
        self._states.clear()
        self._copy(self._seeded)

    async def keep(self) -> None:
        with closing(sqlite3.connect(self.path)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.path, self._begin)

    async def put_back(self) -> None:
        self._copy(self._begin)

    def _copy(self, begin: Path) -> None:
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        shutil.copyfile(begin, self.path)

    async def state(self) -> str:
        files = self._files()
        if files not in self._states:
            self._states[files] = self._digest()
        return self._states[files]

    def _digest(self) -> str:
        with closing(sqlite3.connect(self.path)) as file:
            names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            rows = [(name, sorted(map(repr, file.execute(_ALL.format(name))))) for name in sorted(names)]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    async def left(self) -> Left:
        return self._files()

    def _files(self) -> Left:
        log = self.path.with_name(self.path.name + "-wal")
        return self.path.read_bytes(), log.read_bytes() if log.exists() else b""

    def bring(self, left: Left) -> None:
        self.path.write_bytes(left[0])
        self.path.with_name(self.path.name + "-wal").write_bytes(left[1])
        self.path.with_name(self.path.name + "-shm").unlink(missing_ok=True)

    def cut(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))

    def mend(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    async def close(self) -> None:
        """Nothing is held."""


class PostgresPlace:
    """A database of a server. Cut, every connection of this process to the server is shut down.

    Its beginnings are kept beside it, in schemas of their own: a new database costs more than a cut.
    """

    def __init__(self, server: str, seeded: str, name: str) -> None:
        self.url, self._server, self._name, self._seeded = f"{server}/{name}", server, name, seeded
        self._address = (urlsplit(server).hostname, urlsplit(server).port)
        self._reader: asyncpg.Connection | None = None
        self._tables: list[str] = []
        self._query = ""

    async def start(self) -> None:
        if self._reader is None:
            await self._make()
        await self._copy("seeded", "public")

    async def _make(self) -> None:
        admin = await self._connect("postgres")
        await admin.execute(f"CREATE DATABASE {self._name} TEMPLATE {self._seeded}")
        await admin.close()
        self._reader = await self._connect(self._name)
        await self._do("SET session_replication_role = replica")  # references are right in whole copies
        self._tables = [f'"{name}"' for (name,) in await self._reader.fetch(_TABLES)]
        for schema in ("seeded", "begin"):
            await self._do(f"CREATE SCHEMA {schema}")
            for table in self._tables:
                await self._do(f"CREATE TABLE {schema}.{table} AS TABLE public.{table}")
        self._query = f"SELECT concat_ws(',', {', '.join(map(_DIGEST.format, self._tables))})"

    async def keep(self) -> None:
        await self._copy("public", "begin")

    async def put_back(self) -> None:
        await self._copy("begin", "public")

    async def _copy(self, begin: str, end: str) -> None:
        await self._others_ended()
        await self._do(";".join(_COPY.format(begin, end, table) for table in self._tables))

    async def state(self) -> str:
        await self._others_ended()
        assert self._reader is not None
        return str(await self._reader.fetchval(self._query))

    async def _others_ended(self) -> None:
        assert self._reader is not None
        while await self._reader.fetchval(_OTHERS):  # the server has yet to notice that its client is dead
            pass

    async def left(self) -> Left:
        """How far its log is written: a transaction that has written nothing leaves nothing."""
        assert self._reader is not None
        return (str(await self._reader.fetchval("SELECT pg_current_wal_insert_lsn()")).encode(),)

    def bring(self, left: Left) -> None:
        """A server's files are its own."""

    def cut(self) -> None:
        for one in self._sockets():
            one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """The server is there all the time."""

    def _sockets(self) -> Iterator[socket.socket]:
        """Every socket of this process to the server, but those that watch."""
        assert self._reader is not None
        mine = self._reader._transport.get_extra_info("sockname")
        for handle in list(Path("/proc/self/fd").iterdir()):
            with contextlib.suppress(OSError), _borrowed(int(handle.name)) as one:
                if one.getpeername()[:2] == self._address and one.getsockname() != mine:
                    yield one

    async def _connect(self, name: str) -> asyncpg.Connection:
        return await asyncpg.connect(f"{self._server.replace('+asyncpg', '')}/{name}")

    async def _do(self, statement: str) -> None:
        assert self._reader is not None
        await self._reader.execute(statement)

    async def close(self) -> None:
        if self._reader is not None:
            await self._reader.close()


@contextmanager
def _borrowed(handle: int) -> Iterator[socket.socket]:
    """A socket over a handle that stays open afterwards."""
    one = socket.socket(fileno=handle)
    try:
        yield one
    finally:
        one.detach()
