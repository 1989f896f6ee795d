"""The account core's own work, beside calls: what is due by the calendar, documents, messages out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog

from ivr.accounts.access import forget_ended
from ivr.accounts.corporate.preparing import StoredDocuments, prepare_documents
from ivr.accounts.desk import Desk
from ivr.accounts.jobs import run_due
from ivr.accounts.outbox import Sender, deliver_due
from ivr.errors import AccountsError

_log = structlog.get_logger(__name__)


class Upkeep:
    """Runs everything again and again until cancelled. Any number of processes may: each thing is done once.

    `every`: seconds between two rounds.
    """

    def __init__(self, desk: Desk, senders: Mapping[str, Sender], every: float = 30.0) -> None:
        self._desk = desk
        self._senders = senders
        self._every = every

    async def run(self) -> None:
        """Run for ever."""
        while True:
            await self.round()
            await self._desk.clock.sleep(self._every)

    async def round(self) -> None:
        """Do once what there is to do; a step that fails is logged and does not hold up the next."""
        documents = StoredDocuments(self._desk)
        await _tried(lambda: run_due(self._desk))
        await _tried(lambda: prepare_documents(self._desk))
        await _tried(lambda: forget_ended(self._desk))
        await _tried(lambda: deliver_due(self._desk, self._senders, documents))


async def _tried(step: Callable[[], Awaitable[int]]) -> None:
    try:
        await step()
    except AccountsError as fault:
        _log.error("upkeep step failed", fault=str(fault))
