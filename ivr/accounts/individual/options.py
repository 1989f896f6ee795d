"""Options: connected ones, available ones, price and period; connect and disconnect, checked first."""

from __future__ import annotations

import json

from ivr.accounts import messages, offers, pending
from ivr.accounts.arguments import Digits, Key, OperationId
from ivr.accounts.case import use_case
from ivr.accounts.catalogue import Option, Tariff
from ivr.accounts.choice import choice
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.individual import tariff as tariffs
from ivr.accounts.ports import Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Connection
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import CODE, NAME, OPERATION, PERIOD, choices_of
from ivr.dialogue.queries import Outcome, Value

_PRICE = Value("money", "What connecting costs at once, with the first fee.")
_FEE = Value("money", "What each period costs.")
OFFER = {"operation": OPERATION, "name": NAME, "price": _PRICE, "fee": _FEE, "period": PERIOD}
"""operation: to confirm with; price: at once, kopecks, with the first fee; fee: each period; period:
spoken."""
_HOLDS = {
    "option": Value("key", "The option's key."),
    "name": NAME,
    "code": CODE,
    "price": _PRICE,
    "fee": _FEE,
    "period": PERIOD,
}
_CONNECTED = choices_of("Options that are connected.", **_HOLDS)
_AVAILABLE = choices_of("Options that could be connected now, money apart.", **_HOLDS)
_COUNT = Value("count", "How many are connected.")


@use_case(outcomes={"ok": {"connected": _CONNECTED, "available": _AVAILABLE, "count": _COUNT}})
async def options(desk: Desk, caller: Caller) -> Outcome:
    """List options as option (key), name, code, price, fee (kopecks), period (spoken).

    `available`: what could be connected now, money apart; `connected`: what is; `count`: how many are
    connected.
    """
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        have = {one.option for one in await reader.find(Connection, subscriber=who.id)}
    could = [one for one in desk.catalogue.options.values() if _suits(desk, who, one, have)]
    connected = [desk.catalogue.options[key] for key in sorted(have) if key in desk.catalogue.options]
    return Outcome(
        "ok",
        {
            "connected": tuple(_item(desk, caller, option) for option in connected),
            "available": tuple(_item(desk, caller, option) for option in could),
            "count": len(connected),
        },
    )


@use_case(outcomes={"allowed": OFFER, "refused": REFUSED}, prepares="connect")
async def check_option(desk: Desk, caller: Caller, *, option: Key) -> Outcome:
    """Look whether an option (key) may be connected, and prepare it."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        outcome = await _prepared(desk, work, caller, who, option, "connect")
        await work.commit()
    return outcome


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def connect(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Connect what check_option prepared."""
    return await pending.confirm(desk, caller, "connect", operation, connect_effect)


@use_case(
    outcomes={"allowed": {"operation": OPERATION, "name": NAME}, "refused": REFUSED}, prepares="disconnect"
)
async def check_disconnect(desk: Desk, caller: Caller, *, option: Key) -> Outcome:
    """Look whether an option (key) may be disconnected, and prepare it."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        await offers.may_disconnect(desk, work, who, option)
        operation = await pending.prepare(
            work, desk, caller, who.id, "disconnect", {"option": option}, subject=option
        )
        await work.commit()
    name = desk.catalogue.name_of(option, caller.language)
    return Outcome("allowed", {"operation": operation.id, "name": name})


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED})
async def disconnect(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Disconnect what check_disconnect prepared. Nothing is paid back."""
    return await pending.confirm(desk, caller, "disconnect", operation, _disconnect)


@use_case(
    outcomes={"option": OFFER, "tariff": tariffs.CHANGE, "refused": REFUSED}, prepares="connect_by_code"
)
async def check_code(desk: Desk, caller: Caller, *, code: Digits) -> Outcome:
    """Find the option or tariff of a short code, look whether it may be had, and prepare it."""
    found = desk.catalogue.by_code(code.strip())
    if found is None:
        raise Refusal("no_such_code")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        if isinstance(found, Tariff):
            allowed = await tariffs.prepared(desk, work, caller, who, found.key, "connect_by_code")
        else:
            allowed = await _prepared(desk, work, caller, who, found.key, "connect_by_code")
        await work.commit()
    return Outcome("tariff" if isinstance(found, Tariff) else "option", allowed.values)


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def connect_by_code(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Connect what check_code prepared."""
    return await pending.confirm(desk, caller, "connect_by_code", operation, _connect_by_code)


async def _prepared(desk: Desk, work: Work, caller: Caller, who: Subscriber, key: str, kind: str) -> Outcome:
    option = await offers.option_for(desk, work, who, key)
    price = offers.first_price(option)
    await offers.must_have(work, who.id, price)
    parameters = {"option": key, "price": price, "catalogue": desk.catalogue.digest}
    operation = await pending.prepare(
        work, desk, caller, who.id, kind, parameters, subject=key, amount=-price
    )
    item = _item(desk, caller, option)
    values = {name: item[name] for name in ("name", "price", "fee", "period")}
    return Outcome("allowed", {"operation": operation.id, **values})


async def connect_effect(desk: Desk, work: Work, operation: Operation) -> None:
    """Charge and start the option an operation names: the effect of connect. Raises Refusal."""
    who = await pending.owner_of(work, operation)
    option = await offers.option_for(desk, work, who, operation.subject)
    await offers.charge(desk, work, operation, who.id, -operation.amount)
    await offers.start_option(desk, work, who.id, option)
    await messages.tell(desk, work, who, "connect", name=option.name.in_(who.language))


async def _connect_by_code(desk: Desk, work: Work, operation: Operation) -> None:
    is_tariff = "tariff" in json.loads(operation.parameters)
    await (tariffs.change if is_tariff else connect_effect)(desk, work, operation)


async def _disconnect(desk: Desk, work: Work, operation: Operation) -> None:
    who = await pending.owner_of(work, operation)
    await work.remove(await offers.may_disconnect(desk, work, who, operation.subject))
    name = desk.catalogue.name_of(operation.subject, who.language)
    await messages.tell(desk, work, who, "disconnect", name=name)


def _suits(desk: Desk, who: Subscriber, option: Option, connected: set[str]) -> bool:
    try:
        offers.must_suit(desk, who, option, connected)
    except Refusal:
        return False
    return True


def _item(desk: Desk, caller: Caller, option: Option) -> dict[str, object]:
    name = option.name.in_(caller.language)
    return choice(
        option.key,
        name,
        option=option.key,
        name=name,
        code=option.code,
        price=offers.first_price(option),
        fee=option.fee,
        period=desk.catalogue.periods[option.period].in_(caller.language),
    )
