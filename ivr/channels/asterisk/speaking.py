"""Rendering ahead of playing: while one phrase is heard, the next are made.

Rules: phrases are played in order, so they are rendered in order, `ahead` of them at a time; a phrase that
cannot be made is skipped, with one log line, and the prompt still finishes.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from ivr.channels.asterisk.playing import Phrase, PlayQueue
from ivr.channels.asterisk.ports import Voice

log = structlog.get_logger(__name__)


class Speaker:
    """Fills the phrases of one call's play queue with sound."""

    def __init__(self, voice: Voice, queue: PlayQueue, within: float, ahead: int = 2) -> None:
        self._voice = voice
        self._queue = queue
        self._within = within
        self._ahead = ahead
        self._waiting: deque[Phrase] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Render every phrase of the queue that has no sound yet and is not under way."""
        self._waiting = deque(self._queue.unfilled())
        under_way = {task.get_name() for task in self._tasks}
        self._waiting = deque(each for each in self._waiting if _name(each) not in under_way)
        self._go_on()

    def stop(self) -> None:
        """Render nothing more of what was ordered."""
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Stop, and return when nothing runs any more."""
        self.stop()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _go_on(self) -> None:
        while self._waiting and len(self._tasks) < self._ahead:
            phrase = self._waiting.popleft()
            task = asyncio.get_running_loop().create_task(self._render(phrase), name=_name(phrase))
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._go_on()

    async def _render(self, phrase: Phrase) -> None:
        try:
            async with asyncio.timeout(self._within):
                phrase.fill(await self._voice.render(phrase.utterance))
        except Exception:
            log.exception("prompt could not be made", prompt=phrase.utterance.prompt)
            phrase.fill(b"")


def _name(phrase: Phrase) -> str:
    return f"render-{id(phrase)}"
