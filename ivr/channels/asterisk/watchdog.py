"""A worker whose event loop stands still is ended, so that its calls go to another worker.

Asterisk does not notice a frozen worker: the caller's own sound keeps the audio stream alive, and AGI waits
without limit (both measured). To the dialplan a dead worker is a hand-over of two seconds; a frozen one is a
silent line for as long as the caller bears it.
"""

from __future__ import annotations

import asyncio
import faulthandler
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_BEATS = 5
"""Heartbeats within the limit."""


@asynccontextmanager
async def loop_watched(limit: float = 10.0) -> AsyncIterator[None]:
    """End this process when the loop stands still for `limit` seconds: status 1, all stacks on stderr.

    The stacks hold places in the code, no values. Works while other code holds the interpreter lock. One at a
    time per process.
    """
    beating = asyncio.create_task(_beat(limit))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.wait({beating})
        faulthandler.cancel_dump_traceback_later()


async def _beat(limit: float) -> None:
    while True:
        faulthandler.dump_traceback_later(limit, exit=True)
        await asyncio.sleep(limit / _BEATS)
