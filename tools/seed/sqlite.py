"""Loading into SQLite: one transaction, no journal, indices made afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from tools.seed.books import Books, Row

AT_ONCE = 50_000
Told = Callable[[str, int], None]
"""Called with the table's name and how many rows more are in."""


def load(place: Path, books: Books, told: Told) -> None:
    """Fill a migrated, empty database."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}")
        indices = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indices:
            connection.execute(f'DROP INDEX "{name}"')
        _fill(connection, books, told)
        for _, statement in indices:
            connection.execute(statement)
            told("indices", 1)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode=WAL")


def _fill(connection: sqlite3.Connection, books: Books, told: Told) -> None:
    def put(table: str, rows: Iterable[Row]) -> None:
        rows = rows if isinstance(rows, Sequence) else list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)  # noqa: S608 - our own tables
            told(table, len(rows))

    for first in range(0, books.size.subscribers, AT_ONCE):
        put("subscribers", books.subscribers(first, first + AT_ONCE))
        put("packages", books.packages(first, first + AT_ONCE))
    while (chunk := books.ledger(AT_ONCE)).postings:
        put("operations", chunk.operations)
        put("postings", chunk.postings)
        put("entries", chunk.entries)
    put("ledger_accounts", books.accounts())
