"""Group commit: units of work run one after another, and share one transaction's way to the disk.

1. One unit runs at a time. What it reads is what the database has, with what the units before it changed.
2. Its changes are held in memory. A unit that fails or is refused has changed nothing: they are forgotten.
3. A unit that commits joins the batch and lets the next one run. When nobody waits, or the batch is full or
   old, all its changes are written at once and committed.
4. `commit` returns after that commit, never before: what was acknowledged survives whatever happens next. A
   unit that changes nothing and has seen another's changes waits too.
5. When writing a batch fails, its units are written one by one: the one at fault fails, with it those that
   had seen what it changed; the others go on.
6. What waiting units will look up first is looked up for all of them with the first of them.
7. Batches of one process follow one another for a while before another process may write.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import islice

from ivr.accounts.ports import First, Work
from ivr.accounts.store.batch import Batch, Known, finished
from ivr.accounts.store.channel import Channel
from ivr.accounts.store.staged import Key, Kind
from ivr.accounts.store.work import SqlWork

_TOGETHER = 64
"""Most units that are looked up for together."""
_TENURE = 0.2
"""Seconds a process may keep others from writing while it has units waiting: what it knows holds so long."""


class Group:
    """The queue of one process's units of work. `kinds`: every kind, those referred to first."""

    def __init__(self, channel: Callable[[], Channel], kinds: Sequence[Kind]) -> None:
        self._channel = channel
        self._kinds = kinds
        self._turn = asyncio.Lock()
        self._waiting: dict[object, Sequence[First]] = {}
        self._batch: Batch | None = None
        self._known = Known()
        self._kept: Channel | None = None
        self._until = 0.0
        self._finishing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def work(self, first: Sequence[First] = ()) -> AsyncIterator[Work]:
        """Open a unit of work when its turn has come. `first`: see `Store.write`."""
        unit = SqlWork(await self._joined(first), self._pass_on, self._coming, lambda: bool(self._waiting))
        try:
            yield unit
        finally:
            if not unit.over:
                await unit.leave()

    async def close(self) -> None:
        """Return when every batch that was begun has been finished."""
        if self._finishing:
            await asyncio.wait(set(self._finishing))

    def _coming(self, kind: Kind) -> set[Key]:
        """Return keys that waiting units will look up."""
        some = islice(self._waiting.values(), _TOGETHER)
        return {(key,) for first in some for wanted, key in first if wanted is kind}

    async def _joined(self, first: Sequence[First]) -> Batch:
        """Wait for a turn; return the batch that is open, or a new one."""
        place = object()
        self._waiting[place] = first
        try:
            await self._turn.acquire()
        finally:
            del self._waiting[place]
        try:
            return await finished(self._opened()) if self._batch is None else self._batch
        except BaseException:
            self._let_go()
            raise

    async def _opened(self) -> Batch:
        if self._kept is None:
            self._kept, self._until = self._channel(), self._now() + _TENURE
        batch = Batch(self._kept, self._kinds)
        known, self._known = self._known, Known()  # whatever goes wrong, nothing is taken for known
        try:
            await batch.open(known)
        except BaseException:
            self._kept = None
            raise
        self._batch = batch
        return batch

    def _let_go(self) -> None:
        """The unit was cancelled, or storage failed, while the batch was being opened."""
        if self._batch is None:
            self._turn.release()
        else:
            self._pass_on(self._batch)

    def _pass_on(self, batch: Batch) -> None:
        """Let the next unit run, in this batch if there is one and the batch may take it."""
        if self._waiting and batch.is_open():
            self._turn.release()
            return
        self._batch = None
        task = asyncio.get_running_loop().create_task(self._finish(batch))
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(self, batch: Batch) -> None:
        try:
            self._known = await batch.finish()
            await asyncio.sleep(0)  # whoever has just been told may come again
            if not self._waiting or self._known.stamp is None or self._now() > self._until:
                await self._hand_over(batch)
        except BaseException:
            await self._hand_over(batch)
            raise
        finally:
            self._turn.release()

    async def _hand_over(self, batch: Batch) -> None:
        """Let other processes write."""
        self._kept = None
        await batch.close()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
