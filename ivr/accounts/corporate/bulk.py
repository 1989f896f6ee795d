"""Tariffs and options for many numbers at once: checked first, per number; when it starts and for how
long."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from ivr.accounts import ledger, messages, offers, pending
from ivr.accounts.arguments import Key, Numbers, OperationId
from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.corporate.limits import must_be_within
from ivr.accounts.corporate.numbers import target
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual import tariff as tariffs
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import NAME, OPERATION, STARTS, YES_NO, list_of
from ivr.dialogue.queries import Outcome, Value

_CHECKED = {
    "operation": OPERATION,
    "name": NAME,
    "price": Value("money", "What it costs at once, for all allowed numbers together."),
    "allowed": Value("count", "Numbers for which it may be done."),
    "refused_count": Value("count", "Numbers for which it may not."),
    "lines": list_of(
        "Each number.",
        phone="phone",
        allowed=Value("key", "Whether it may be done.", choices=YES_NO),
        reason=Value("text", "Why not, in the caller's language; empty when allowed."),
    ),
}
_WHEN = {"starts": STARTS}
Price = Callable[[Subscriber], Awaitable[int]]


@use_case(
    outcomes={"checked": {**_CHECKED, **_WHEN}, "refused": REFUSED},
    needs="contract",
    prepares="change_tariff_for",
)
async def check_tariff_for(
    desk: Desk,
    caller: Caller,
    *,
    numbers: Numbers,
    tariff: Key,
    starts: date | None = None,
    until: date | None = None,
) -> Outcome:
    """Look for each number (one, several, a tag, `all`) whether the tariff (key) may be had, and prepare
    the change.

    `checked`: lines lists phone, allowed (yes or no), reason; price is for all allowed ones together;
    starts: from when (default tomorrow), until: the last day (default: for good). Refused when nothing is
    allowed or money lacks.
    """
    day = today(desk.clock)
    begins = starts or day + timedelta(days=1)
    _must_be_in_order(day, begins, until)

    async with desk.store.write() as work:

        async def price(who: Subscriber) -> int:
            return (await offers.tariff_for(desk, work, who, tariff)).change

        when = {"starts": begins.isoformat(), "until": until.isoformat() if until else None}
        outcome = await _checked(desk, work, caller, numbers, "tariff_for_numbers", tariff, price, when)
        await work.commit()
    return Outcome("checked", {**outcome, "starts": begins})


@use_case(
    outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True, needs="contract"
)
async def change_tariff_for(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Order the change for the numbers that check_tariff_for allowed: all or none."""
    return await pending.confirm(desk, caller, "tariff_for_numbers", operation, _change_all)


@use_case(outcomes={"checked": _CHECKED, "refused": REFUSED}, needs="contract", prepares="connect_for")
async def check_option_for(
    desk: Desk, caller: Caller, *, numbers: Numbers, option: Key, until: date | None = None
) -> Outcome:
    """Look for each number whether the option (key) may be connected now, and prepare it; as
    check_tariff_for."""
    _must_be_in_order(today(desk.clock), today(desk.clock), until)
    async with desk.store.write() as work:

        async def price(who: Subscriber) -> int:
            cost = offers.first_price(await offers.option_for(desk, work, who, option))
            await must_be_within(desk, work, who, cost)
            return cost

        when = {"until": until.isoformat() if until else None}
        outcome = await _checked(desk, work, caller, numbers, "option_for_numbers", option, price, when)
        await work.commit()
    return Outcome("checked", outcome)


