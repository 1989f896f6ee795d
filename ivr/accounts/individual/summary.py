"""What came and went this month, and the last operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from ivr.accounts import ledger
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of, start_of, today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.ports import Reader
from ivr.accounts.record import at_least, one_of
from ivr.accounts.records_money import Entry, Operation, Posting
from ivr.dialogue.queries import Outcome

_SUMS = {"received": "money", "spent": "money", "top_ups": "list", "charges": "list"}
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
        moved = await movements(reader, ledger.main(who.id), first)
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for operation, amount in moved:
        sums[operation.kind, operation.subject] += amount
    if not moved:
        return Outcome("nothing")
    named = [(desk.catalogue.title(*what, caller.language), amount) for what, amount in sums.items()]
    return Outcome("some", _summed(named))


@use_case(outcomes={"none": {}, "some": {"operations": "list"}})
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


async def movements(reader: Reader, account: str, since: datetime) -> list[tuple[Operation, int]]:
    """Return what moved on a ledger account since then, oldest first: the operation and the amount."""
    first = await reader.find(Posting, at_least("at", since), order="seq", limit=1)
    if not first:
        return []
    entries = await reader.find(Entry, at_least("posting", first[0].seq), order="posting", account=account)
    postings = await reader.find(Posting, one_of("seq", tuple(entry.posting for entry in entries)))
    by_seq = {posting.seq: posting.operation for posting in postings}
    ops = await reader.find(Operation, one_of("id", tuple(set(by_seq.values()))))
    by_id = {operation.id: operation for operation in ops}
    return [(by_id[by_seq[entry.posting]], entry.amount) for entry in entries]


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
