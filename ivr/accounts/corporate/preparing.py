"""Preparing ordered documents: the job that makes them and sends them off.

1. An order is due work by its own record: `ordered`, and `next_try` not ahead. Taking it sets `next_try`
   past the time that making may take: who dies while making is followed by another, later.
2. A document is put together from one consistent look and written down in a thread; nobody's unit of work
   waits.
3. The document, the order's state and the messages about it are one unit of work: made twice at once, kept
   once.
4. One that fails holds up no other. It is tried again after 1, 2, 4, 8 minutes; after five tries it is
   `failed`, in the log and in `ivr account orders`, and waits for `ivr account retry`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import structlog

from ivr.accounts import messages
from ivr.accounts.clock import today
from ivr.accounts.corporate.contents import paper_of
from ivr.accounts.corporate.documents import send
from ivr.accounts.desk import Desk
from ivr.accounts.papers.forms import FORMATS, kept, rendered
from ivr.accounts.ports import Work
from ivr.accounts.record import below
from ivr.accounts.records_company import Contract, Document, Order, Schedule
from ivr.errors import AccountsError

TRIES = 5
"""After so many a document is given up until staff ask again."""

_log = structlog.get_logger(__name__)
_LEASE = timedelta(minutes=10)
_FIRST_PAUSE = timedelta(minutes=1)


async def prepare_documents(desk: Desk) -> int:
    """Order what is scheduled, make every document that is due and queue its e-mail; return how many were
    made."""
    await _order_scheduled(desk)
    async with desk.store.read() as reader:
        waiting = await reader.find(Order, state="ordered")
    made = 0
    for order in waiting:
        taken = await _taken(desk, order)
        if taken is not None:
            made += await _made(desk, taken)
    return made


async def _order_scheduled(desk: Desk) -> None:
    async with desk.store.write() as work:
        for one in await work.find(Schedule, below("next_on", today(desk.clock) + timedelta(days=1))):
            following = one.next_on
            while following <= today(desk.clock):
                await _order_month_before(desk, work, one, following - timedelta(days=1))
                following = (following + timedelta(days=32)).replace(day=1)
            await work.put(replace(one, next_on=following))
        await work.commit()


async def _order_month_before(desk: Desk, work: Work, one: Schedule, last: date) -> None:
    first = last.replace(day=1)
    id_ = f"schedule:{one.contract}:{one.kind}:{first.isoformat()}"
    if await work.get(Order, id_) is None:
        await work.add(Order(id_, one.contract, one.kind, "", first, last, one.form, desk.clock.now()))


async def _taken(desk: Desk, seen: Order) -> Order | None:
    """Take an order to make it, if it is still due; None: it is not, or somebody else has it."""
    now = desk.clock.now()
    async with desk.store.write() as work:
        order = await work.get(Order, seen.id)
        if order is None or order.state != "ordered" or (order.next_try is not None and order.next_try > now):
            return None
        taken = replace(order, tries=order.tries + 1, next_try=now + _LEASE)
        await work.put(taken)
        await work.commit()
    return taken


async def _made(desk: Desk, order: Order) -> bool:
    try:
        document = await _document(desk, order)
    except Exception as fault:  # noqa: BLE001 - whatever one document meets, the next one is made
        await _failed(desk, order, fault)
        return False
    async with desk.store.write() as work:
        kept_order = await work.get(Order, order.id)
        if kept_order is None or kept_order.state != "ordered":
            return False
        await work.add(document)
        await work.put(replace(kept_order, state="ready", next_try=None))
        await _announce(desk, work, order)
        await work.commit()
    return True


async def _document(desk: Desk, order: Order) -> Document:
    async with desk.store.read() as reader:
        contract = await reader.get(Contract, order.contract)
        if contract is None:
            raise AccountsError("an order without its contract")
        paper = await paper_of(desk, reader, order, contract)
    content = await asyncio.to_thread(rendered, paper, order.form, desk.papers.fonts)
    name = f"{order.kind}-{order.first:%Y%m%d}-{order.last:%Y%m%d}.{order.form}"
    media_type = FORMATS[order.form]
    return Document(order.id, name, media_type, kept(content, media_type))


async def _failed(desk: Desk, order: Order, fault: Exception) -> None:
    state = "failed" if order.tries >= TRIES else "ordered"
    _log.error(
        "document not made", order=order.id, tries=order.tries, state=state, fault=type(fault).__name__
    )
    pause = _FIRST_PAUSE * (1 << (order.tries - 1))
    async with desk.store.write() as work:
        await work.put(replace(order, state=state, next_try=desk.clock.now() + pause))
        await work.commit()


async def _announce(desk: Desk, work: Work, order: Order) -> None:
    contract = await work.get(Contract, order.contract)
    if contract is None:
        raise AccountsError("an order without its contract")
    await send(desk, work, contract, order)
    if order.kind == "reconciliation":
        values = {
            "name": desk.catalogue.title(order.kind, "", contract.language),
            "period": f"{messages.written(order.first)}-{messages.written(order.last)}",
        }
        text = desk.catalogue.message("document_ready", contract.language, values)
        await messages.write(desk, work, "sms", contract.phone, text)
