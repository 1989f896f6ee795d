"""Facts of one call on their way to whoever carries it: in order, `CallEnded` once and last.

It knows nothing of the call, so that the play queue and the ears can report without holding the channel:
a call that is over is freed at once, not when the garbage collector finds a circle.
"""

from __future__ import annotations

import asyncio

from ivr.dialogue.events import CallEnded, Event, PromptFinished


class Inbox:
    """Where a call's facts are put and taken."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.ended = False
        """True once the call's end has been told; nothing is taken any more."""

    async def receive(self) -> Event:
        """Wait for the next fact."""
        return await self._events.get()

    def emit(self, event: Event) -> None:
        """Add a fact."""
        if not self.ended:
            self._events.put_nowait(event)

    def prompt_finished(self, serial: int) -> None:
        """Add that a prompt was heard to its end."""
        self.emit(PromptFinished(serial))

    def end(self, reason: str) -> None:
        """Add the end."""
        self.emit(CallEnded(reason))
        self.ended = True
