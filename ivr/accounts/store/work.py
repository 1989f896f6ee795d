"""A unit of work in a batch: what it reads, stages, and waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ivr.accounts.ports import Conflict, R
from ivr.accounts.record import Record, Where
from ivr.accounts.store.batch import Batch
from ivr.accounts.store.staged import Cell, Changes, Key, Kind, Wanted
from ivr.errors import AccountsError


class SqlWork:
    """See `Work`. Its changes are staged; the database hears of them when the batch is written."""

    def __init__(
        self,
        batch: Batch,
        pass_on: Callable[[Batch], None],
        coming: Callable[[Kind], set[Key]],
        comers: Callable[[], bool],
    ) -> None:
        self.over = False
        """True when it was committed or left."""
        self._batch = batch
        self._staged = batch.staged
        self._unit = batch.unit()
        self._pass_on = pass_on
        self._coming = coming
        self._comers = comers

    async def get(self, kind: type[R], /, *key: object) -> R | None:
        """Return the record with this key, or None."""
        record = (await self._cell(kind, key)).record
        return record if isinstance(record, kind) else None

    async def find(
        self, kind: type[R], /, *conditions: Where, order: str = "", limit: int | None = None, **equal: object
    ) -> list[R]:
        """Return the matching records, see `Reader.find`."""
        return await self._find(kind, Wanted(conditions, tuple(equal.items()), order, limit))

    async def add(self, record: Record) -> None:
        """Keep a new record. Raises Conflict, if not now then on commit."""
        self._known(self._staged.cell(type(record), record.key()))
        self._staged.add(record, self._unit.number)
        self._unit.done.append(Changes(type(record), [record], [], []))

    async def put(self, record: Record) -> None:
        """Replace the record with the same key. Raises Conflict when there is none."""
        await self._cell(type(record), record.key())
        self._staged.replace(record, self._unit.number)
        self._unit.done.append(Changes(type(record), [], [record], []))

    async def remove(self, record: Record) -> None:
        """Remove the record with this key. Raises Conflict when something still refers to it."""
        await self._must_be_free(record)
        await self._cell(type(record), record.key())
        self._staged.remove(record, self._unit.number)
        self._unit.done.append(Changes(type(record), [], [], [record.key()]))

    async def commit(self) -> None:
        """Return when everything is durable. Raises Conflict, AccountsError: then nothing was kept."""
        await self._leave(joins=True)

    async def leave(self) -> None:
        """Forget what was staged. What was seen of others may be told only when it is durable: wait for
        that. Raises AccountsError when it is not."""
        self._staged.undo()
        self._unit.done.clear()
        await self._leave(joins=False)

    async def _leave(self, *, joins: bool) -> None:
        self.over = True
        waits = bool(self._unit.done or self._unit.needs)
        try:
            if waits:
                self._batch.join(self._unit)
            if joins and not self._comers():
                await asyncio.sleep(0)  # whoever is about to come may join the batch
        finally:
            self._pass_on(self._batch)
        if waits:
            await self._unit.durable

    async def _cell(self, kind: Kind, key: Key) -> Cell:
        """Return what a key has, asking the database if need be."""
        cell = self._staged.cell(kind, key)
        if cell is None:
            await self._look_up(kind, key)
            cell = self._staged.cell(kind, key)
        return self._known(cell) or Cell(None, kept=False, unit=None)

    async def _look_up(self, kind: Kind, key: Key) -> None:
        """Ask the database for a key, and for those that waiting units will want."""
        others = {other for other in self._coming(kind) if self._staged.cell(kind, other) is None}
        try:
            await self._batch.learn(kind, {key, *others})
        except AccountsError:
            if not others - {key}:
                raise
            await self._batch.learn(kind, {key})  # one of theirs may be no key at all: no fault of this unit

    async def _find(self, kind: type[R], wanted: Wanted) -> list[R]:
        rows = await self._rows(kind, wanted)
        found, units = self._staged.merged(kind, rows, wanted)
        self._note(*units)
        return found

    async def _rows(self, kind: type[R], wanted: Wanted) -> list[R]:
        """Return what the database has, more of it when changed records hide some."""
        asked = wanted
        while True:
            rows = await self._batch.rows(kind, asked)
            short = self._staged.short(kind, rows, asked.limit, wanted.limit)
            if not short:
                return rows
            asked = replace(asked, limit=(asked.limit or 0) + short)

    async def _must_be_free(self, record: Record) -> None:
        for kind in self._batch.kinds:
            for name, table in kind.SCHEMA.references.items():
                if table == record.SCHEMA.table and await self._find(
                    kind, Wanted(equal=((name, record.key()[0]),))
                ):
                    raise Conflict(f"{table}: {kind.SCHEMA.table} still refer to it")

    def _known(self, cell: Cell | None) -> Cell | None:
        if cell is not None and cell.unit is not None:
            self._note(cell.unit)
        return cell

    def _note(self, *units: int) -> None:
        self._unit.needs.update(units)
        self._unit.needs.discard(self._unit.number)
