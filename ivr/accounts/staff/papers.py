"""A company's documents and an account's messages, as staff see them: what was made, what arrived, once
more."""

from __future__ import annotations

from dataclasses import replace

from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of
from ivr.accounts.corporate.documents import finished, send
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.records_company import Contract, Order
from ivr.accounts.records_services import Message
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.holder import contract_of, holder_of
from ivr.accounts.values import NAME, list_of
from ivr.dialogue.queries import Outcome

_LOOKED_BACK = 50
_ORDERS = list_of(
    "Newest first.", id="text", name=NAME, first="date", last="date", day="date", form="key", state="key"
)
_MESSAGES = list_of(
    "Newest first.",
    id="count",
    day="date",
    at="text",
    channel="key",
    subject="text",
    state="key",
    tries="count",
)


@use_case(outcomes={"none": {}, "some": {"orders": _ORDERS}, "refused": REFUSED}, needs="")
async def contract_orders(desk: Desk, caller: Caller, *, contract: str) -> Outcome:
    """List the newest fifty documents ordered for a contract: id, name, first, last, day, form, state.
    Refused: no_such_contract."""
    async with desk.store.read() as reader:
        company = await contract_of(reader, contract)
        found = await reader.find(Order, order="-created", limit=_LOOKED_BACK, contract=company.id)
    items = tuple(
        {
            "id": one.id,
            "name": desk.catalogue.title(one.kind, "", caller.language),
            "first": one.first,
            "last": one.last,
            "day": day_of(one.created),
            "form": one.form,
            "state": one.state,
        }
        for one in found
    )
    return Outcome("some", {"orders": items}) if items else Outcome("none")


@use_case(outcomes={"ok": {"email": "text"}, "refused": REFUSED}, needs="")
async def resend_document(desk: Desk, caller: Caller, *, order: str) -> Outcome:
    """Send a finished document once more, to the contract's address on record. Refused: no_such_order,
    not_ready."""
    async with desk.store.write() as work:
        one, _ = await finished(work, order)
        company = await work.get(Contract, one.contract)
        if company is None:
            raise Refusal("no_such_order")
        await send(desk, work, company, one)
        await work.commit()
    return Outcome("ok", {"email": company.email})


@use_case(outcomes={"ok": {}, "refused": REFUSED}, needs="")
async def retry_document(desk: Desk, caller: Caller, *, order: str) -> Outcome:
    """Have a document made that could not be, within a minute. Refused: no_such_order, not_failed."""
    async with desk.store.write() as work:
        one = await work.get(Order, order)
        if one is None:
            raise Refusal("no_such_order")
        if one.state != "failed":
            raise Refusal("not_failed")
        await work.put(replace(one, state="ordered", tries=0, next_try=None))
        await work.commit()
    return Outcome("ok")


@use_case(outcomes={"none": {}, "some": {"messages": _MESSAGES}, "refused": REFUSED}, needs="")
async def account_messages(desk: Desk, caller: Caller, *, account: str) -> Outcome:
    """List the newest fifty messages to an account's holder: id, day, at (text), channel, subject, state
    (queued, sent, delivered, failed), tries. What they say is not shown: it may be a payment link. Refused:
    no_such_account."""
    async with desk.store.read() as reader:
        holder = await holder_of(reader, account)
        found: list[Message] = []
        for address in _addresses(holder.subscriber or holder.contract):
            found += await reader.find(Message, order="-id", limit=_LOOKED_BACK, recipient=address)
    items = tuple(
        {
            "id": one.id,
            "day": day_of(one.created),
            "at": f"{one.created:%H:%M:%S} UTC",
            "channel": one.channel,
            "subject": one.subject,
            "state": one.state,
            "tries": one.tries,
        }
        for one in sorted(found, key=lambda one: one.id, reverse=True)[:_LOOKED_BACK]
    )
    return Outcome("some", {"messages": items}) if items else Outcome("none")


def _addresses(who: object) -> list[str]:
    return [address for address in (getattr(who, "phone", None), getattr(who, "email", None)) if address]
