"""Connections: how SQLite and PostgreSQL are opened, and their errors under our names."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ivr.errors import AccountsError

WRITER_LOCK = 0x1F0505
"""Key of the PostgreSQL advisory lock every writer takes."""


def open_engine(url: str) -> AsyncEngine:
    """Return the engine of a database.

    SQLite: WAL, synchronous FULL, foreign keys, busy timeout; what writes begins with BEGIN IMMEDIATE.
    PostgreSQL: UTF-8, with a locale that knows more letters than ASCII.
    """
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


def renamed(fault: Exception) -> AccountsError:
    """Return our error for one of the driver's, for `raise ... from`."""
    # The driver's own text may quote parameters, which may be the caller's: only its type goes on.
    return AccountsError(
        f"storage failed: {type(fault).__name__}", remedy="see that the database is reachable"
    )


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
