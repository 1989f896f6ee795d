"""What came and went this month, and the last operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ivr.accounts import ledger
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of, start_of, today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.values import NAME, list_of
from ivr.dialogue.queries import Outcome, Value

_AMOUNT = Value("money", "Positive, of all movements of this name together.")
_SUMS = {
    "received": Value("money", "All top-ups together."),
    "spent": Value("money", "All charges together; positive."),
    "top_ups": list_of("What came, largest first.", name=NAME, amount=_AMOUNT),
    "charges": list_of("What went, largest first.", name=NAME, amount=_AMOUNT),
}
_DONE = list_of(
    "Newest first.",
    name=NAME,
    day=Value("date", "When it was done, Moscow time."),
    door=Value("text", "How it was asked for: the number called, ussd, web, staff, card, bank, office, job."),
    amount=Value("money", "What came; negative what went."),
)
_LAST = 5


@use_case(outcomes={"nothing": {}, "some": _SUMS})
async def month_summary(desk: Desk, caller: Caller) -> Outcome:
    """Tell this calendar month's top-ups and charges.

    `some`: received and spent are sums in kopecks, both positive; top_ups and charges list name and amount
    (kopecks, positive), one item per kind and subject, largest first. `nothing`: no money moved.
    """
    first = start_of(today(desk.clock).replace(day=1))
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        moved = await ledger.movements(reader, ledger.main(who.id), first)
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for _, operation, amount in moved:
        sums[operation.kind, operation.subject] += amount
    if not moved:
        return Outcome("nothing")
    named = [(desk.catalogue.title(*what, caller.language), amount) for what, amount in sums.items()]
    return Outcome("some", _summed(named))


@use_case(outcomes={"none": {}, "some": {"operations": _DONE}})
async def operations(desk: Desk, caller: Caller) -> Outcome:
    """List the last five operations, through any door, newest first: name, day (date), door, amount
    (kopecks)."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        found = await reader.find(Operation, order="-at", limit=_LAST, owner=who.id, state="posted")
    if not found:
        return Outcome("none")
    items = tuple(
        {
            "name": desk.catalogue.title(one.kind, one.subject, caller.language),
            "day": day_of(one.at),
            "door": one.door,
            "amount": one.amount,
        }
        for one in found
    )
    return Outcome("some", {"operations": items})


def _summed(named: Iterable[tuple[str, int]]) -> dict[str, object]:
    in_order = sorted(named, key=lambda pair: -abs(pair[1]))
    received = [pair for pair in in_order if pair[1] > 0]
    spent = [(name, -amount) for name, amount in in_order if amount < 0]
    return {
        "received": sum(amount for _, amount in received),
        "spent": sum(amount for _, amount in spent),
        "top_ups": tuple({"name": name, "amount": amount} for name, amount in received),
        "charges": tuple({"name": name, "amount": amount} for name, amount in spent),
    }
