"""What was done in a call that dropped: the next call from that line opens with the outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.pending import DONE
from ivr.accounts.record import at_least
from ivr.accounts.records_money import Operation
from ivr.dialogue.queries import Outcome

_REMEMBERED = timedelta(days=1)


@use_case(outcomes={"none": {}, "done": DONE})
async def last_outcome(desk: Desk, caller: Caller) -> Outcome:
    """Tell the newest operation done in a call from this line whose caller may not have heard so, once.

    `done`: name in the caller's language, amount in kopecks, positive. `none`: nothing is left to tell.
    """
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        if caller.line is None:
            return Outcome("none")
        since = at_least("at", desk.clock.now() - _REMEMBERED)
        untold = await work.find(
            Operation, since, order="-at", owner=who.id, line=caller.line, state="posted", told=False
        )
        for operation in untold:
            await work.put(replace(operation, told=True))
        await work.commit()
    if not untold:
        return Outcome("none")
    title = desk.catalogue.title(untold[0].kind, untold[0].subject, caller.language)
    return Outcome("done", {"name": title, "amount": abs(untold[0].amount)})
