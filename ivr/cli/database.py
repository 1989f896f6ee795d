"""`ivr db`: the account core's database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ivr.accounts.audit import check_catalogue, check_ledger
from ivr.accounts.backup import backup as write_backup
from ivr.accounts.backup import restore as read_backup
from ivr.accounts.catalogue import load_catalogue
from ivr.accounts.kinds import KINDS
from ivr.accounts.seed import seed_demo
from ivr.accounts.store import SqlStore
from ivr.accounts.store.migrate import migrate
from ivr.bootstrap import accounts_options, open_core
from ivr.settings import Settings, load_settings

db = typer.Typer(no_args_is_help=True, help="The account core's database.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(db, name="db")


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""

    async def work(settings: Settings) -> None:
        store = store_of(settings)
        try:
            await migrate(store)
        finally:
            await store.close()

    asyncio.run(work(load_settings()))


@db.command()
def seed() -> None:
    """Add the demonstration subscribers that are missing."""

    async def work(settings: Settings) -> None:
        accounts = await open_core(settings)
        try:
            sys.stdout.write(f"{await seed_demo(accounts.desk)} subscribers added\n")
        finally:
            await accounts.close()

    asyncio.run(work(load_settings()))


@db.command()
def check() -> None:
    """Audit double entry, hash chain and catalogue; exit code 1 when anything is wrong."""

    async def work(settings: Settings) -> list[str]:
        store = store_of(settings)
        catalogue = load_catalogue(accounts_options(settings).catalogue)
        try:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task("postings", total=None)
                ledger = await check_ledger(
                    store, lambda done, count: progress.update(task, completed=done, total=count)
                )
            return [*ledger, *await check_catalogue(store, catalogue)]
        finally:
            await store.close()

    faults = asyncio.run(work(load_settings()))
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "the books are right\n")
    raise typer.Exit(1 if faults else 0)


@db.command()
def backup(to: Annotated[Path, typer.Argument(help="file to write")]) -> None:
    """Copy the database while it is in use (SQLite). Keep the pepper apart from the copy."""
    asyncio.run(_with_store(lambda store: write_backup(store, to)))


@db.command()
def restore(copy: Annotated[Path, typer.Argument(help="file that backup wrote")]) -> None:
    """Bring a copy back in the database's place; nothing may be running."""
    asyncio.run(_with_store(lambda store: read_backup(store, copy)))


async def _with_store(work: Callable[[SqlStore], Awaitable[None]]) -> None:
    store = store_of(load_settings())
    try:
        await work(store)
    finally:
        await store.close()


def store_of(settings: Settings) -> SqlStore:
    """Return the store that the settings name, as it is: not migrated."""
    return SqlStore(accounts_options(settings).database, KINDS)
