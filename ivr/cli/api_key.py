"""`ivr api-key`: which programs may use the HTTP door."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from ivr.accounts.access import clients, create_client, revoke_client
from ivr.accounts.desk import Desk
from ivr.accounts.records_access import ApiClient
from ivr.bootstrap import open_core
from ivr.settings import load_settings

api_key = typer.Typer(no_args_is_help=True, help="Keys of programs that use the HTTP API.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(api_key, name="api-key")


@api_key.command()
def create(
    name: Annotated[str, typer.Argument(help="what people call the program")],
    relays: Annotated[
        bool, typer.Option("--relays", help="it stands between us and its users and tells their addresses")
    ] = False,
    payments: Annotated[
        bool, typer.Option("--payments", help="it may report payments: what it reports is put on accounts")
    ] = False,
) -> None:
    """Make a key and print it, this once."""

    async def work(desk: Desk) -> None:
        client, key = await create_client(desk, name, relays=relays, payments=payments)
        sys.stderr.write(f"{client.id} {client.name}: the key is told only now\n")
        sys.stdout.write(f"{key.reveal()}\n")

    asyncio.run(_with_desk(work))


@api_key.command("list")
def list_() -> None:
    """Tell every client: id, day, state, name."""

    async def work(desk: Desk) -> None:
        for one in await clients(desk):
            sys.stdout.write(f"{one.id} {one.created:%Y-%m-%d} {_state(one):<15} {one.name}\n")

    asyncio.run(_with_desk(work))


def _state(client: ApiClient) -> str:
    """Return what a key is good for, in a word or two."""
    if client.revoked:
        return "revoked"
    rights = {"relays": client.relays, "payments": client.payments}
    return ",".join(name for name, given in rights.items() if given) or "valid"


@api_key.command()
def revoke(client: Annotated[str, typer.Argument(help="the client's id, as list tells it")]) -> None:
    """Take a key back; sessions opened with it end at once."""
    asyncio.run(_with_desk(lambda desk: revoke_client(desk, client)))


async def _with_desk(work: Callable[[Desk], Awaitable[None]]) -> None:
    accounts = await open_core(load_settings())
    try:
        await work(accounts.desk)
    finally:
        await accounts.close()
