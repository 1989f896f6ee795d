"""Documents: ordered for a period in a chosen format, on a schedule, sent again, protected; slow ones
announced."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from ivr.accounts import journal, messages
from ivr.accounts.arguments import DocumentKind, Key, Phone, Shape
from ivr.accounts.case import use_case
from ivr.accounts.choice import choice
from ivr.accounts.clock import day_of, today
from ivr.accounts.corporate.login import the_contract
from ivr.accounts.corporate.numbers import one_number
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.papers.forms import FORMATS, content_of, kept
from ivr.accounts.papers.protect import protected
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records_company import Contract, Document, Order, Schedule
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import NAME, choices_of, list_of
from ivr.dialogue.queries import Outcome, Secret, Value

KINDS = ("invoice", "act", "tax_paper")
"""What may be ordered for a period; call_detail and reconciliation have use cases of their own."""

_PERIOD = {
    "first": Value("date", "First day of the period."),
    "last": Value("date", "Last day of the period."),
}
_ORDER = Value("text", "The order's id.")
_ORDERED = {"order": _ORDER, "name": NAME, **_PERIOD}
_KIND = Value("key", "What may be ordered for a period.", choices=KINDS)
_NEXT = Value("date", "When it is made next.")
_ON_OFFER = {
    "documents": choices_of("What may be ordered.", kind=_KIND, name=NAME),
    "formats": choices_of("Formats.", format=Value("key", "Its format.", choices=tuple(FORMATS))),
    "scheduled": list_of("What is made each month.", kind=_KIND, name=NAME, next=_NEXT),
}
_ORDERS = choices_of(
    "Everything ever ordered, newest first.",
    order=_ORDER,
    name=NAME,
    **_PERIOD,
    day=Value("date", "When it was ordered."),
    state=Value("key", "Whether it can be sent again.", choices=("ordered", "ready")),
)


@use_case(outcomes={"ok": _ON_OFFER}, needs="contract")
async def documents(desk: Desk, caller: Caller) -> Outcome:
    """List what may be ordered: documents as kind, name; formats as format; scheduled as kind, name, next
    (date)."""
    async with desk.store.read() as reader:
        plans = await reader.find(Schedule, contract=caller.contract)
    names = {kind: desk.catalogue.title(kind, "", caller.language) for kind in KINDS}
    return Outcome(
        "ok",
        {
            "documents": tuple(choice(kind, name, kind=kind, name=name) for kind, name in names.items()),
            "formats": tuple(choice(form, form, format=form) for form in FORMATS),
            "scheduled": tuple(
                {"kind": one.kind, "name": names[one.kind], "next": one.next_on} for one in plans
            ),
        },
    )


@use_case(outcomes={"ordered": _ORDERED, "refused": REFUSED}, needs="contract")
async def order_document(
    desk: Desk,
    caller: Caller,
    *,
    kind: DocumentKind,
    first: date,
    last: date,
    format: Annotated[str, Shape("key", choices=tuple(FORMATS))],  # noqa: A002
) -> Outcome:
    """Order a document (of KINDS) for a period, in one of FORMATS; it goes to the contract's e-mail
    address.

    Refused: no_such_document, no_such_kind (of format), wrong_date (order, future, longer than two years).
    """
    if kind not in KINDS:
        raise Refusal("no_such_document")
    return await _order(desk, caller, kind, "", first, last, format)


@use_case(outcomes={"ordered": _ORDERED, "refused": REFUSED}, needs="contract")
async def order_call_detail(
    desk: Desk,
    caller: Caller,
    *,
    phone: Phone,
    first: date,
    last: date,
    format: Annotated[str, Shape("key", choices=tuple(FORMATS))] = "pdf",  # noqa: A002
) -> Outcome:
    """Order the detail of one number, by e-mail. Refused as order_document, and wrong_number, not_yours."""
    async with desk.store.read() as reader:
        who = await one_number(reader, caller, phone)
    return await _order(desk, caller, "call_detail", who.id, first, last, format)


@use_case(outcomes={"ordered": _ORDERED, "refused": REFUSED}, needs="contract")
async def reconciliation_report(desk: Desk, caller: Caller, *, first: date, last: date) -> Outcome:
    """Order the reconciliation report: slow to prepare, announced by SMS and sent by e-mail when ready."""
    return await _order(desk, caller, "reconciliation", "", first, last, "pdf")


@use_case(outcomes={"ok": {"next": _NEXT}, "refused": REFUSED}, needs="contract")
async def schedule_document(
    desk: Desk,
    caller: Caller,
    *,
    kind: DocumentKind,
    format: Annotated[str, Shape("key", choices=(*FORMATS, "off"))],  # noqa: A002
) -> Outcome:
    """Order a document anew each first of a month, for the month before; format `off` ends it."""
    if kind not in KINDS:
        raise Refusal("no_such_document")
    if format != "off" and format not in FORMATS:
        raise Refusal("no_such_kind")
    following = (today(desk.clock).replace(day=1) + timedelta(days=32)).replace(day=1)
    async with desk.store.write() as work:
        kept = await work.get(Schedule, caller.contract, kind)
        if kept is not None:
            await work.remove(kept)
        if format != "off":
            await work.add(Schedule(str(caller.contract), kind, format, following))
        await work.commit()
    return Outcome("ok", {"next": following})


@use_case(outcomes={"none": {}, "some": {"orders": _ORDERS, "count": "count"}}, needs="contract")
async def order_history(desk: Desk, caller: Caller) -> Outcome:
    """List everything ever ordered, newest first: order (id), name, first, last, day, state (ordered,
    ready)."""
    async with desk.store.read() as reader:
        found = await reader.find(Order, order="-created", contract=caller.contract)
    items = tuple(
        choice(
            one.id,
            desk.catalogue.title(one.kind, "", caller.language),
            order=one.id,
            name=desk.catalogue.title(one.kind, "", caller.language),
            first=one.first,
            last=one.last,
            day=day_of(one.created),
            state="ready" if one.state == "ready" else "ordered",
        )
        for one in found
    )
    return Outcome("some", {"orders": items, "count": len(items)}) if items else Outcome("none")


@use_case(outcomes={"ok": {"email": Value("text", "Where it goes.")}, "refused": REFUSED}, needs="contract")
async def send_again(desk: Desk, caller: Caller, *, order: Key) -> Outcome:
    """Send a finished document again. Refused: no_such_order, not_ready."""
    async with desk.store.write() as work:
        one, _ = await finished(work, order, caller.contract)
        contract = await the_contract(work, caller)
        await send(desk, work, contract, one)
        await work.commit()
    return Outcome("ok", {"email": contract.email})


@use_case(outcomes={"ok": {}, "refused": REFUSED}, needs="contract")
async def protect_document(desk: Desk, caller: Caller, *, order: Key, password: Secret) -> Outcome:
    """Put a finished document into a ZIP archive with AES-256 under a password of the caller's, and send
    that.

    The password is not kept. Refused: no_such_order, not_ready, already_protected.
    """
    async with desk.store.write() as work:
        one, document = await finished(work, order, caller.contract)
        if document.protected:
            raise Refusal("already_protected")
        await work.put(await asyncio.to_thread(_protected, document, password))
        await send(desk, work, await the_contract(work, caller), one)
        await work.commit()
    return Outcome("ok")


async def send(desk: Desk, work: Work, contract: Contract, order: Order) -> None:
    """Queue an e-mail with a finished document."""
    name = desk.catalogue.title(order.kind, "", contract.language)
    period = f"{messages.written(order.first)}-{messages.written(order.last)}"
    text = desk.catalogue.message("document", contract.language, {"name": name, "period": period})
    await messages.write(desk, work, "email", contract.email, text, subject=name, document=order.id)


async def _order(
    desk: Desk, caller: Caller, kind: str, about: str, first: date, last: date, form: str
) -> Outcome:
    if form not in FORMATS:
        raise Refusal("no_such_kind")
    if not first <= last <= today(desk.clock) or last - first > timedelta(days=731):
        raise Refusal("wrong_date")
    async with desk.store.write() as work:
        contract = str(caller.contract)
        made = Order(desk.new_id(), contract, kind, about, first, last, form, desk.clock.now())
        await work.add(made)
        await journal.note(work, desk, caller, contract, "order_document", subject=kind)
        await work.commit()
    name = desk.catalogue.title(kind, "", caller.language)
    return Outcome("ordered", {"order": made.id, "name": name, "first": first, "last": last})


async def finished(reader: Reader, order: str, contract: str | None = None) -> tuple[Order, Document]:
    """Return an order (of this contract, of any when None) with its document. Raises Refusal no_such_order,
    not_ready."""
    one = await reader.get(Order, order)
    if one is None or contract not in {None, one.contract}:
        raise Refusal("no_such_order")
    document = await reader.get(Document, order)
    if document is None:
        raise Refusal("not_ready")
    return one, document


def _protected(document: Document, password: Secret) -> Document:
    content = content_of(document.content, document.media_type)
    name, media_type, content = protected(document.name, document.media_type, content, password)
    return replace(
        document, name=name, media_type=media_type, content=kept(content, media_type), protected=True
    )
