"""The tariff: what I have, what I could have, what it costs to change, and from when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ivr.accounts import ledger, messages, offers, pending
from ivr.accounts.arguments import Key, OperationId
from ivr.accounts.case import use_case
from ivr.accounts.catalogue import Tariff
from ivr.accounts.choice import choice
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Plan
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import CODE, FEE, NAME, OPERATION, STARTS, choices_of
from ivr.dialogue.queries import Outcome, Value

_PRICE = Value("money", "Of the change.")
CHANGE = {"operation": OPERATION, "name": NAME, "fee": FEE, "price": _PRICE, "starts": STARTS}
"""operation: to confirm with; fee: a month; price: of the change, kopecks; starts: the day it takes
effect."""

_MINE = {"name": NAME, "code": CODE, "fee": FEE, "due": Value("date", "When the next fee is due.")}
_NEXT = Value("text", "Name of the tariff on order, in the caller's language.")
_AVAILABLE = choices_of(
    "Tariffs that could be had now, money apart.",
    tariff=Value("key", "The tariff's key."),
    name=NAME,
    code=CODE,
    fee=FEE,
    price=_PRICE,
)


@use_case(
    outcomes={"ok": _MINE, "changing": {**_MINE, "next": _NEXT, "starts": STARTS}},
)
async def tariff(desk: Desk, caller: Caller) -> Outcome:
    """Tell the tariff: name, code, fee a month (kopecks), the day the next fee is due.

    `changing`: another one is on order: its name is `next`, it starts on `starts`.
    """
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        plan = await reader.get(Plan, who.id) or Plan(who.id, today(desk.clock))
    mine = desk.catalogue.tariffs[who.tariff]
    name = mine.name.in_(caller.language)
    values = {"name": name, "code": mine.code, "fee": mine.fee, "due": plan.due}
    if plan.next_tariff is None:
        return Outcome("ok", values)
    coming = desk.catalogue.name_of(plan.next_tariff, caller.language)
    return Outcome("changing", {**values, "next": coming, "starts": plan.change_on})


@use_case(outcomes={"none": {}, "some": {"available": _AVAILABLE}})
async def tariffs(desk: Desk, caller: Caller) -> Outcome:
    """List the tariffs that could be had: tariff (key), name, code, fee (kopecks a month), price of the
    change."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        could = [t for t in desk.catalogue.tariffs if await _suits(desk, reader, who, t)]
    items = tuple(_item(desk.catalogue.tariffs[key], caller.language) for key in could)
    return Outcome("some", {"available": items}) if items else Outcome("none")


@use_case(outcomes={"allowed": CHANGE, "refused": REFUSED}, prepares="change_tariff")
async def check_tariff(desk: Desk, caller: Caller, *, tariff: Key) -> Outcome:
    """Look whether the tariff (key) may be had, and prepare the change."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        outcome = await prepared(desk, work, caller, who, tariff, "change_tariff")
        await work.commit()
    return outcome


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def change_tariff(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Order the change that check_tariff prepared: its price is set aside now and taken when the tariff
    starts, which is when the next fee is due."""
    return await pending.confirm(desk, caller, "change_tariff", operation, change)


async def prepared(desk: Desk, work: Work, caller: Caller, who: Subscriber, key: str, kind: str) -> Outcome:
    """Check a change of tariff and prepare it under this kind. Raises Refusal."""
    wanted = await offers.tariff_for(desk, work, who, key)
    await offers.must_have(work, who.id, wanted.change)
    starts = await _starts(desk, work, who)
    parameters = {"tariff": key, "price": wanted.change, "starts": starts.isoformat()}
    operation = await pending.prepare(
        work, desk, caller, who.id, kind, parameters, subject=key, amount=-wanted.change
    )
    name = wanted.name.in_(caller.language)
    values = {"name": name, "fee": wanted.fee, "price": wanted.change, "starts": starts}
    return Outcome("allowed", {"operation": operation.id, **values})


async def change(desk: Desk, work: Work, operation: Operation) -> None:
    """Order the tariff an operation names: the effect of change_tariff."""
    who = await pending.owner_of(work, operation)
    wanted = await offers.tariff_for(desk, work, who, operation.subject)
    await _set_aside(desk, work, operation)
    starts = await order(desk, work, who, wanted.key, held=-operation.amount)
    name = wanted.name.in_(who.language)
    await messages.tell(desk, work, who, "change_tariff", name=name, date=messages.written(starts))


async def order(
    desk: Desk,
    work: Work,
    who: Subscriber,
    key: str,
    starts: date | None = None,
    until: date | None = None,
    held: int = 0,
) -> date:
    """Put a tariff on order, by default for the day the next fee is due; until: its last day. Return its
    first."""
    kept = await work.get(Plan, who.id)
    starts = starts or await _starts(desk, work, who)
    plan = replace(kept or Plan(who.id, today(desk.clock)), next_tariff=key, change_on=starts, held=held)
    if until is not None:
        plan = replace(plan, back_to=who.tariff, back_on=until + timedelta(days=1))
    await (work.put(plan) if kept else work.add(plan))
    return starts


async def _set_aside(desk: Desk, work: Work, operation: Operation) -> None:
    price = -operation.amount
    await offers.must_have(work, operation.owner, price)
    if price:
        movements = {ledger.main(operation.owner): -price, ledger.blocked(operation.owner): price}
        await ledger.post(work, operation, movements, desk.clock.now())


async def _starts(desk: Desk, work: Work, who: Subscriber) -> date:
    plan = await work.get(Plan, who.id)
    tomorrow = today(desk.clock) + timedelta(days=1)
    return max(plan.due, tomorrow) if plan else tomorrow


async def _suits(desk: Desk, reader: Reader, who: Subscriber, key: str) -> bool:
    try:
        await offers.tariff_for(desk, reader, who, key)
    except Refusal:
        return False
    return True


def _item(one: Tariff, language: str) -> dict[str, object]:
    name = one.name.in_(language)
    return choice(one.key, name, tariff=one.key, name=name, code=one.code, fee=one.fee, price=one.change)
