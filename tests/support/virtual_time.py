"""An event loop whose clock jumps to the next timer instead of waiting: a minute takes a millisecond.

Only for code that waits on timers and other tasks; nothing here may wait on threads or sockets, because
the clock would jump past them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A selector loop on virtual seconds, starting at 0."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual = 0.0

    def time(self) -> float:
        """Return virtual seconds since the loop was made."""
        return self._virtual

    def _run_once(self) -> None:
        ready, scheduled = self._ready, self._scheduled  # type: ignore[attr-defined]  # asyncio's own queues
        if not ready and scheduled:
            self._virtual = max(self._virtual, scheduled[0]._when)
        super()._run_once()  # type: ignore[misc]  # the loop's one step


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on virtual time; leftover tasks are an error."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:

        async def guarded() -> T:
            result = await main
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks left behind: {left}"
            return result

        return runner.run(guarded())
