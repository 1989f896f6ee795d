"""Prepare, confirm, post: how anything that costs is done once.

1. `prepare` stores the operation, with an id, before the caller is asked to confirm.
2. `confirm` runs its effect, ledger entries and messages in the unit of work that marks it posted: all or
   nothing.
3. Confirming again answers the same and does nothing. An id is unique for ever; with other parameters it
   is refused.
4. An operation nobody confirmed within ten minutes lapses.
5. What an effect refuses (Refusal) leaves the operation prepared and everything else as it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ivr.accounts import ledger
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.journal import canonical
from ivr.accounts.ports import Conflict, First, Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import LedgerAccount, Operation
from ivr.accounts.values import NAME
from ivr.dialogue.queries import Outcome, Value
from ivr.errors import AccountsError

Effect = Callable[[Desk, Work, Operation], Awaitable[None]]


class NoSuchOperation(AccountsError):  # noqa: N818 - a fact about the request, not a fault
    """There is no operation with this id, of this kind, of this caller."""


LASTS = timedelta(minutes=10)
"""How long a prepared operation may be confirmed."""

DONE = {
    "name": NAME,
    "amount": Value("money", "What came or went, positive; 0 when only points or packages did."),
}
"""Values of every `done` outcome: what was done, in the caller's language; kopecks, positive."""


async def prepare(
    work: Work,
    desk: Desk,
    caller: Caller,
    owner: str,
    kind: str,
    parameters: Mapping[str, Any],
    *,
    subject: str = "",
    amount: int = 0,
    operation: str = "",
) -> Operation:
    """Store an operation to be confirmed. `amount`: what it does to the owner's account, kopecks.

    `operation`: an id chosen by the other side, for retries; the same id with the same parameters gives the
    same operation. Raises Conflict when the id is known with others.
    """
    wanted = canonical(parameters)
    known = await work.get(Operation, operation) if operation else None
    if known is not None:
        if (known.owner, known.kind, known.parameters) != (owner, kind, wanted):
            raise Conflict("this operation id has been used for something else")
        return known
    now = desk.clock.now()
    made = Operation(
        id=operation or desk.new_id(),
        owner=owner,
        kind=kind,
        subject=subject,
        parameters=wanted,
        amount=amount,
        door=caller.door,
        state="prepared",
        at=now,
        line=caller.line,
        expires=now + LASTS,
    )
    await work.add(made)
    return made


async def confirm(desk: Desk, caller: Caller, kind: str, operation: str, effect: Effect) -> Outcome:
    """Do a prepared operation of the caller's: `done` with DONE, or `expired`. Raises Refusal,
    AccountsError."""
    async with desk.store.write((Operation, operation), *_payer(caller)) as work:
        found = await work.get(Operation, operation)
        if found is None or found.kind != kind or found.owner not in {caller.subscriber, caller.contract}:
            raise NoSuchOperation(f"{kind}: there is no such operation to confirm")
        if found.state != "posted":
            if found.state == "expired" or (found.expires or desk.clock.now()) <= desk.clock.now():
                return Outcome("expired")
            await carry_out(desk, work, found, effect)
            await work.commit()
            caller.unheard = operation
    title = desk.catalogue.title(kind, found.subject, caller.language)
    return Outcome("done", {"name": title, "amount": abs(found.amount)})


def _payer(caller: Caller) -> list[First]:
    """Return what a confirmation by this caller will look up besides the operation."""
    if caller.subscriber is None:
        return []
    return [(Subscriber, caller.subscriber), (LedgerAccount, ledger.main(caller.subscriber))]


async def owner_of(reader: Reader, operation: Operation) -> Subscriber:
    """Return the subscriber an operation belongs to. Raises AccountsError."""
    found = await reader.get(Subscriber, operation.owner)
    if found is None:
        raise AccountsError(f"{operation.kind}: the operation belongs to no subscriber")
    return found


async def carry_out(desk: Desk, work: Work, operation: Operation, effect: Effect) -> Operation:
    """Run the effect and mark the operation posted, in the caller's unit of work; return it as posted."""
    posted = replace(operation, state="posted", at=desk.clock.now(), expires=None)
    await work.put(posted)
    await effect(desk, work, posted)
    return posted
