"""Bringing a database to the present shape, and telling whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import Connection

from ivr.accounts.store.engine import WRITER_LOCK, renamed
from ivr.accounts.store.sql import SqlStore

FOLDER = Path(__file__).parents[1] / "migrations"


async def migrate(store: SqlStore) -> None:
    """Run every step the database has not seen, all or nothing. Raises AccountsError."""
    try:
        async with store.engine.execution_options(writes=True).begin() as connection:
            await connection.run_sync(_upgrade, store.metadata)
    except (sa.exc.SQLAlchemyError, CommandError, OSError) as fault:
        raise renamed(fault) from fault


async def is_current(store: SqlStore) -> bool:
    """Tell whether every step has been run."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(_is_at_head)


async def drift(store: SqlStore) -> list[Any]:
    """Return the differences between the database as migrated and the tables as described; none is right."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(_compare, store.metadata)


def config(connection: Connection | None, metadata: sa.MetaData) -> Config:
    """Return Alembic's configuration without a file."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes.update(connection=connection, metadata=metadata)
    return settings


def _upgrade(connection: Connection, metadata: sa.MetaData) -> None:
    if connection.dialect.name == "postgresql":  # one process migrates, the others find it done
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
    command.upgrade(config(connection, metadata), "head")


def _is_at_head(connection: Connection) -> bool:
    script = ScriptDirectory(str(FOLDER))
    return MigrationContext.configure(connection).get_current_heads() == tuple(script.get_heads())


def _compare(connection: Connection, metadata: sa.MetaData) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))
