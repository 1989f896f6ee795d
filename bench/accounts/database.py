"""Administration of the benches' own PostgreSQL."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine


def command(url: str, statement: str) -> None:
    """Run one statement outside any transaction; without a database in the URL, in `postgres`."""

    async def run() -> None:
        place = url if urlsplit(url).path else f"{url}/postgres"
        engine = create_async_engine(place, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(sa.text(statement))
        await engine.dispose()

    asyncio.run(run())
