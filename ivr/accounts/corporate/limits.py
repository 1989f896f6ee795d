"""Spending limits per number, and what numbers have spent."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, timedelta

from ivr.accounts import journal
from ivr.accounts.arguments import Money, Numbers
from ivr.accounts.case import use_case
from ivr.accounts.clock import start_of, today
from ivr.accounts.corporate.numbers import target
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader
from ivr.accounts.record import at_least, below, one_of
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Limit
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import EMPLOYEE, list_of
from ivr.dialogue.queries import Outcome, Value

_FEES = ("monthly_fee", "option_fee", "ringback_fee")
_BULK = ("tariff_for_numbers", "option_for_numbers")

_LIMITS = list_of(
    "By phone.",
    phone="phone",
    amount=Value("money", "The limit of a month."),
    spent=Value("money", "Spent of it this month."),
)
_CHARGED = list_of(
    "Numbers that were charged.",
    phone="phone",
    name=EMPLOYEE,
    amount=Value("money", "Charged in the period."),
)
_TOTAL = Value("money", "Charged in the period, all these numbers together.")


@use_case(outcomes={"none": {}, "some": {"limits": _LIMITS, "count": "count"}}, needs="contract")
async def limits(desk: Desk, caller: Caller) -> Outcome:
    """List the limits: phone, amount (kopecks a month), spent (kopecks this month)."""
    async with desk.store.read() as reader:
        found = await reader.find(Subscriber, order="phone", contract=caller.contract)
        kept = await reader.find(Limit, one_of("subscriber", tuple(who.id for who in found)))
        spent = await spending(reader, str(caller.contract), found, *_month(desk))
    amounts = {one.subscriber: one.amount for one in kept}
    items = tuple(
        {"phone": who.phone, "amount": amounts[who.id], "spent": spent[who.id]}
        for who in found
        if who.id in amounts
    )
    return Outcome("some", {"limits": items, "count": len(items)}) if items else Outcome("none")


@use_case(outcomes={"ok": {"count": "count", "amount": "money"}, "refused": REFUSED}, needs="contract")
async def set_limit(desk: Desk, caller: Caller, *, numbers: Numbers, amount: Money) -> Outcome:
    """Set a limit of `amount` kopecks a month on numbers (one, several, a tag, `all`); 0 takes it off."""
    if amount < 0:
        raise Refusal("too_little")
    async with desk.store.write() as work:
        chosen = await target(work, caller, numbers)
        for who in chosen:
            kept = await work.get(Limit, who.id)
            if amount:
                await (work.put if kept else work.add)(Limit(who.id, amount))
            elif kept:
                await work.remove(kept)
        await journal.note(work, desk, caller, str(caller.contract), "set_limit", subject=numbers)
        await work.commit()
    return Outcome("ok", {"count": len(chosen), "amount": amount})


@use_case(
    outcomes={"none": {}, "some": {"total": _TOTAL, "numbers": _CHARGED}, "refused": REFUSED},
    needs="contract",
)
async def charges(
    desk: Desk,
    caller: Caller,
    *,
    numbers: Numbers = "all",
    first: date | None = None,
    last: date | None = None,
) -> Outcome:
    """Tell what numbers were charged, by default this month: total, and per number phone, name, amount
    (kopecks)."""
    begin, end = _month(desk)
    begin = start_of(first) if first else begin
    end = start_of(last + timedelta(days=1)) if last else end
    async with desk.store.read() as reader:
        chosen = await target(reader, caller, numbers)
        spent = await spending(reader, str(caller.contract), chosen, begin, end)
    items = [
        {"phone": who.phone, "name": who.name, "amount": spent[who.id]} for who in chosen if spent[who.id]
    ]
    if not items:
        return Outcome("none")
    return Outcome("some", {"total": sum(spent[who.id] for who in chosen), "numbers": tuple(items)})


async def spending(
    reader: Reader, contract: str, numbers: list[Subscriber], begin: datetime, end: datetime
) -> defaultdict[str, int]:
    """Return what each number was charged from `begin` to before `end`: subscriber id -> kopecks."""
    period = (at_least("at", begin), below("at", end))
    ids = tuple(who.id for who in numbers)
    fees = await reader.find(Operation, *period, one_of("owner", ids), one_of("kind", _FEES), state="posted")
    bulk = await reader.find(Operation, *period, one_of("kind", _BULK), owner=contract, state="posted")
    spent: defaultdict[str, int] = defaultdict(int)
    for fee in fees:
        spent[fee.owner] -= fee.amount
    for operation in bulk:
        for who, cost in json.loads(operation.parameters)["costs"].items():
            spent[who] += cost
    return defaultdict(int, {who: spent[who] for who in ids})


async def must_be_within(desk: Desk, reader: Reader, who: Subscriber, cost: int) -> None:
    """Refuse a charge that would take a company's number over its limit."""
    limit = await reader.get(Limit, who.id)
    if limit is None or who.contract is None:
        return
    spent = await spending(reader, who.contract, [who], *_month(desk))
    if spent[who.id] + cost > limit.amount:
        raise Refusal("over_limit")


def _month(desk: Desk) -> tuple[datetime, datetime]:
    first = today(desk.clock).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return start_of(first), start_of(following)
