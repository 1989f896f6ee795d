"""A copy of the database, taken while in use, and brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ivr.accounts.backup import backup, restore
from ivr.accounts.opening import open_store
from ivr.accounts.records import Subscriber
from ivr.accounts.store import SqlStore
from ivr.errors import AccountsError, SetupError

ANNA = Subscriber("a", "+79260000001", "Анна", "classic", date(2020, 2, 29))


async def opened(folder: Path) -> SqlStore:
    store = await open_store(f"sqlite+aiosqlite:///{folder / 'accounts.sqlite'}")
    assert isinstance(store, SqlStore)
    return store


async def rename(store: SqlStore, name: str, *, new: bool = False) -> None:
    async with store.write() as work:
        changed = replace(ANNA, name=name)
        await (work.add(changed) if new else work.put(changed))
        await work.commit()


async def test_a_copy_brings_back_what_was(tmp_path: Path) -> None:
    store, copy = await opened(tmp_path), tmp_path / "copy.sqlite"
    await rename(store, "before", new=True)
    async with store.write() as work:
        await work.put(replace(ANNA, name="under way"))
        await backup(store, copy)
        await work.commit()
    assert copy.stat().st_mode & 0o777 == 0o600
    await restore(store, copy)
    again = await opened(tmp_path)
    async with again.read() as reader:
        found = await reader.get(Subscriber, "a")
    assert found is not None
    assert found.name == "before"
    await again.close()


async def test_copies_are_never_overwritten_nor_made_up(tmp_path: Path) -> None:
    store, copy = await opened(tmp_path), tmp_path / "copy.sqlite"
    await backup(store, copy)
    with pytest.raises(SetupError, match="exists already"):
        await backup(store, copy)
    with pytest.raises(SetupError, match="there is no"):
        await restore(store, tmp_path / "other")
    copy.write_bytes(b"damaged" * 1000)
    with pytest.raises(AccountsError, match="could not be copied"):
        await restore(store, copy)
    await store.close()


async def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    store = SqlStore("postgresql+asyncpg://nobody@127.0.0.1:1/none", ())
    with pytest.raises(SetupError, match="only SQLite"):
        await backup(store, tmp_path / "copy")
    await store.close()
