"""Preparing ordered documents: what they hold, and the job that makes them and sends them off."""

from __future__ import annotations

import asyncio
import base64
import csv
import html
import io
from dataclasses import replace
from datetime import date, datetime, timedelta

from ivr.accounts import ledger, messages
from ivr.accounts.clock import day_of, start_of, today
from ivr.accounts.corporate.documents import FORMATS, send
from ivr.accounts.corporate.limits import spending
from ivr.accounts.desk import Desk
from ivr.accounts.outbox import Attachment
from ivr.accounts.ports import Reader, Work
from ivr.accounts.record import at_least, below
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract, Document, Order, Schedule
from ivr.accounts.records_money import Operation
from ivr.errors import AccountsError

Rows = list[tuple[str, ...]]
"""A document's table: the first row is its head."""


async def prepare_documents(desk: Desk) -> int:
    """Order what is scheduled, make every ordered document and queue its e-mail; return how many were
    made."""
    await _order_scheduled(desk)
    async with desk.store.read() as reader:
        waiting = await reader.find(Order, state="ordered")
    for order in waiting:
        async with desk.store.write() as work:
            await _make(desk, work, order)
            await work.commit()
    return len(waiting)


async def rows_of(desk: Desk, reader: Reader, order: Order) -> Rows:
    """Return what a document says: payments and charges of its period, amounts in rubles."""
    if order.kind == "call_detail":
        return await _detail(desk, reader, order)
    if order.kind == "reconciliation":
        return await _reconciliation(desk, reader, order)
    return await _charges(reader, order)


def rendered(rows: Rows, form: str) -> str:
    """Return a table as csv, txt (tabs) or html."""
    if form == "html":
        lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
        return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>\n"
    memory = io.StringIO()
    csv.writer(memory, delimiter="," if form == "csv" else "\t", lineterminator="\n").writerows(rows)
    return memory.getvalue()


class StoredDocuments:
    """Finds the document of a message, for the outbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def find(self, document: str) -> Attachment:
        """Return the finished document of an order. Raises AccountsError."""
        async with self._desk.store.read() as reader:
            found = await reader.get(Document, document)
        if found is None:
            raise AccountsError("the document of a message is gone")
        content = base64.b64decode(found.content) if found.protected else found.content.encode()
        return Attachment(found.name, content, found.media_type)


async def _order_scheduled(desk: Desk) -> None:
    async with desk.store.write() as work:
        for one in await work.find(Schedule, below("next_on", today(desk.clock) + timedelta(days=1))):
            first, following = one.next_on, one.next_on
            while following <= today(desk.clock):
                last = following - timedelta(days=1)
                first = last.replace(day=1)
                order = Order(
                    f"schedule:{one.contract}:{one.kind}:{first.isoformat()}",
                    one.contract,
                    one.kind,
                    "",
                    first,
                    last,
                    one.form,
                    desk.clock.now(),
                )
                if await work.get(Order, order.id) is None:
                    await work.add(order)
                following = (following + timedelta(days=32)).replace(day=1)
            await work.put(replace(one, next_on=following))
        await work.commit()


async def _make(desk: Desk, work: Work, order: Order) -> None:
    contract = await work.get(Contract, order.contract)
    kept = await work.get(Order, order.id)
    if contract is None or kept is None or kept.state != "ordered":
        return
    content = await asyncio.to_thread(rendered, await rows_of(desk, work, order), order.form)
    name = f"{order.kind}-{order.first:%Y%m%d}-{order.last:%Y%m%d}.{order.form}"
    await work.add(Document(order.id, name, FORMATS[order.form], content))
    await work.put(replace(kept, state="ready"))
    await send(desk, work, contract, order)
    if order.kind == "reconciliation":
        values = {
            "name": desk.catalogue.title(order.kind, "", contract.language),
            "period": f"{messages.written(order.first)}-{messages.written(order.last)}",
        }
        text = desk.catalogue.message("document_ready", contract.language, values)
        await messages.write(desk, work, "sms", contract.phone, text)


async def _charges(reader: Reader, order: Order) -> Rows:
    numbers = await reader.find(Subscriber, order="phone", contract=order.contract)
    spent = await spending(reader, order.contract, numbers, *_period(order))
    rows: Rows = [("phone", "name", "rubles")]
    rows += [(who.phone, who.name, _rubles(spent[who.id])) for who in numbers if spent[who.id]]
    return [*rows, ("", "total", _rubles(sum(spent.values())))]


async def _detail(desk: Desk, reader: Reader, order: Order) -> Rows:
    begin, end = _period(order)
    found = await reader.find(
        Operation, at_least("at", begin), below("at", end), order="at", owner=order.about, state="posted"
    )
    rows: Rows = [("day", "what", "rubles")]
    for one in found:
        title = desk.catalogue.title(one.kind, one.subject, "ru")
        rows.append((day_of(one.at).isoformat(), title, _rubles(one.amount)))
    return rows


async def _reconciliation(desk: Desk, reader: Reader, order: Order) -> Rows:
    """Opening balance, every movement of the contract's account, closing balance."""
    from_, until = _period(order)
    moved = await ledger.movements(reader, ledger.main(order.contract), start_of(date(2000, 1, 1)))
    opening = sum(amount for at, _, amount in moved if at < from_)
    rows: Rows = [("day", "what", "rubles"), (order.first.isoformat(), "opening", _rubles(opening))]
    closing = opening
    for at, operation, amount in moved:
        if from_ <= at < until:
            title = desk.catalogue.title(operation.kind, operation.subject, "ru")
            rows.append((day_of(at).isoformat(), title, _rubles(amount)))
            closing += amount
    return [*rows, (order.last.isoformat(), "closing", _rubles(closing))]


def _period(order: Order) -> tuple[datetime, datetime]:
    return start_of(order.first), start_of(order.last + timedelta(days=1))


def _rubles(kopecks: int) -> str:
    return f"{'-' if kopecks < 0 else ''}{abs(kopecks) // 100}.{abs(kopecks) % 100:02}"
