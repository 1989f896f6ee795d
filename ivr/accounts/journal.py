"""The log of operations: what was asked for in an account, when, through which door."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Work
from ivr.accounts.records_money import Operation


def canonical(parameters: Mapping[str, object]) -> str:
    """Return parameters as one certain text: sorted keys, no blanks."""
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


async def note(
    work: Work,
    desk: Desk,
    caller: Caller,
    owner: str,
    kind: str,
    *,
    subject: str = "",
    amount: int = 0,
    reason: str = "",
) -> Operation:
    """Note an operation done at once, in the same unit of work as its effect; return it.

    What staff do carries their login, and the reason they gave.
    """
    parameters = {"subject": subject}
    if caller.staff:
        parameters |= {"staff": caller.staff, "reason": reason}
    operation = Operation(
        id=desk.new_id(),
        owner=owner,
        kind=kind,
        subject=subject,
        parameters=canonical(parameters),
        amount=amount,
        door=caller.door,
        state="posted",
        at=desk.clock.now(),
        line=caller.line,
        told=True,
    )
    await work.add(operation)
    return operation
