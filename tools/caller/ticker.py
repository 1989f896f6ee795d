"""One 20 ms clock for all calls of a phone: one task and one timer, however many calls there are.

Ticks fall on an absolute grid, so lateness never adds up. After a stall the missed ticks are made up at once
while they are few, as a sound card would; more than half a second is given up, and counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

TICK_S = 0.02
GIVE_UP_S = 0.5


class Ticker:
    """Calls every callback each 20 ms with the time of the tick; runs while there is one."""

    def __init__(self) -> None:
        self._callbacks: set[Callable[[float], None]] = set()
        self._task: asyncio.Task[None] | None = None
        self.given_up = 0
        """Ticks that were never made up."""
        self.max_late_ms = 0.0
        """The latest tick so far."""

    def add(self, callback: Callable[[float], None]) -> None:
        """Call `callback` from the next tick on."""
        self._callbacks.add(callback)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="caller ticker")

    def remove(self, callback: Callable[[float], None]) -> None:
        """Stop calling it; safe to do twice, and from inside a tick."""
        self._callbacks.discard(callback)

    async def close(self) -> None:
        """Stop for good."""
        self._callbacks.clear()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        due = time.monotonic()
        while self._callbacks:
            due += TICK_S
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            now = time.monotonic()
            self.max_late_ms = max(self.max_late_ms, (now - due) * 1000)
            if now - due > GIVE_UP_S:
                self.given_up += int((now - due) / TICK_S)
                due = now
            for callback in tuple(self._callbacks):
                callback(now)
