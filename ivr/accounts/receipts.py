"""What became of a message after it was handed over: the message centre reports on each part of an SMS.

A report may come before our note that the part was sent: it is kept and counted then. A message is
`delivered` when every part is, `undelivered` when one part never will be; reports about parts nobody sent
are kept, and mean nothing.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.accounts.desk import Desk
from ivr.accounts.ports import Work
from ivr.accounts.records_services import Message, SmsPart


async def note_sent(desk: Desk, message: Message, ids: tuple[str, ...]) -> None:
    """Note that a message was handed over, and under which ids it will be reported on."""
    async with desk.store.write() as work:
        await work.put(replace(message, state="sent"))
        for id_ in dict.fromkeys(ids):
            early = await work.get(SmsPart, id_)
            part = SmsPart(id_, message.id, early.state if early else "sent", desk.clock.now())
            await (work.put if early else work.add)(part)
        await _settle(work, replace(message, state="sent"))
        await work.commit()


async def note_receipt(desk: Desk, id_: str, state: str) -> None:
    """Note a report: `state` is delivered or undelivered. A part once settled stays so."""
    async with desk.store.write() as work:
        known = await work.get(SmsPart, id_)
        if known is None:
            await work.add(SmsPart(id_, None, state, desk.clock.now()))
        elif known.state == "sent":
            await work.put(replace(known, state=state))
            message = await work.get(Message, known.message) if known.message else None
            if message is not None:
                await _settle(work, message)
        await work.commit()


async def _settle(work: Work, message: Message) -> None:
    parts = [one.state for one in await work.find(SmsPart, message=message.id)]
    if "undelivered" in parts:
        await work.put(replace(message, state="undelivered"))
    elif parts and all(state == "delivered" for state in parts):
        await work.put(replace(message, state="delivered"))
