"""Loading into PostgreSQL: COPY in one transaction, constraints and indices made afterwards.

The rows are made in a process of their own, while the server takes in those before.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from itertools import islice

import asyncpg  # type: ignore[import-untyped]  # its annotations are not published

from tools.seed.books import Books, Row, Size
from tools.seed.sqlite import Told

AT_ONCE = 100_000
TABLES = ("subscribers", "packages", "operations", "postings", "entries", "ledger_accounts")
_CONSTRAINTS = """
    SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS rule
    FROM pg_constraint WHERE contype IN ('p', 'u', 'f')
        AND (conrelid::regclass::text = ANY($1) OR confrelid::regclass::text = ANY($1))
    ORDER BY contype = 'f', contype = 'u'"""
_INDICES = """
    SELECT indexname AS name, indexdef AS rule FROM pg_indexes WHERE tablename = ANY($1)
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)"""
_books: list[Books] = []


async def load(url: str, size: Size, until: datetime, told: Told) -> None:
    """Fill a migrated, empty database. `url`: postgresql://..."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await _load(connection, size, until, told)
        for table in TABLES:
            await connection.execute(f"VACUUM ANALYZE {table}")
            told("indices", 1)
    finally:
        await connection.close()


async def _load(connection: asyncpg.Connection, size: Size, until: datetime, told: Told) -> None:
    constraints = await connection.fetch(_CONSTRAINTS, TABLES)
    indices = await connection.fetch(_INDICES, TABLES)
    await connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    await connection.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")  # COPY into it then needs no log
    for one in reversed(constraints):
        await connection.execute(f"ALTER TABLE {one['place']} DROP CONSTRAINT {one['name']}")
    for one in indices:
        await connection.execute(f'DROP INDEX "{one["name"]}"')
    async for table, count, text in _made(size, until):
        await connection.copy_to_table(table, source=_once(text))
        told(table, count)
    for one in [one for one in constraints if not one["rule"].startswith("FOREIGN")]:
        await connection.execute(f"ALTER TABLE {one['place']} ADD CONSTRAINT {one['name']} {one['rule']}")
        told("indices", 1)
    for one in indices:
        await connection.execute(one["rule"])
        told("indices", 1)
    for one in [one for one in constraints if one["rule"].startswith("FOREIGN")]:
        await connection.execute(f"ALTER TABLE {one['place']} ADD CONSTRAINT {one['name']} {one['rule']}")
        told("indices", 1)


async def _once(text: bytes) -> AsyncIterator[bytes]:
    for first in range(0, len(text), 1 << 18):
        yield text[first : first + (1 << 18)]


async def _made(size: Size, until: datetime) -> AsyncIterator[tuple[str, int, bytes]]:
    """Yield (table, rows, their text), one step ahead of who takes it."""
    loop, context = asyncio.get_running_loop(), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(size, until)) as pool:
        steps = [*range(0, size.subscribers, AT_ONCE), *([-1] * -(-size.postings // AT_ONCE)), -2]
        coming = loop.run_in_executor(pool, _step, steps[0])
        for step in [*steps[1:], None]:
            parts = await coming
            if step is not None:
                coming = loop.run_in_executor(pool, _step, step)
            for part in parts:
                yield part


def _begin(size: Size, until: datetime) -> None:
    _books.append(Books(size, until))


def _step(first: int) -> list[tuple[str, int, bytes]]:
    """Make subscribers from `first` on, the next part of the ledger (-1), or its accounts (-2)."""
    books = _books[0]
    if first == -2:
        rows = books.accounts()
        return [_text("ledger_accounts", part) for part in iter(lambda: list(islice(rows, AT_ONCE)), [])]
    if first == -1:
        chunk = books.ledger(AT_ONCE)
        return [
            _text("operations", chunk.operations),
            _text("postings", chunk.postings),
            _text("entries", chunk.entries),
        ]
    last = first + AT_ONCE
    return [
        _text("subscribers", list(books.subscribers(first, last))),
        _text("packages", list(books.packages(first, last))),
    ]


def _text(table: str, rows: list[Row]) -> tuple[str, int, bytes]:
    """Return rows in COPY's text format; nothing in them needs escaping."""
    return table, len(rows), "".join(map(_line, rows)).encode()


def _line(row: Iterable[str | int | None]) -> str:
    return "\t".join(["\\N" if value is None else str(value) for value in row]) + "\n"
