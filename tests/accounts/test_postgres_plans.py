"""What PostgreSQL does for the writer while tables grow."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.accounts.kinds import KINDS
from ivr.accounts.records import Subscriber, VoiceSettings
from ivr.accounts.store import SqlStore
from tests.accounts.conftest import database

PEOPLE = 300


async def test_references_are_looked_at_by_key_though_the_plan_was_made_while_the_table_was_empty(
    postgres_server: str,
) -> None:
    async with database(postgres_server) as url:
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(sa.text("VACUUM ANALYZE"))
        store = SqlStore(url, KINDS)
        for number in range(PEOPLE):
            async with store.write() as work:
                one = Subscriber(str(number), f"+7926{number:07}", "Anna", "classic", date(2020, 2, 29))
                await work.add(one)
                await work.add(VoiceSettings(one.id))
                await work.commit()
        await store.close()
        async with engine.connect() as connection:
            question = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'subscribers'"
            read = (await connection.execute(sa.text(question))).scalar_one()
        await engine.dispose()
    assert read < PEOPLE
