"""`ivr talk NUMBER`: the text telephone."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from ivr.accounts.opening import AccountsOptions, open_accounts
from ivr.accounts.seed import DEMO, seed_demo
from ivr.bootstrap import accounts_options, load_script
from ivr.channels.console import ConsoleChannel
from ivr.channels.timers import ManualTimers
from ivr.dialogue.events import CallOffered
from ivr.dialogue.timing import WAIT
from ivr.ops.logs import set_up_logs
from ivr.settings import Settings, load_settings

HELP_LINE = "Type words to speak, #31 for keys, an empty line for silence, ! to hang up."


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(talk)


def talk(
    number: Annotated[str, typer.Argument(help="the number to call, e.g. 0505")],
    caller: Annotated[str, typer.Option("--from", help="the calling line, any form; empty: withheld")] = (
        DEMO[0].phone
    ),
    real: Annotated[
        bool, typer.Option("--real", help="use the installation's accounts, not demo ones")
    ] = False,
) -> None:
    """Hold the dialogue of a call in this terminal; needs no Asterisk, no model, no root."""
    settings = load_settings()
    set_up_logs("ERROR", json_lines=False, key=b"text telephone")
    asyncio.run(_talk(settings, number, caller or None, real=real))


async def _talk(settings: Settings, number: str, line: str | None, *, real: bool) -> None:
    script = load_script(settings)
    script.flow_for(number)
    own = accounts_options(settings)
    accounts = await open_accounts(own if real else _demo_options(own))
    try:
        if not real:
            await seed_demo(accounts.desk)
        timers = ManualTimers(at_once=frozenset({WAIT}))
        sys.stdout.write(HELP_LINE + "\n")
        channel = ConsoleChannel(_read_line, _write_line, timers)
        runner = script.call(number, channel, accounts.session(line, number), timers)
        channel.callers_turn = runner.idle.wait
        await runner.run(CallOffered())
    finally:
        await accounts.close()


def _demo_options(own: AccountsOptions) -> AccountsOptions:
    return AccountsOptions("memory", own.pepper, own.sms_file, own.hashing, own.login)


async def _read_line() -> str | None:
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = await asyncio.to_thread(sys.stdin.readline)
    return line.rstrip("\n") if line else None


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
