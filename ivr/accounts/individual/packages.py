"""Minutes, messages and internet bought ahead, and until when."""

from __future__ import annotations

from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.record import at_least
from ivr.accounts.records import Package
from ivr.dialogue.queries import Outcome

_SOME = {"minutes": "count", "sms": "count", "megabytes": "data", "until": "date", "packages": "list"}


@use_case(outcomes={"none": {}, "some": _SOME})
async def packages(desk: Desk, caller: Caller) -> Outcome:
    """Tell what is left.

    `some`: minutes, sms, megabytes are sums over the packages of each kind, until is the earliest end;
    packages lists each: kind (minutes, sms, data), left, total, until (date), soonest end first. `none`:
    there is nothing.
    """
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        found = await reader.find(
            Package, at_least("until", today(desk.clock)), order="until", subscriber=who.id
        )
    if not found:
        return Outcome("none")
    return Outcome(
        "some",
        {
            "minutes": _left(found, "minutes"),
            "sms": _left(found, "sms"),
            "megabytes": _left(found, "data"),
            "until": found[0].until,
            "packages": tuple(
                {"kind": p.kind, "left": p.left, "total": p.total, "until": p.until} for p in found
            ),
        },
    )


def _left(found: list[Package], kind: str) -> int:
    return sum(package.left for package in found if package.kind == kind)
