"""Minutes, messages and internet bought ahead, and until when."""

from __future__ import annotations

import json
from datetime import timedelta

from ivr.accounts import offers, pending
from ivr.accounts.arguments import PACKAGE_KINDS, OperationId, PackageKind
from ivr.accounts.case import use_case
from ivr.accounts.catalogue import Extension
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.ports import Work
from ivr.accounts.record import at_least
from ivr.accounts.records import Package, Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import OPERATION, PRICE, list_of
from ivr.dialogue.queries import Outcome, Value

_KIND = Value("key", "What is bought ahead; data is counted in megabytes.", choices=PACKAGE_KINDS)
_MORE = {
    "operation": OPERATION,
    "kind": _KIND,
    "amount": Value("count", "Minutes, messages or megabytes, as kind says."),
    "price": PRICE,
}
PACKAGES = list_of(
    "Each package, soonest end first.",
    kind=_KIND,
    left=Value("count", "What is left: minutes, messages or megabytes."),
    total=Value("count", "What there was at first: minutes, messages or megabytes."),
    until=Value("date", "The last day it can be used."),
)
_SOME = {
    "minutes": Value("count", "Minutes left, of all packages together."),
    "sms": Value("count", "Messages left, of all packages together."),
    "megabytes": Value("data", "Internet left, of all packages together."),
    "until": Value("date", "The last day of the package that ends first."),
    "packages": PACKAGES,
}


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


@use_case(outcomes={"allowed": _MORE, "refused": REFUSED}, prepares="extend_package")
async def check_extend_package(desk: Desk, caller: Caller, *, kind: PackageKind) -> Outcome:
    """Look whether the tariff sells more of minutes, sms or data, and prepare it.

    `allowed`: kind, amount (minutes, messages or megabytes), price in kopecks. Refused: nothing_to_extend,
    no_money.
    """
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        more = _extension(desk, who, kind)
        await offers.must_have(work, who.id, more.price)
        parameters = {"kind": kind, "amount": more.amount, "price": more.price}
        operation = await pending.prepare(
            work, desk, caller, who.id, "extend_package", parameters, subject=kind, amount=-more.price
        )
        await work.commit()
    return Outcome("allowed", {"operation": operation.id, **parameters})


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def extend_package(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Buy what check_extend_package prepared; it is good for thirty days."""
    return await pending.confirm(desk, caller, "extend_package", operation, _extend)


async def _extend(desk: Desk, work: Work, operation: Operation) -> None:
    bought = json.loads(operation.parameters)
    await offers.charge(desk, work, operation, operation.owner, bought["price"])
    until = today(desk.clock) + offers.MONTH - timedelta(days=1)
    await offers.give(desk, work, operation.owner, {bought["kind"]: bought["amount"]}, until, "extension")


def _extension(desk: Desk, who: Subscriber, kind: str) -> Extension:
    found = desk.catalogue.tariffs[who.tariff].extend.get(kind)
    if found is None:
        raise Refusal("nothing_to_extend")
    return found


def _left(found: list[Package], kind: str) -> int:
    return sum(package.left for package in found if package.kind == kind)
