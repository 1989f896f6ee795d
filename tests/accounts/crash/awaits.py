"""Every await of an operation, numbered: wherever a task of the process lets go of the event loop.

It sees all tasks of the loop, so that a store which writes in a task of its own is cut there as well, and
nothing of it is known here: a new await in any module, or in a library below it, is a new point by itself.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from difflib import SequenceMatcher
from types import AsyncGeneratorType, FrameType
from typing import Any

from ivr.accounts import case

At = Callable[[int, Coroutine[Any, Any, Any]], None]

_INNER = ("cr_await", "ag_await", "gi_yieldfrom")
_CORE = case.__file__.removesuffix("case.py")


class Awaits:
    """Counts the awaits of a loop while `counting`, tells `at` of each one's number and coroutine."""

    def __init__(self, at: At) -> None:
        self.count = 0
        """How many there were."""
        self.counting = False
        self._at = at

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watch every task the loop starts from now on."""
        loop.set_task_factory(self._task)

    def _task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Future[Any]:
        return asyncio.Task(self._followed(coroutine), loop=loop, **options)

    async def _followed(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return await _Follower(coroutine, self._let_go)

    def _let_go(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        if not self.counting:
            return
        self.count += 1
        self._at(self.count, coroutine)


class _Follower:
    """Awaits a coroutine for its task and tells whenever it lets go of the loop."""

    def __init__(
        self, coroutine: Coroutine[Any, Any, Any], let_go: Callable[[Coroutine[Any, Any, Any]], None]
    ) -> None:
        self._coroutine = coroutine
        self._let_go = let_go

    def __await__(self) -> Generator[Any, Any, Any]:
        step: Callable[[Any], Any] = self._coroutine.send
        given: Any = None
        while True:
            try:
                waited_for = step(given)
            except StopIteration as end:
                return end.value
            self._let_go(self._coroutine)
            try:
                given, step = (yield waited_for), self._coroutine.send
            except GeneratorExit:
                self._coroutine.close()
                raise
            except BaseException as thrown:  # noqa: BLE001 - whatever the loop throws goes on inward
                given, step = thrown, self._coroutine.throw


def place(coroutine: Any) -> str:
    """Return where a coroutine is: `module.py:line`, the innermost line of the account core."""
    found = "outside"
    for frame in _frames(coroutine):
        if frame.f_code.co_filename.startswith(_CORE):
            found = f"{frame.f_code.co_filename.removeprefix(_CORE)}:{frame.f_lineno}"
    return found


def whole_place(coroutine: Any) -> str:
    """Return where a coroutine is, all of it: every line from its own to the innermost one of any library."""
    return " ".join(f"{frame.f_code.co_filename}:{frame.f_lineno}" for frame in _frames(coroutine))


def common(some: Sequence[str], others: Sequence[str]) -> dict[int, int]:
    """Return which awaits of one run (numbers from 1) are which of another run, by their whole places."""
    blocks = SequenceMatcher(None, some, others, autojunk=False).get_matching_blocks()
    return {block.a + n + 1: block.b + n + 1 for block in blocks for n in range(block.size)}


def _frames(coroutine: Any) -> Iterator[FrameType]:
    inner = coroutine
    while inner is not None:
        inner = _generator(inner)
        for kind in ("cr", "ag", "gi"):
            if (frame := getattr(inner, f"{kind}_frame", None)) is not None:
                yield frame
        inner = next((found for name in _INNER if (found := getattr(inner, name, None)) is not None), None)


def _generator(waiting: Any) -> Any:
    """What waits for an asynchronous generator does not name it, but refers to it."""
    if type(waiting).__name__ not in {"async_generator_asend", "async_generator_athrow"}:
        return waiting
    found = (one for one in gc.get_referents(waiting) if isinstance(one, AsyncGeneratorType))
    return next(found, waiting)
