"""The two ways a call has a voice path: the audio stream, and plain AGI playback when that fails.

Both run inside the driver's task, have the command line to themselves while they run, and return when the
driver is wanted for something else. PeerGone comes out of them when the caller is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from ivr.channels.asterisk.agi import Reply
from ivr.channels.asterisk.agi_commands import execute, stream_file, wait_for_digit
from ivr.channels.asterisk.agi_server import AgiSession
from ivr.channels.asterisk.media import LEFT, MediaListener, MediaServer, MediaStream
from ivr.channels.asterisk.playing import Phrase, PlayQueue
from ivr.channels.asterisk.ports import Voice
from ivr.errors import IvrError, PeerGone

log = structlog.get_logger(__name__)


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
    """For a key at a time in plain playback: how long an order may have to wait."""
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
            self._queue.rewind()
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


class PlainLeg:
    """Prompts by STREAM FILE, keys by WAIT FOR DIGIT; nobody listens to speech.

    A key stops a file, as Asterisk has it. The dialogue gets one short wait to stop the prompt; if it does
    not, the prompt goes on where the key cut it.
    """

    def __init__(self, session: AgiSession, voice: Voice, queue: PlayQueue, times: LegTimes) -> None:
        self._session = session
        self._voice = voice
        self._queue = queue
        self._times = times

    async def run(self, key: Callable[[str], None], wanted: asyncio.Event) -> None:
        """Play and take keys until `wanted` is set."""
        pressed = False
        while not wanted.is_set():
            phrase = None if pressed else self._queue.current()
            reply = await (self._wait() if phrase is None else self._say(phrase))
            pressed = bool(reply is not None and reply.key)
            if reply is not None and reply.key:
                key(reply.key)

    async def _wait(self) -> Reply:
        order = wait_for_digit(self._times.wait)
        reply = await self._session.command(order, self._times.wait + self._times.leaving)
        if not reply.ok:
            raise PeerGone("the channel is dead")
        return reply

    async def _say(self, phrase: Phrase) -> Reply | None:
        path = await self._file(phrase)
        if path is None:
            self._queue.drop(phrase)
            return None
        reply = await self._session.command(stream_file(path, phrase.offset), self._times.playing)
        if reply.key:
            phrase.offset = reply.position
        else:
            self._queue.drop(phrase)
        return reply

    async def _file(self, phrase: Phrase) -> Path | None:
        reason = "it cannot be made"
        try:
            async with asyncio.timeout(self._times.making):
                path = await self._voice.file(phrase.utterance)
        except (IvrError, TimeoutError) as error:
            path, reason = None, str(error) or "it took too long"
        if path is None:
            log.warning("prompt has no sound file", prompt=phrase.utterance.prompt, reason=reason)
        return path
