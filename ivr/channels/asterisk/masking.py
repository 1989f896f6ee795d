"""Hiding what a caller gives from the recording of the call, in the order it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

Masker = Callable[[str, bool], Awaitable[None]]
"""Hides a channel's (first argument: its name) recording from now on, or no longer."""


class Masking:
    """Runs a call's masking orders one after another, beside everything else the call does."""

    def __init__(self, masker: Masker | None, channel: str, within: float) -> None:
        """`masker` None: nothing is recorded. Each order has `within` seconds."""
        self._masker = masker
        self._channel = channel
        self._within = within
        self._last: asyncio.Task[None] | None = None

    def set(self, on: bool) -> None:
        """Hide from now on, or no longer; a failure costs one log line."""
        if self._masker is not None:
            self._last = asyncio.create_task(self._run(self._masker, on, self._last))

    async def close(self) -> None:
        """Return when every order has been carried out or has run out of time."""
        if self._last is not None:
            await asyncio.wait({self._last})

    async def _run(self, masker: Masker, on: bool, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        try:
            async with asyncio.timeout(self._within):
                await masker(self._channel, on)
        except Exception:
            log.exception("recording could not be masked", on=on, channel=self._channel)
