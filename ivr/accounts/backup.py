"""Copies of an SQLite database while it is in use, and bringing one back. PostgreSQL has pg_dump for this."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ivr.accounts.store import SqlStore
from ivr.errors import AccountsError, SetupError


async def backup(store: SqlStore, to: Path) -> None:
    """Write a consistent copy to a new file, readable by its owner only. Raises SetupError, AccountsError.

    The pepper is not in it: back that up elsewhere, or every password is lost with it.
    """
    await asyncio.to_thread(_copy, _file(store), to)


async def restore(store: SqlStore, copy: Path) -> None:
    """Replace the database by a copy, after checking the copy. No other process may have the database
    open."""
    place = _file(store)
    await store.close()
    await asyncio.to_thread(_bring_back, copy, place)


def _file(store: SqlStore) -> Path:
    if store.file is None:
        raise SetupError("only SQLite databases are copied here", remedy="use pg_dump and pg_restore")
    return store.file


def _copy(place: Path, to: Path) -> None:
    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)
            _must_be_sound(target)
    except FileExistsError as fault:
        raise SetupError(f"{to.name} exists already", remedy="name a new file") from fault
    except (OSError, sqlite3.Error) as fault:
        raise AccountsError(f"the database could not be copied: {fault}") from fault


def _bring_back(copy: Path, place: Path) -> None:
    draft = place.with_name(f"{place.name}.restored")
    draft.unlink(missing_ok=True)
    if not copy.exists():
        raise SetupError(f"there is no {copy.name}", remedy="name an existing copy")
    _copy(copy, draft)
    for leftover in ("-wal", "-shm"):  # they belong to the old file and would be replayed into the new one
        place.with_name(place.name + leftover).unlink(missing_ok=True)
    draft.replace(place)


def _must_be_sound(target: sqlite3.Connection) -> None:
    (answer,) = target.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok" or target.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise AccountsError("the copy is damaged", remedy="use another copy")
