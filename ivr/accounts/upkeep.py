"""The account core's own work, beside calls: what is due by the calendar, documents, messages out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog

from ivr.accounts.access import forget_ended
from ivr.accounts.attachments import StoredDocuments
from ivr.accounts.corporate.preparing import prepare_documents
from ivr.accounts.desk import Desk
from ivr.accounts.jobs import run_due
from ivr.accounts.outbox import Sender, deliver_due
from ivr.errors import AccountsError

_log = structlog.get_logger(__name__)


class Link(Protocol):
    """A connection over which reports come: kept open also while nothing is sent."""

    async def check(self) -> None:
        """Open it unless it is. Raises AccountsError."""

    async def close(self) -> None:
        """Close it."""


class Upkeep:
    """Runs everything again and again until cancelled. Any number of processes may: each thing is done once.

    `every`: seconds between two rounds.
    """

    def __init__(
        self, desk: Desk, senders: Mapping[str, Sender], every: float = 30.0, link: Link | None = None
    ) -> None:
        self._desk = desk
        self._senders = senders
        self._every = every
        self._link = link

    async def run(self) -> None:
        """Run until cancelled."""
        try:
            while True:
                await self.round()
                await self._desk.clock.sleep(self._every)
        finally:
            if self._link is not None:
                await self._link.close()

    async def round(self) -> None:
        """Do once what there is to do; a step that fails is logged and does not hold up the next."""
        documents = StoredDocuments(self._desk)
        if self._link is not None:
            await _tried(self._link.check)
        await _tried(lambda: run_due(self._desk))
        await _tried(lambda: prepare_documents(self._desk))
        await _tried(lambda: forget_ended(self._desk))
        await _tried(lambda: deliver_due(self._desk, self._senders, documents))


async def _tried(step: Callable[[], Awaitable[object]]) -> None:
    try:
        await step()
    except AccountsError as fault:
        _log.error("upkeep step failed", fault=str(fault))
