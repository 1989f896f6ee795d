"""Forwards of any number of the company, fixed-line services to hear, the account manager."""

from __future__ import annotations

from ivr.accounts import journal
from ivr.accounts.arguments import ForwardKind, ForwardKindOrAll, Phone
from ivr.accounts.case import use_case
from ivr.accounts.corporate.login import the_contract
from ivr.accounts.corporate.numbers import one_number
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual.forwarding import FORWARDS, forward_item, put_forward, take_forwards
from ivr.accounts.records_company import FixedService
from ivr.accounts.records_services import Forward
from ivr.accounts.refusal import REFUSED
from ivr.accounts.values import FEE, FORWARD_KIND, NAME, list_of
from ivr.dialogue.queries import Outcome, Value

_TO = Value("phone", "Where calls go.")
_SERVICES = list_of("Fixed-line services.", name=NAME, phone="phone", fee=FEE)
_TOTAL = Value("money", "All fees together, a month.")


@use_case(
    outcomes={"none": {}, "some": {"forwards": FORWARDS, "count": "count"}, "refused": REFUSED},
    needs="contract",
)
async def company_forwarding(desk: Desk, caller: Caller, *, phone: Phone) -> Outcome:
    """List the forwards of one number: kind and phone. Refused: wrong_number, not_yours."""
    async with desk.store.read() as reader:
        who = await one_number(reader, caller, phone)
        found = await reader.find(Forward, subscriber=who.id)
    items = tuple(forward_item(desk, caller, one) for one in found)
    return Outcome("some", {"forwards": items, "count": len(items)}) if items else Outcome("none")


@use_case(
    outcomes={"ok": {"phone": "phone", "to": _TO, "kind": FORWARD_KIND}, "refused": REFUSED}, needs="contract"
)
async def set_company_forwarding(
    desk: Desk, caller: Caller, *, phone: Phone, kind: ForwardKind, to: Phone
) -> Outcome:
    """Add or change a forward of one number. Refused: not_yours, no_such_kind, wrong_number, own_number."""
    async with desk.store.write() as work:
        who = await one_number(work, caller, phone)
        number = await put_forward(work, who, kind, to)
        await journal.note(work, desk, caller, str(caller.contract), "set_forwarding", subject=who.phone)
        await work.commit()
    return Outcome("ok", {"phone": who.phone, "to": number, "kind": kind})


@use_case(outcomes={"ok": {"count": "count"}, "none": {}, "refused": REFUSED}, needs="contract")
async def remove_company_forwarding(
    desk: Desk, caller: Caller, *, phone: Phone, kind: ForwardKindOrAll
) -> Outcome:
    """Remove a forward of one number, or `all` of them."""
    async with desk.store.write() as work:
        who = await one_number(work, caller, phone)
        removed = await take_forwards(work, who, kind)
        if not removed:
            return Outcome("none")
        await journal.note(work, desk, caller, str(caller.contract), "remove_forwarding", subject=who.phone)
        await work.commit()
    return Outcome("ok", {"count": removed})


@use_case(outcomes={"none": {}, "some": {"services": _SERVICES, "total": _TOTAL}}, needs="contract")
async def fixed_services(desk: Desk, caller: Caller) -> Outcome:
    """List fixed-line services: name, phone, fee (kopecks a month); total a month."""
    async with desk.store.read() as reader:
        found = await reader.find(FixedService, contract=caller.contract)
    items = tuple({"name": one.name, "phone": one.phone, "fee": one.fee} for one in found)
    total = sum(one.fee for one in found)
    return Outcome("some", {"services": items, "total": total}) if items else Outcome("none")


@use_case(outcomes={"ok": {"name": Value("text", "Full name."), "phone": "phone"}}, needs="contract")
async def manager(desk: Desk, caller: Caller) -> Outcome:
    """Tell the account manager's name and phone."""
    async with desk.store.read() as reader:
        contract = await the_contract(reader, caller)
    return Outcome("ok", {"name": contract.manager, "phone": contract.manager_phone})