@use_case(
    outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True, needs="contract"
)
async def connect_for(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Connect the option on the numbers that check_option_for allowed: all or none."""
    return await pending.confirm(desk, caller, "option_for_numbers", operation, _connect_all)


@use_case(outcomes={"checked": _CHECKED, "refused": REFUSED}, needs="contract", prepares="disconnect_for")
async def check_disconnect_for(desk: Desk, caller: Caller, *, numbers: Numbers, option: Key) -> Outcome:
    """Look for each number whether the option (key) may be disconnected, and prepare it; as
    check_option_for."""
    async with desk.store.write() as work:

        async def price(who: Subscriber) -> int:
            await offers.may_disconnect(desk, work, who, option)
            return 0

        outcome = await _checked(desk, work, caller, numbers, "disconnect_for_numbers", option, price, {})
        await work.commit()
    return Outcome("checked", outcome)


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, needs="contract")
async def disconnect_for(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Disconnect the option from the numbers that check_disconnect_for allowed: all or none."""
    return await pending.confirm(desk, caller, "disconnect_for_numbers", operation, _disconnect_all)


async def _checked(
    desk: Desk,
    work: Work,
    caller: Caller,
    numbers: str,
    kind: str,
    key: str,
    price: Price,
    when: dict[str, str | None],
) -> dict[str, object]:
    lines: list[dict[str, object]] = []
    costs: dict[str, int] = {}
    for who in await target(work, caller, numbers):
        try:
            costs[who.id] = await price(who)
            lines.append({"phone": who.phone, "allowed": "yes", "reason": ""})
        except Refusal as no:
            last, reason = no, desk.catalogue.reason(no.code, caller.language, no.about)
            lines.append({"phone": who.phone, "allowed": "no", "reason": reason})
    if not costs:
        raise last
    contract, total = str(caller.contract), sum(costs.values())
    await offers.must_have(work, contract, total)
    parameters = {"costs": costs, **when}
    operation = await pending.prepare(
        work, desk, caller, contract, kind, parameters, subject=key, amount=-total
    )
    return {
        "operation": operation.id,
        "name": desk.catalogue.name_of(key, caller.language),
        "price": total,
        "allowed": len(costs),
        "refused_count": len(lines) - len(costs),
        "lines": tuple(lines),
    }


async def _change_all(desk: Desk, work: Work, operation: Operation) -> None:
    asked = json.loads(operation.parameters)
    starts, until = date.fromisoformat(asked["starts"]), asked["until"]
    last = date.fromisoformat(until) if until else None
    for who in await _numbers(work, asked["costs"]):
        await offers.tariff_for(desk, work, who, operation.subject)
        await tariffs.order(desk, work, who, operation.subject, starts, last)
        name = desk.catalogue.name_of(operation.subject, who.language)
        await messages.tell(desk, work, who, "change_tariff", name=name, date=messages.written(starts))
    await _charge(desk, work, operation)


async def _connect_all(desk: Desk, work: Work, operation: Operation) -> None:
    asked = json.loads(operation.parameters)
    last = date.fromisoformat(asked["until"]) if asked["until"] else None
    for who in await _numbers(work, asked["costs"]):
        option = await offers.option_for(desk, work, who, operation.subject)
        await must_be_within(desk, work, who, 0)  # marked as posted, this operation is in what was spent
        await offers.start_option(desk, work, who.id, option, last)
        await messages.tell(desk, work, who, "connect", name=option.name.in_(who.language))
    await _charge(desk, work, operation)


async def _disconnect_all(desk: Desk, work: Work, operation: Operation) -> None:
    for who in await _numbers(work, json.loads(operation.parameters)["costs"]):
        await work.remove(await offers.may_disconnect(desk, work, who, operation.subject))
        name = desk.catalogue.name_of(operation.subject, who.language)
        await messages.tell(desk, work, who, "disconnect", name=name)


async def _charge(desk: Desk, work: Work, operation: Operation) -> None:
    """Charge the contract; each number's share is an operation of its own, so that charges can be told per
    number."""
    await offers.must_have(work, operation.owner, -operation.amount)
    for who, cost in json.loads(operation.parameters)["costs"].items():
        if cost:
            movements = {ledger.main(operation.owner): -cost, ledger.system("revenue"): cost}
            await ledger.post(work, operation, movements, desk.clock.now(), part=f"number:{who}")


async def _numbers(reader: Reader, costs: dict[str, int]) -> list[Subscriber]:
    found = [await reader.get(Subscriber, who) for who in costs]
    return [who for who in found if who is not None]


def _must_be_in_order(day: date, starts: date, until: date | None) -> None:
    if starts < day or (until is not None and until < starts):
        raise Refusal("wrong_date")
