"""Waits until something can be found in a call that goes on meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tools.caller.errors import NothingHeard

LOOK_AGAIN_S = 0.02
"""Silence also passes when no packet comes: look again after a frame's time."""


class Watch:
    """Looks again at every `poke`, until `ended` is done."""

    def __init__(self, ended: asyncio.Future[str]) -> None:
        self._ended = ended
        self._changed = asyncio.Event()

    def poke(self) -> None:
        """Something has changed."""
        self._changed.set()

    async def until(self, found: Callable[[], float | None], within: float, what: str) -> float:
        """What `found` returns as soon as it is not None.

        Raises NothingHeard with the words `what` after `within` seconds, or when the call has ended.
        """
        deadline = time.monotonic() + within
        while (moment := found()) is None:
            left = deadline - time.monotonic()
            if self._ended.done():
                raise NothingHeard(f"{what} before the call ended")
            if left <= 0:
                raise NothingHeard(f"{what} within {within:g} s")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, LOOK_AGAIN_S))
            except TimeoutError:
                continue
        return moment
