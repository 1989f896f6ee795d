"""`ivr run`, `ivr serve`: the service itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

import typer
import uvloop

from ivr.accounts.door import Accounts
from ivr.accounts.seed import seed_demo
from ivr.bootstrap import open_core, open_upkeep
from ivr.channels.asterisk.instance_options import kept_secret
from ivr.cli.content import build_prompts
from ivr.doctor import examine
from ivr.errors import SettingsError
from ivr.ops.api_metrics import ApiMetrics
from ivr.ops.exposing import exposing
from ivr.ops.logs import set_up_logs
from ivr.settings import Settings, load_settings
from ivr.stack import Stack
from ivr.web.server import serving
from ivr.worker import serve as serve_worker

HOW_TO_CALL = """
The voice account answers at sip:0505@127.0.0.1:{port} (also 0500, 0555).
  make call        places a call with a real voice and lets you hear it
  a softphone      any SIP phone without registration; call 0505; your number is the name you give it:
                   +79261234567 (Russian, 245.50), +79261234568 (English), any other is a stranger
  ivr talk 0505    the same dialogue in this terminal
Logs: {logs}. Ctrl-C stops everything.
"""


HOW_TO_ASK = """
The HTTP API answers at http://127.0.0.1:{port}; http://127.0.0.1:{port}/docs describes it.
"""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(run)
    app.command()(serve)
    app.command()(doctor)


def run() -> None:
    """Start Asterisk and the workers on loopback, say how to call, stop everything on Ctrl-C."""
    settings = load_settings()
    logging_for(settings)
    asyncio.run(_run(settings))


def serve(
    worker: Annotated[int, typer.Option("--worker", help="which worker this is, from 0")] = 0,
    api: Annotated[bool, typer.Option("--api", help="serve the HTTP API instead of calls")] = False,
) -> None:
    """Run one worker process, or the HTTP API alone; `ivr run` starts these."""
    settings = load_settings()
    logging_for(settings)
    uvloop.run(_serve_api(settings) if api else serve_worker(settings, worker))


def doctor() -> None:
    """Tell the state of every part, one line each; exit code 1 when something needed is missing."""
    settings = load_settings()
    set_up_logs("CRITICAL", json_lines=False, key=b"doctor")
    raise typer.Exit(asyncio.run(_doctor(settings)))


async def _doctor(settings: Settings) -> int:
    ill = 0
    async for finding in examine(settings):
        mark = "ok  " if finding.well else ("FAIL" if finding.needed else "warn")
        remedy = f"  -> {finding.remedy}" if finding.remedy and not finding.well else ""
        sys.stdout.write(f"{mark} {finding.part:<12} {finding.detail}{remedy}\n")
        ill += finding.needed and not finding.well
    return 1 if ill else 0


def logging_for(settings: Settings) -> None:
    """Set up logs with this installation's redaction key."""
    folder = settings.path(settings.runtime)
    folder.mkdir(parents=True, exist_ok=True)
    key = kept_secret(folder / "log-key")
    set_up_logs(settings.log.level, json_lines=settings.log.json_lines, key=key.encode())


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await prepare(settings)
    async with (
        Stack(settings, dict(os.environ)),
        due_work(settings) as accounts,
        http_door(settings, accounts),
    ):
        logs = settings.path(settings.runtime) / "log"
        sys.stdout.write(HOW_TO_CALL.format(port=settings.asterisk.sip_port, logs=logs))
        sys.stdout.flush()
        await stop.wait()
        sys.stdout.write("Stopping ...\n")


@asynccontextmanager
async def due_work(settings: Settings) -> AsyncIterator[Accounts]:
    """Do the account core's due work beside the calls: fees, loans, documents, messages out."""
    accounts = await open_core(settings)
    upkeep = asyncio.create_task(open_upkeep(settings, accounts).run())
    try:
        yield accounts
    finally:
        upkeep.cancel()
        await asyncio.wait([upkeep])
        await accounts.close()


@asynccontextmanager
async def http_door(settings: Settings, accounts: Accounts) -> AsyncIterator[None]:
    """Serve the HTTP API while inside, when the settings name a port for it."""
    if not settings.web.port:
        yield
        return
    metrics = ApiMetrics()
    async with AsyncExitStack() as stack:
        if settings.web.metrics_port:
            where = settings.web.metrics_port
            await stack.enter_async_context(exposing(metrics.registry, where, "IVR_WEB_METRICS_PORT"))
        port = await stack.enter_async_context(serving(accounts, settings.web, metrics))
        sys.stdout.write(HOW_TO_ASK.format(port=port))
        sys.stdout.flush()
        yield


async def _serve_api(settings: Settings) -> None:
    if not settings.web.port:
        raise SettingsError("the HTTP API has no port", remedy="set IVR_WEB_PORT, for example to 8080")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    accounts = await open_core(settings)
    try:
        async with http_door(settings, accounts):
            await stop.wait()
    finally:
        await accounts.close()


async def prepare(settings: Settings) -> None:
    """Bring the database up to date with its demonstration subscribers, and render fixed prompts."""
    accounts = await open_core(settings)
    try:
        await seed_demo(accounts.desk)
    finally:
        await accounts.close()
    await build_prompts(settings)
