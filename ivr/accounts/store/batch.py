"""One batch of units of work: its transaction, what is staged, and who waits for its commit."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from ivr.accounts.ports import R
from ivr.accounts.record import Record, one_of
from ivr.accounts.store.channel import Channel, Stamp
from ivr.accounts.store.staged import Changes, Key, Kind, Staged, Wanted
from ivr.errors import AccountsError

T = TypeVar("T")

_MOST = 64
"""Most units of work in a batch."""
_OLD = 0.05
"""Seconds after which a batch takes no more in."""

_MOST_KNOWN = 20_000
"""Most records, and most answers, remembered from batch to batch."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Unit:
    """One unit of work in its batch."""

    number: int
    done: list[Changes] = field(default_factory=list)
    """What it changed, one change at a time, in order."""
    needs: set[int] = field(default_factory=set)
    """Units whose changes it has seen before they were durable."""
    durable: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    fault: AccountsError | None = None


@dataclass(slots=True)
class Known:
    """What is known of the database: holds while nobody else writes to it."""

    staged: Staged = field(default_factory=Staged)
    found: dict[tuple[Kind, Wanted], list[Record]] = field(default_factory=dict)
    """What it gave when it was asked."""
    asked: set[tuple[Kind, Wanted]] = field(default_factory=set)
    """What the batch has asked for."""
    stamp: Stamp | None = None
    """Its state when the last batch began, None when that batch failed."""
    written: bool = False
    """Whether that batch has written."""

    def settle(self, *, written: bool) -> None:
        """The batch has been committed: what is known is what the database has now."""
        self.written = written
        self.found = dict(self._answers())
        self.asked = set()
        self.staged.settle()

    def _answers(self) -> Iterator[tuple[tuple[Kind, Wanted], list[Record]]]:
        """What the database would answer now. About changed kinds that is worked out only for what was asked
        lately."""
        for asked, rows in self.found.items():
            if not self.staged.has_changed(asked[0]):
                yield asked, rows
            elif asked in self.asked and (now := self.staged.answer(asked[0], rows, asked[1])) is not None:
                yield asked, now


class Batch:
    """An open transaction and the units of work that share it. `kinds`: those referred to first."""

    def __init__(self, channel: Channel, kinds: Sequence[Kind]) -> None:
        self.kinds = kinds
        self._channel = channel
        self._joined: list[Unit] = []
        self._count = 0
        self._busy = asyncio.Lock()
        self._since = 0.0
        self._broken = False
        self._known = Known()

    @property
    def staged(self) -> Staged:
        """What its units have changed."""
        return self._known.staged

    async def open(self, known: Known) -> None:
        """Begin, as soon as no other process is writing. Raises AccountsError.

        `known`: from the batch before; it counts if nobody else has written in between.
        """
        try:
            stamp = await self._channel.open()
        except BaseException:
            await self.close()
            raise
        few = len(known.staged) < _MOST_KNOWN and len(known.found) < _MOST_KNOWN
        if known.stamp is not None and few and stamp.follows(known.stamp, written=known.written):
            self._known = known
        self._known.stamp = stamp
        self._since = asyncio.get_running_loop().time()

    def unit(self) -> Unit:
        """Return a new unit of work."""
        self._count += 1
        return Unit(self._count)

    def is_open(self) -> bool:
        """Tell whether one more unit may come in."""
        young = asyncio.get_running_loop().time() - self._since < _OLD
        return young and len(self._joined) < _MOST and not self._broken

    def join(self, unit: Unit) -> None:
        """Let a unit that is done wait for the commit."""
        self.staged.keep()
        self._joined.append(unit)

    async def rows(self, kind: type[R], wanted: Wanted) -> list[R]:
        """Return what the database has; asked once, since nobody else is writing."""
        asked = (kind, wanted)
        if (found := self._known.found.get(asked)) is None:
            found = self._known.found[asked] = await finished(self._fetched(kind, wanted))
        self._known.asked.add(asked)
        return found  # type: ignore[return-value]  # found by its kind

    async def learn(self, kind: Kind, keys: Collection[Key]) -> None:
        """Ask what the database has under these keys; of several, each is one field."""
        if len(keys) == 1:
            wanted = Wanted(equal=tuple(zip(kind.SCHEMA.key, *keys, strict=True)))
        else:
            wanted = Wanted((one_of(kind.SCHEMA.key[0], tuple(value for (value,) in keys)),))
        await finished(self._fetched(kind, wanted))
        for key in keys:
            self.staged.learn(kind, key, None)

    async def _fetched(self, kind: Kind, wanted: Wanted) -> list[Record]:
        async with self._busy:
            try:
                rows = await self._channel.fetch(kind, wanted)
            except AccountsError:
                await self._recover()
                raise
            for row in rows:
                self.staged.learn(kind, row.key(), row)
            return rows

    async def _recover(self) -> None:
        """A failed look-up spoils a transaction; nothing is written yet, so its start is as good."""
        try:
            await self._channel.back()
        except AccountsError:
            self._broken = True

    async def finish(self) -> Known:
        """Write and commit; tell everybody who waits; return what is known now, without a stamp after a
        fault."""
        async with self._busy:
            fault: AccountsError | None = AccountsError("storage failed")  # whatever else may happen below
            try:
                await self._commit()
                fault = None
            except AccountsError as why:
                fault = why
            finally:
                self._tell(fault)
        return self._known

    async def _commit(self) -> None:
        known, self._known = self._known, Known()
        written = any(unit.done for unit in self._joined)
        fell_back = written and await self._write(known.staged)
        await self._channel.commit()
        if fell_back:
            return
        known.settle(written=written)
        self._known = known

    async def _write(self, staged: Staged) -> bool:
        """Write everything; tell whether it had to be done unit by unit."""
        try:
            await self._channel.write(staged.changes(self.kinds))
        except AccountsError as fault:
            _log.warning(
                "a batch is written unit by unit", units=len(self._joined), fault=type(fault).__name__
            )
            await self._channel.back()
            await self._write_one_by_one()
            return True
        return False

    async def _write_one_by_one(self) -> None:
        failed: set[int] = set()
        for unit in self._joined:
            unit.fault = await self._written(unit, failed)
            if unit.fault is not None:
                failed.add(unit.number)

    async def _written(self, unit: Unit, failed: set[int]) -> AccountsError | None:
        if unit.needs & failed:
            return AccountsError("what this unit of work built on was not kept", remedy="try again")
        await self._channel.mark()
        try:
            await self._channel.write(unit.done)
        except AccountsError as fault:
            await self._channel.back()
            return fault
        return None

    def _tell(self, fault: AccountsError | None) -> None:
        for unit in self._joined:
            why = fault or unit.fault
            if unit.durable.done():  # its caller has gone
                continue
            if why is None:
                unit.durable.set_result(None)
            else:
                unit.durable.set_exception(type(why)(*why.args, remedy=why.remedy))

    async def close(self) -> None:
        """Roll back what was not committed and let go of the connection. Raises nothing."""
        try:
            await self._channel.close()
        except AccountsError as fault:
            _log.warning("a connection could not be given back", fault=str(fault))


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run something to its end even when whoever waits for it is cancelled: others share the connection."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
