"""Plain playback as a leg of a call: prompts by STREAM FILE, keys by WAIT FOR DIGIT, no speech.

Rules:

1. A key stops a file: Asterisk has it so. The dialogue gets one short wait to stop the prompt; if it does
   not, the prompt goes on at the sample where the key cut it.
2. Asterisk drops keys that come while it has no command, so there is always one: a file is made while a
   digit is waited for.
3. A file is given back to the voice as soon as it will not be played any more, beside what goes on.
4. A running file cannot be stopped from here: a pause or a stop takes effect at its end or at a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from ivr.channels.asterisk.agi import Reply
from ivr.channels.asterisk.agi_commands import stream_file, wait_for_digit
from ivr.channels.asterisk.agi_server import AgiSession
from ivr.channels.asterisk.legs import LegTimes, check_alive
from ivr.channels.asterisk.playing import Phrase, PlayQueue
from ivr.channels.asterisk.ports import Voice
from ivr.errors import PeerGone

log = structlog.get_logger(__name__)

_AT_ONCE = 0.01
"""Seconds a file that is there already has to be handed out in."""
_LIVELY_WAITS = 4
"""Short waits after something has happened, before the long ones."""


class PlainLeg:
    """Carries prompts and keys on the command line alone."""

    def __init__(self, session: AgiSession, voice: Voice, queue: PlayQueue, times: LegTimes) -> None:
        self._session = session
        self._queue = queue
        self._times = times
        self._files = _SoundFiles(voice, times.making)
        self._quiet = 0

    async def run(self, key: Callable[[str], None], wanted: asyncio.Event) -> None:
        """Play and take keys until `wanted` is set; PeerGone when the caller is gone."""
        pressed = False
        self._quiet = 0
        try:
            while not wanted.is_set():
                phrase = None if pressed else self._queue.current()
                reply = await (self._wait() if phrase is None else self._say(phrase))
                pressed = bool(reply.key)
                if pressed:
                    self._quiet = 0
                    key(reply.key)
        finally:
            await self._files.close()

    async def _wait(self) -> Reply:
        self._quiet += 1
        seconds = self._times.short_wait if self._quiet <= _LIVELY_WAITS else self._times.wait
        reply = await self._session.command(wait_for_digit(seconds), seconds + self._times.leaving)
        if not reply.ok:
            raise PeerGone("no key can be waited for any more")
        return reply

    async def _say(self, phrase: Phrase) -> Reply:
        made, path = await self._files.get(phrase)
        if not made:
            return await self._wait()
        self._quiet = 0
        if path is None:
            self._queue.drop(phrase)
            return await self._wait()
        reply = await self._session.command(stream_file(path, phrase.offset), self._times.playing)
        if not reply.ok:
            await check_alive(self._session)
            log.warning("sound file could not be played", prompt=phrase.utterance.prompt, file=path.name)
        if reply.key:
            phrase.offset = reply.position
        else:
            self._queue.drop(phrase)
            self._files.let_go()
        return reply


class _SoundFiles:
    """Has the file of the phrase that is due made, one at a time, in a task of its own."""

    def __init__(self, voice: Voice, within: float) -> None:
        self._voice = voice
        self._within = within
        self._phrase: Phrase | None = None
        self._task: asyncio.Task[Path | None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def get(self, phrase: Phrase) -> tuple[bool, Path | None]:
        """Whether the file is there by now, and its path; None: it cannot be made."""
        if self._task is None or self._phrase is not phrase:
            self.let_go()
            self._phrase, self._task = phrase, asyncio.create_task(self._make(phrase))
        await asyncio.wait({self._task}, timeout=_AT_ONCE)
        return (True, self._task.result()) if self._task.done() else (False, None)

    def let_go(self) -> None:
        """Give back the file, or give up its being made; nothing if there is none."""
        made, self._task, self._phrase = self._task, None, None
        if made is not None:
            ending = asyncio.create_task(self._end(made))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Let go, and return when nothing of it is left."""
        self.let_go()
        if self._ending:
            await asyncio.wait(self._ending)

    async def _end(self, made: asyncio.Task[Path | None]) -> None:
        made.cancel()
        await asyncio.wait({made})
        path = None if made.cancelled() else made.result()
        try:
            if path is not None:
                await self._voice.release(path)
        except Exception:  # the voice removes it later; no reason to trouble the call
            log.exception("sound file not released", file=path.name if path else "")

    async def _make(self, phrase: Phrase) -> Path | None:
        try:
            async with asyncio.timeout(self._within):
                path = await self._voice.file(phrase.utterance)
        except Exception:
            log.exception("prompt could not be made", prompt=phrase.utterance.prompt)
            return None
        if path is None:
            log.warning("prompt has no sound file", prompt=phrase.utterance.prompt)
        return path
