"""Fill an empty database with many subscribers, their packages and a sound ledger.

    python -m tools.seed postgresql+asyncpg://ivr@127.0.0.1/ivr
    python -m tools.seed sqlite+aiosqlite:///var/big.sqlite --subscribers 200000 --ledger-rows 4000000

The database is migrated first and must hold no subscriber.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from ivr.accounts.clock import WallClock
from ivr.accounts.opening import open_store
from ivr.accounts.ports import Store
from ivr.accounts.records import Subscriber
from ivr.accounts.store import SqlStore
from ivr.errors import IvrError, SetupError
from tools.seed import postgres, sqlite
from tools.seed.books import Books, Size


def main() -> int:
    """Fill what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", help="of the database, as in the settings")
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--ledger-rows", type=int, default=20_000_000)
    given = parser.parse_args()
    try:
        asyncio.run(fill(given.url, Size(given.subscribers, given.ledger_rows)))
    except IvrError as fault:
        sys.stderr.write(f"{fault}: {fault.remedy}\n")
        return 1
    return 0


async def fill(url: str, size: Size) -> None:
    """Migrate and fill a database, with a progress bar. Raises SetupError when it is not empty."""
    if size.subscribers < 1 or size.postings < size.subscribers:
        raise SetupError("too few ledger rows", remedy="ask for two ledger rows a subscriber at least")
    store = await open_store(url)
    try:
        place = await _empty(store)
    finally:
        await store.close()
    now = WallClock().now()
    with Progress(console=Console(stderr=True)) as progress:
        total = size.subscribers * 5 + size.postings * 4
        rows = progress.add_task("rows", total=total)
        after = progress.add_task("indices", total=None)

        def told(table: str, count: int) -> None:
            progress.advance(after if table == "indices" else rows, count)

        if isinstance(place, str):
            await postgres.load(place, size, now, told)
        else:
            await asyncio.to_thread(sqlite.load, place, Books(size, now), told)


async def _empty(store: Store) -> Path | str:
    """Return where to load: a file, or PostgreSQL's URL."""
    if not isinstance(store, SqlStore):
        raise SetupError("memory cannot be filled", remedy="name a database")
    async with store.read() as reader:
        if await reader.find(Subscriber, limit=1):
            raise SetupError("the database is not empty", remedy="name a new one")
    if store.file is not None:
        return store.file
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


if __name__ == "__main__":
    raise SystemExit(main())
