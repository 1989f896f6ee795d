"""The audio stream as a leg of a call; the other leg is plain playback (`plain.py`).

A leg runs inside the driver's task, has the command line to itself while it runs, and returns when the
driver is wanted for something else. PeerGone comes out of it when the caller is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ivr.channels.asterisk.agi import Reply
from ivr.channels.asterisk.agi_commands import CHANNEL_STATUS, execute
from ivr.channels.asterisk.agi_server import AgiSession
from ivr.channels.asterisk.media import LEFT, MediaListener, MediaServer, MediaStream
from ivr.channels.asterisk.playing import PlayQueue
from ivr.errors import PeerGone


@dataclass(frozen=True, slots=True)
class LegTimes:
    """How long a leg waits for what, in seconds."""

    opening: float = 3.0
    """For the stream to open; Asterisk itself tries for two."""
    leaving: float = 3.0
    """For Asterisk's application to return once the stream is closed."""
    longest: float = 4 * 3600.0
    """For a call in one stream."""
    wait: float = 0.25
    """For a key at a time in plain playback: how long an order may have to wait in a quiet moment."""
    short_wait: float = 0.05
    """The same just after something has happened: what the dialogue answers is not kept waiting."""
    playing: float = 120.0
    """For one phrase of plain playback."""
    making: float = 10.0
    """For a sound file to be made."""


class MediaLeg:
    """One stay in the AudioSocket application."""

    def __init__(self, session: AgiSession, media: MediaServer, queue: PlayQueue, times: LegTimes) -> None:
        self._session = session
        self._media = media
        self._queue = queue
        self._times = times

    async def run(
        self, listener: MediaListener, opened: Callable[[], None], wanted: asyncio.Event
    ) -> str | None:
        """Stay in the stream until `wanted` is set; return None then, or why the stream failed."""
        call = uuid4()
        arrival = self._media.expect(call, self._queue, listener)
        order = execute("AudioSocket", f"{call},{self._media.address}")
        running = asyncio.create_task(self._session.command(order, self._times.longest))
        try:
            stream = await self._open(arrival, running)
            if stream is None:
                self._media.forget(call)
                return await self._refused(running)
            opened()
            return await self._stay(stream, running, wanted)
        finally:
            self._media.forget(call)
            if arrival.done() and not arrival.cancelled():
                arrival.result().terminate()  # Asterisk does not look at the command line while it streams
            await _finish(running)

    async def _open(
        self, arrival: asyncio.Future[MediaStream], running: asyncio.Task[Reply]
    ) -> MediaStream | None:
        waited: set[asyncio.Future[Any]] = {arrival, running}
        await asyncio.wait(waited, timeout=self._times.opening, return_when="FIRST_COMPLETED")
        return arrival.result() if arrival.done() else None

    async def _refused(self, running: asyncio.Task[Reply]) -> str:
        """No stream came: wait until Asterisk has given up too."""
        reply = await self._reply(running)
        return f"the stream did not open (result {reply.result})"

    async def _stay(
        self, stream: MediaStream, running: asyncio.Task[Reply], wanted: asyncio.Event
    ) -> str | None:
        called = asyncio.create_task(wanted.wait())
        try:
            waited: set[asyncio.Future[Any]] = {running, called, stream.over}
            await asyncio.wait(waited, return_when="FIRST_COMPLETED")
        finally:
            called.cancel()
            stream.terminate()
        reply = await self._reply(running)
        if stream.over.result() == LEFT and reply.ok:
            return None
        return f"{stream.over.result()} (result {reply.result})"

    async def _reply(self, running: asyncio.Task[Reply]) -> Reply:
        """The application's own reply, which comes within milliseconds of its end."""
        try:
            return await asyncio.wait_for(running, self._times.leaving)
        except TimeoutError as error:
            raise PeerGone("Asterisk does not leave the audio stream") from error


async def _finish(task: asyncio.Task[Reply]) -> None:
    """Let go of a command that is still under way; the session ends with it."""
    if not task.done():
        task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()


async def check_alive(session: AgiSession) -> None:
    """PeerGone when the caller is gone: a hang-up arrives before the answer to this question."""
    reply = await session.command(CHANNEL_STATUS)
    if session.hung_up or not reply.ok:
        raise PeerGone("the caller hung up")
