"""Sending what `messages` wrote: at least once, with growing pauses, until sent or given up.

1. A message is marked before it is handed over (its next try is set ahead): a crash leads to another try,
   not to silence.
2. A failed try waits 30 s, 1, 2, 4 ... minutes, at most six hours; after twelve it is `failed`.
3. Other than that nothing is kept from going out by a message before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import structlog

from ivr.accounts.desk import Desk
from ivr.accounts.record import below
from ivr.accounts.records_services import Message
from ivr.errors import AccountsError

TRIES = 12
"""After so many a message is given up."""

_log = structlog.get_logger(__name__)
_BATCH = 50
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    content: bytes
    kind: str
    """Media type, such as application/pdf."""


class Sender(Protocol):
    """Hands messages of one channel over."""

    async def deliver(self, message: Message, attachment: Attachment | None) -> None:
        """Hand one message over. Raises AccountsError; then it is tried again."""


class Attachments(Protocol):
    """Finds the document of a message."""

    async def find(self, document: str) -> Attachment:
        """Return the document. Raises AccountsError."""


async def deliver_due(desk: Desk, senders: Mapping[str, Sender], documents: Attachments | None = None) -> int:
    """Try every message whose time has come, by channel; return how many went out."""
    sent = 0
    for message in await _taken(desk):
        try:
            found = await documents.find(message.document) if documents and message.document else None
            await senders[message.channel].deliver(message, found)
        except (AccountsError, KeyError) as fault:
            _log.warning(
                "message not sent", message=message.id, tries=message.tries, fault=type(fault).__name__
            )
            await _note(desk, message, "failed" if message.tries >= TRIES else "queued")
            continue
        await _note(desk, message, "sent")
        sent += 1
    return sent


def pause(tries: int) -> timedelta:
    """Return how long to wait after so many tries."""
    return min(_FIRST_PAUSE * (1 << (tries - 1)), _LONGEST_PAUSE)


async def _taken(desk: Desk) -> list[Message]:
    now = desk.clock.now()
    async with desk.store.write() as work:
        due = await work.find(
            Message,
            below("next_try", now + timedelta(microseconds=1)),
            order="next_try",
            limit=_BATCH,
            state="queued",
        )
        taken = [replace(one, tries=one.tries + 1, next_try=now + pause(one.tries + 1)) for one in due]
        for message in taken:
            await work.put(message)
        await work.commit()
    return taken


async def _note(desk: Desk, message: Message, state: str) -> None:
    async with desk.store.write() as work:
        await work.put(replace(message, state=state))
        await work.commit()
