"""One worker process: it takes calls from Asterisk and carries them through their flows.

It holds everything calls share: flows, words, the account core, the voice, the ears, the ports. On
TERM it takes no more calls, lets those under way end within `GRACE_SECONDS`, and hands the rest back to
the dialplan, which gives them to another worker.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import structlog

from ivr.accounts.door import Accounts
from ivr.bootstrap import Script, load_script, open_core, open_ears, open_voice
from ivr.channels.asterisk.agi_server import AgiLimits
from ivr.channels.asterisk.channel import AsteriskChannel, CallParts
from ivr.channels.asterisk.driver import CallOptions
from ivr.channels.asterisk.media import MediaServer
from ivr.channels.asterisk.server import OfferedCall, TelephoneServer
from ivr.channels.asterisk.transfer import QueueTarget
from ivr.channels.asterisk.watchdog import loop_watched
from ivr.channels.runner import Session
from ivr.dialogue.events import CallOffered
from ivr.dialogue.queries import Outcome
from ivr.ops.exposing import exposing
from ivr.ops.metrics import Metrics
from ivr.settings import Settings

log = structlog.get_logger(__name__)

GRACE_SECONDS = 5.0
"""Calls under way get so long to end when the worker is told to stop."""
OPERATORS = "operators"
"""The transfer target of the flows, and its queue."""


class Calls:
    """Carries every call that the telephone server offers."""

    def __init__(self, script: Script, accounts: Accounts, metrics: Metrics) -> None:
        self._script = script
        self._accounts = accounts
        self._metrics = metrics

    async def carry(self, call: OfferedCall, channel: AsteriskChannel) -> None:
        """Carry one call from offer to end; fields of its log lines bind here."""
        with structlog.contextvars.bound_contextvars(call=uuid4().hex[:12], number=call.number):
            started = time.monotonic()
            log.info("call offered", pii_line=call.line, resumed=call.resumed, language=call.language)
            self._metrics.call_started()
            reason = "failed"
            try:
                session = Measured(self._accounts.session(call.line or None, call.number), self._metrics)
                runner = self._script.call(call.number, channel, session)
                reason = await runner.run(CallOffered(call.language, call.resumed))
            finally:
                self._metrics.call_ended(call.number, reason)
                log.info("call ended", reason=reason, seconds=round(time.monotonic() - started, 1))


class Measured:
    """The account core as one call sees it, with the time each use case takes."""

    def __init__(self, session: Session, metrics: Metrics) -> None:
        self._session = session
        self._metrics = metrics

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        """Run one use case."""
        started = time.monotonic()
        try:
            return await self._session.ask(name, arguments)
        finally:
            self._metrics.query_took(name, time.monotonic() - started)


@asynccontextmanager
async def running_worker(settings: Settings, index: int) -> AsyncIterator[TelephoneServer]:
    """Open everything, take calls, close everything. Raises IvrError when a part cannot be opened."""
    workers, metrics = settings.workers, Metrics()
    async with AsyncExitStack() as stack:
        if workers.metrics_port:
            port = workers.metrics_port + index
            await stack.enter_async_context(exposing(metrics.registry, port, "IVR_WORKERS_METRICS_PORT"))
        accounts = await open_core(settings)
        stack.push_async_callback(accounts.close)
        voice = await stack.enter_async_context(open_voice(settings, metrics.count))
        ears = await stack.enter_async_context(open_ears(settings, metrics.count))
        media = MediaServer()
        stack.push_async_callback(media.close)
        await media.start(port=workers.media_port + index)
        script = load_script(settings)
        script = replace(script, content=replace(script.content, recorded=voice.recorded))
        script.compile_grammars()
        # what lives as long as the process is not looked at again: a full collection over it takes 0.1 s,
        # in which no call would hear a sound
        gc.collect()
        gc.freeze()
        calls = Calls(script, accounts, metrics)
        queues = {OPERATORS: QueueTarget(OPERATORS, seconds=settings.asterisk.queue_seconds)}
        parts = CallParts(
            media,
            voice,
            ears,
            CallOptions(queues=queues),
            on_fallback=lambda reason: metrics.count("plain_playback"),
        )
        server = TelephoneServer(calls.carry, parts, AgiLimits(sessions=workers.calls))
        stack.push_async_callback(server.close, GRACE_SECONDS)
        await server.start(port=workers.agi_port + index)
        yield server


async def serve(settings: Settings, index: int) -> None:
    """Run a worker until TERM or INT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with loop_watched(), running_worker(settings, index) as server:
        loop.add_signal_handler(signal.SIGUSR1, lambda: tell_state(server))
        log.info("worker ready", worker=index, agi_port=settings.workers.agi_port + index)
        await stop.wait()
        log.info("worker stops", worker=index)


def tell_state(server: TelephoneServer) -> None:
    """Log what the worker holds at this moment; asked for with USR1."""
    tasks = [task.get_coro() for task in asyncio.all_tasks()]
    names = sorted(getattr(coroutine, "__qualname__", "?") for coroutine in tasks)
    log.info("worker state", calls=server.calls, tasks=len(tasks), names=names)
