"""Money put on an account or taken off it by staff, with the reason; large amounts take two people.

1. Every adjustment has an id before it is asked for, made by whoever asks: asked again under the same id, it
   tells what became of it and posts nothing. Up to `adjust_alone` kopecks it is posted at once; above, it
   waits for a second person.
2. A senior who did not propose it approves or rejects it; the same person never does both, whatever their
   role.
3. It lapses after `adjust_hours`. Whoever decides first has decided: posting, state and names are one unit
   of work.
4. What is posted is an operation `adjustment:ID` whose parameters, covered by the hash chain, name both
   people and the reason.
5. All that one person posts alone to one account within a day counts together, so that a large sum cannot
   be cut into small ones.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from ivr.accounts import ledger, messages, offers, pending
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader, Work
from ivr.accounts.record import at_least
from ivr.accounts.records_money import Operation
from ivr.accounts.records_staff import Adjustment
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.blocking import stated
from ivr.accounts.staff.holder import Holder, holder_of
from ivr.accounts.values import list_of
from ivr.dialogue.queries import Outcome, Value

KIND = "adjustment"
_POSTED = {"adjustment": "text", "account": "text", "amount": "money"}
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")


@use_case(
    outcomes={"posted": _POSTED, "proposed": {**_POSTED, "hours": "count"}, "refused": REFUSED},
    moves_money=True,
    needs="",
)
async def adjust(
    desk: Desk, caller: Caller, *, adjustment: str, account: str, amount: int, reason: str
) -> Outcome:
    """Put `amount` kopecks on an account, or take them off when negative, for a reason.

    `adjustment`: its id, 8 to 64 Latin letters, digits or `-`, made by whoever asks; with the same id it is
    done once, however often it is asked. `posted`: done. `proposed`: too much for one person, waits `hours`
    for a senior who is somebody else. Refused: no_such_account, no_reason, too_long, too_little (nothing),
    too_much, no_money (more taken than there is), wrong_id, another_adjustment (the id is another one's),
    and what was decided under this id: decided_already (rejected), lapsed.
    """
    why, rules, now = stated(reason), desk.money, desk.clock.now()
    if not _ID.fullmatch(adjustment):
        raise Refusal("wrong_id")
    if not 0 < abs(amount) <= rules.adjust_most:
        raise Refusal("too_much" if amount else "too_little")
    async with desk.store.write() as work:
        holder = await holder_of(work, account)
        made = Adjustment(
            adjustment, holder.id, holder.label, amount, why, caller.staff, now,
            now + timedelta(hours=rules.adjust_hours),
        )  # fmt: skip
        known = await work.get(Adjustment, adjustment)
        if known is not None:
            return _once_more(known, made)
        await offers.must_have(work, holder.id, -amount)
        await work.add(made)
        if abs(amount) + await _alone(work, desk, caller, holder) <= rules.adjust_alone:
            made = await _post(desk, work, caller, made, holder)
        await work.commit()
    return _made(made, now)


def _once_more(known: Adjustment, asked: Adjustment) -> Outcome:
    """Tell what became of an adjustment that is asked for again."""
    for field in ("owner", "amount", "reason", "proposed_by"):
        if getattr(known, field) != getattr(asked, field):
            raise Refusal("another_adjustment")
    if known.state == "rejected":
        raise Refusal("decided_already")
    if known.state == "expired" or (known.state == "open" and known.expires <= asked.at):
        raise Refusal("lapsed")
    return _made(known, asked.at)


def _made(made: Adjustment, now: datetime) -> Outcome:
    values = {"adjustment": made.id, "account": made.label, "amount": made.amount}
    if made.state == "posted":
        return Outcome("posted", values)
    return Outcome("proposed", {**values, "hours": -(-(made.expires - now) // _HOUR)})


_ADJUSTMENTS = list_of(
    "Newest first.",
    id="text",
    account="text",
    amount="money",
    reason="text",
    proposed_by="text",
    day="date",
    until="date",
    decided_by=Value("text", "Empty while it is open."),
)


@use_case(outcomes={"none": {}, "some": {"adjustments": _ADJUSTMENTS}}, needs="")
async def adjustments(desk: Desk, caller: Caller, *, state: str = "open") -> Outcome:
    """List adjustments that are open (or posted, rejected, expired), newest first: id, account, amount
    (kopecks), reason, proposed_by, day, until (date), decided_by."""
    async with desk.store.read() as reader:
        found = await reader.find(Adjustment, order="-at", limit=100, state=state)
    items = tuple(
        {
            "id": one.id,
            "account": one.label,
            "amount": one.amount,
            "reason": one.reason,
            "proposed_by": one.proposed_by,
            "day": day_of(one.at),
            "until": day_of(one.expires),
            "decided_by": one.decided_by or "",
        }
        for one in found
        if state != "open" or one.expires > desk.clock.now()
    )
    return Outcome("some", {"adjustments": items}) if items else Outcome("none")


@use_case(outcomes={"posted": _POSTED, "refused": REFUSED}, moves_money=True, needs="")
async def approve_adjustment(desk: Desk, caller: Caller, *, adjustment: str) -> Outcome:
    """Post what another person proposed. Refused: no_such_adjustment, same_person, decided_already, lapsed,
    no_money."""
    async with desk.store.write() as work:
        found = await _open(desk, work, caller, adjustment)
        holder = await holder_of(work, found.label)
        if holder.id != found.owner:  # the number has changed hands meanwhile
            raise Refusal("no_such_account")
        await _post(desk, work, caller, found, holder)
        await work.commit()
    return Outcome("posted", {"adjustment": found.id, "account": found.label, "amount": found.amount})


@use_case(outcomes={"rejected": _POSTED, "refused": REFUSED}, needs="")
async def reject_adjustment(desk: Desk, caller: Caller, *, adjustment: str) -> Outcome:
    """Turn down what another person proposed. Refused as approve_adjustment."""
    async with desk.store.write() as work:
        found = await _open(desk, work, caller, adjustment)
        await work.put(_decided(desk, caller, found, "rejected"))
        await work.commit()
    return Outcome("rejected", {"adjustment": found.id, "account": found.label, "amount": found.amount})


async def _open(desk: Desk, work: Work, caller: Caller, adjustment: str) -> Adjustment:
    found = await work.get(Adjustment, adjustment)
    if found is None:
        raise Refusal("no_such_adjustment")
    if found.proposed_by == caller.staff:
        raise Refusal("same_person")
    if found.state == "open" and found.expires <= desk.clock.now():
        raise Refusal("lapsed")
    if found.state != "open":
        raise Refusal("lapsed" if found.state == "expired" else "decided_already")
    return found


async def _alone(reader: Reader, desk: Desk, caller: Caller, holder: Holder) -> int:
    """Return what this person has posted alone to this account within a day, kopecks, whichever way."""
    recent = at_least("at", desk.clock.now() - _DAY)
    posted = await reader.find(Adjustment, recent, owner=holder.id, state="posted", proposed_by=caller.staff)
    return sum(abs(one.amount) for one in posted if one.decided_by is None)


async def _post(desk: Desk, work: Work, caller: Caller, made: Adjustment, holder: Holder) -> Adjustment:
    """Post it; return it as it is then."""
    second = caller.staff if caller.staff != made.proposed_by else ""
    parameters = {"proposed_by": made.proposed_by, "approved_by": second, "reason": made.reason}
    operation = await pending.prepare(
        work, desk, caller, holder.id, KIND, parameters, amount=made.amount, operation=f"{KIND}:{made.id}"
    )
    await pending.carry_out(desk, work, operation, _move)
    posted = _decided(desk, caller, made, "posted")
    await work.put(posted)
    if holder.subscriber is not None:
        name = "adjusted_up" if made.amount > 0 else "adjusted_down"
        await messages.tell(desk, work, holder.subscriber, name, amount=messages.rubles(abs(made.amount)))
    return posted


async def _move(desk: Desk, work: Work, operation: Operation) -> None:
    await offers.must_have(work, operation.owner, -operation.amount)
    movements = {
        ledger.main(operation.owner): operation.amount,
        ledger.system("adjustments"): -operation.amount,
    }
    await ledger.post(work, operation, movements, desk.clock.now())


def _decided(desk: Desk, caller: Caller, made: Adjustment, state: str) -> Adjustment:
    second = caller.staff if caller.staff != made.proposed_by else None
    return replace(made, state=state, decided_by=second, decided=desk.clock.now())
