"""Code of the release before runs on the new schema, so that nodes can be brought up to date one by one.

The migrations themselves remember what each release knew: its tables are read from a database of its
revision, and go on being written and read, column by column, after the next step has been run.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import alembic.command
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from ivr.accounts.kinds import KINDS
from ivr.accounts.store import SqlStore
from ivr.accounts.store.migrate import FOLDER, config
from tests.accounts.conftest import command

REVISIONS = [step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]


def value(column: sa.Column[Any], other: bool) -> Any:
    """Return one of two values that old code may have written to a column."""
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return value(key.column, other)
    if isinstance(column.type, sa.Boolean):
        return other
    if isinstance(column.type, sa.Integer):
        return 7 + other
    if isinstance(column.type, sa.DateTime):
        return datetime(2026, 11, 22 + other)  # noqa: DTZ001 - kept without a zone
    if isinstance(column.type, sa.Date):
        return date(2026, 11, 22 + other)
    return f"{column.table.name}.{column.name}{other:d}"


def use(connection: sa.Connection, old: sa.MetaData) -> None:
    """Write, read, change and remove a row of every table, by the columns old code knows."""
    tables = old.sorted_tables
    for table in tables:
        rows = [{column.name: value(column, other) for column in table.columns} for other in (False, True)]
        connection.execute(table.insert(), rows)
        assert [dict(row._mapping) for row in connection.execute(table.select())] == rows
        plain = {c.name: value(c, True) for c in table.columns if not (c.primary_key or c.foreign_keys)}
        plain = {name: one for name, one in plain.items() if not _is_unique(table, name)}
        if plain:
            key = next(iter(table.primary_key.columns))
            changed = connection.execute(table.update().where(key == value(key, False)).values(**plain))
            assert changed.rowcount == 1
    for table in reversed(tables):
        assert connection.execute(table.delete()).rowcount == 2


def _is_unique(table: sa.Table, name: str) -> bool:
    groups = [rule.columns for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    return any(name in group for group in groups)


def step_by_step(connection: sa.Connection) -> int:
    """Run the migrations one by one, old code at work after each; return how many tables it used at last."""
    old = sa.MetaData()
    for revision in REVISIONS:
        alembic.command.upgrade(config(connection, sa.MetaData()), revision)
        use(connection, old)
        old = sa.MetaData()
        old.reflect(connection)
        old.remove(old.tables["alembic_version"])
    use(connection, old)
    return len(old.tables)


async def run(url: str) -> int:
    store = SqlStore(url, KINDS)
    try:
        async with store.engine.execution_options(writes=True).begin() as connection:
            return await connection.run_sync(step_by_step)
    finally:
        await store.close()


async def test_on_sqlite(tmp_path: Path) -> None:
    assert await run(f"sqlite+aiosqlite:///{tmp_path / 'old.sqlite'}") == len(KINDS)


async def test_on_postgresql(postgres_server: str) -> None:
    await command(postgres_server, "CREATE DATABASE old_code")
    assert await run(f"{postgres_server}/old_code") == len(KINDS)


def breaking(connection: sa.Connection, statement: str) -> None:
    alembic.command.upgrade(config(connection, sa.MetaData()), "head")
    old = sa.MetaData()
    old.reflect(connection)
    old.remove(old.tables["alembic_version"])
    connection.execute(sa.text(statement))
    use(connection, old)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE tags RENAME COLUMN tag TO label",
        "ALTER TABLE budgets DROP COLUMN level",
        "DROP TABLE questions",
        "CREATE UNIQUE INDEX once ON messages (channel IS NULL)",
    ],
)
async def test_a_breaking_step_is_noticed(tmp_path: Path, statement: str) -> None:
    store = SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite'}", KINDS)
    try:
        with pytest.raises(sa.exc.DatabaseError):
            async with store.engine.execution_options(writes=True).begin() as connection:
                await connection.run_sync(breaking, statement)
    finally:
        await store.close()
