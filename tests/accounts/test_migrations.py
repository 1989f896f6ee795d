"""The migrations add up to exactly the tables as described."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import alembic.command
import sqlalchemy as sa

from ivr.accounts.kinds import KINDS
from ivr.accounts.records_services import Plan
from ivr.accounts.store import SqlStore
from ivr.accounts.store.migrate import config, drift, is_current, migrate
from tests.accounts.conftest import command, database


async def test_the_schema_equals_the_sum_of_the_migrations(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite'}", KINDS)
    assert not await is_current(store)
    await migrate(store)
    assert await is_current(store)
    assert await drift(store) == []
    await migrate(store)
    await store.close()


async def test_a_database_with_numbers_in_it_is_brought_up_to_date(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite'}", KINDS)
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda sync: alembic.command.upgrade(config(sync, store.metadata), "0003"))
        await connection.execute(
            sa.text(
                "INSERT INTO subscribers (id, phone, name, tariff, since, language, region, segment, blocked)"
                " VALUES ('a', '+79260000001', 'A', 'classic', '2020-01-01', 'ru', 'moscow', 'individual', 0)"
            )
        )
        await connection.execute(
            sa.text("INSERT INTO plans (subscriber, due, unpaid) VALUES ('a', '2026-12-01', 0)")
        )
    await migrate(store)
    async with store.read() as reader:
        assert await reader.find(Plan) == [Plan("a", date(2026, 12, 1))]
    await store.close()


async def test_drift_notices_a_missing_column(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite'}", KINDS)
    await migrate(store)
    async with store.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE operations DROP COLUMN told"))
    assert await drift(store) != []
    await store.close()


async def test_sqlite_is_durable_and_strict(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite'}", KINDS)
    async with store.engine.connect() as connection:
        asked = {
            name: (await connection.execute(sa.text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    await store.close()


async def test_the_schema_equals_the_sum_of_the_migrations_on_postgresql(postgres_server: str) -> None:
    async with database(postgres_server) as url:
        store = SqlStore(url, KINDS)
        assert await is_current(store)
        assert await drift(store) == []
        await migrate(store)
        await store.close()


async def test_two_processes_migrate_at_once(postgres_server: str) -> None:
    await command(postgres_server, "CREATE DATABASE raced")
    stores = [SqlStore(f"{postgres_server}/raced", KINDS) for _ in range(3)]
    await asyncio.gather(*(migrate(store) for store in stores))
    assert await drift(stores[0]) == []
    for store in stores:
        await store.close()
