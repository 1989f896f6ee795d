"""Sending what `messages` wrote: at least once, with growing pauses, until sent or given up.

1. A message is taken in a unit of work of its own before it is handed over: its next try is set past the
   time that handing over may take (`LEASE`). A crash leads to another try, not to silence; two processes
   never hold one.
2. A failed try waits 30 s, 1, 2, 4 ... minutes, at most six hours; after twelve it is `failed`.
3. `Refused` by the other side for good, it is `failed` at once. `NotNow` (nobody answers, or it is
   throttled) costs the message no try and lets its channel rest until the next round: a week without a mail
   server loses nothing.
4. Channels run beside each other, and in each some messages at a time; none is kept from going out by one
   before it.
5. What cannot be avoided: the other side has taken the message and its answer, or our note of it, is lost.
   Then it goes out again, recognisably: e-mail under the same Message-ID, an SMS with the same references.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import structlog

from ivr.accounts import receipts
from ivr.accounts.desk import Desk
from ivr.accounts.record import below
from ivr.accounts.records_services import Message
from ivr.errors import AccountsError

TRIES = 12
"""After so many a message is given up."""
LEASE = timedelta(minutes=5)
"""How long a message is kept for whoever has taken it."""

_log = structlog.get_logger(__name__)
_HANDING_OVER = 120.0
"""Seconds that handing one message over may take, all network steps together; well within LEASE."""
_LANES = 4
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)


class NotNow(AccountsError):  # noqa: N818 - the other side's answer, no fault of the message
    """The other side takes nothing at present: it is away, throttles us, or does not let us in."""


class Refused(AccountsError):  # noqa: N818 - the other side's answer
    """The other side will never take this message."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    content: bytes
    kind: str
    """Media type, such as application/pdf."""


class Sender(Protocol):
    """Hands messages of one channel over."""

    async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
        """Hand one message over; return the ids under which the other side will report on it, if it will.

        Raises NotNow, Refused, and any other AccountsError when it is to be tried again.
        """


class Attachments(Protocol):
    """Finds the document of a message."""

    async def find(self, document: str) -> Attachment:
        """Return the document. Raises AccountsError."""


async def deliver_due(desk: Desk, senders: Mapping[str, Sender], documents: Attachments | None = None) -> int:
    """Try every message whose time has come, by channel; return how many went out."""
    channels = (_Channel(desk, name, sender, documents) for name, sender in senders.items())
    return sum(await asyncio.gather(*(channel.run() for channel in channels)))


def pause(tries: int) -> timedelta:
    """Return how long to wait after so many tries."""
    return min(_FIRST_PAUSE * (1 << (max(tries, 1) - 1)), _LONGEST_PAUSE)


class _Channel:
    """One round of one channel."""

    def __init__(self, desk: Desk, name: str, sender: Sender, documents: Attachments | None) -> None:
        self._desk = desk
        self._name = name
        self._sender = sender
        self._documents = documents
        self._rests = False

    async def run(self) -> int:
        """Hand over what is due, some at a time; return how many went out."""
        return sum(await asyncio.gather(*(self._lane() for _ in range(_LANES))))

    async def _lane(self) -> int:
        sent = 0
        while not self._rests and (message := await self._taken()) is not None:
            sent += await self._tried(message)
        return sent

    async def _taken(self) -> Message | None:
        now = self._desk.clock.now()
        due = below("next_try", now + timedelta(microseconds=1))
        async with self._desk.store.write() as work:
            found = await work.find(
                Message, due, order="next_try", limit=1, state="queued", channel=self._name
            )
            if not found:
                return None
            taken = replace(found[0], tries=found[0].tries + 1, next_try=now + LEASE)
            await work.put(taken)
            await work.commit()
        return taken

    async def _tried(self, message: Message) -> bool:
        try:
            async with asyncio.timeout(_HANDING_OVER):
                ids = await self._sender.deliver(message, await self._attachment(message))
        except NotNow as fault:
            self._rests = True
            await self._put_off(replace(message, tries=message.tries - 1), fault)
        except Refused as fault:
            await self._put_off(replace(message, state="failed"), fault)
        except (AccountsError, TimeoutError) as fault:
            state = "failed" if message.tries >= TRIES else "queued"
            await self._put_off(replace(message, state=state), fault)
        else:
            await receipts.note_sent(self._desk, message, ids)
            return True
        return False

    async def _attachment(self, message: Message) -> Attachment | None:
        if self._documents is None or message.document is None:
            return None
        return await self._documents.find(message.document)

    async def _put_off(self, message: Message, fault: Exception) -> None:
        _log.warning(
            "message not sent",
            message=message.id,
            channel=message.channel,
            tries=message.tries,
            state=message.state,
            fault=type(fault).__name__,
        )
        async with self._desk.store.write() as work:
            await work.put(replace(message, next_try=self._desk.clock.now() + pause(message.tries)))
            await work.commit()
