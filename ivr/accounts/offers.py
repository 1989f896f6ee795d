"""What may be connected to a number, and why not: the rules of tariffs and options, for people and
companies alike."""

from __future__ import annotations

from datetime import date, timedelta

from ivr.accounts import ledger
from ivr.accounts.catalogue import Option, Tariff, Terms
from ivr.accounts.clock import today
from ivr.accounts.desk import Desk
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Package, Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Connection, Plan
from ivr.accounts.refusal import Refusal

MONTH = timedelta(days=30)
"""A month of a fee or a package: thirty days, whatever the calendar says."""


async def option_for(desk: Desk, reader: Reader, who: Subscriber, key: str) -> Option:
    """Return the option if this subscriber may connect it now, money apart. Raises Refusal."""
    option = desk.catalogue.options.get(key)
    if option is None:
        raise Refusal("no_such_option")
    must_suit(desk, who, option, {one.option for one in await reader.find(Connection, subscriber=who.id)})
    return option


def must_suit(desk: Desk, who: Subscriber, option: Option, connected: set[str]) -> None:
    """Refuse an option that does not suit this subscriber, who has these connected."""
    _must_meet(option.terms, who, today(desk.clock))
    if option.tariffs and who.tariff not in option.tariffs:
        raise Refusal("not_on_tariff")
    if option.key in connected:
        raise Refusal("already_connected")
    _must_go_together(desk, option, connected)


async def tariff_for(desk: Desk, reader: Reader, who: Subscriber, key: str) -> Tariff:
    """Return the tariff if this subscriber may change to it now, money apart. Raises Refusal."""
    tariff = desk.catalogue.tariffs.get(key)
    if tariff is None:
        raise Refusal("no_such_tariff")
    if who.tariff == key:
        raise Refusal("same_tariff")
    _must_meet(tariff.terms, who, today(desk.clock))
    plan = await reader.get(Plan, who.id)
    if plan is not None and plan.next_tariff is not None:
        raise Refusal("change_planned", plan.next_tariff)
    for one in await reader.find(Connection, subscriber=who.id):
        option = desk.catalogue.options.get(one.option)
        if option is not None and option.tariffs and key not in option.tariffs:
            raise Refusal("excluded", one.option)
    return tariff


async def may_disconnect(desk: Desk, reader: Reader, who: Subscriber, key: str) -> Connection:
    """Return the connection if it may be taken off. Raises Refusal."""
    found = await reader.get(Connection, who.id, key)
    if found is None:
        raise Refusal("not_connected")
    for other in await reader.find(Connection, subscriber=who.id):
        option = desk.catalogue.options.get(other.option)
        if option is not None and key in option.requires:
            raise Refusal("needed_by", other.option)
    return found


async def must_have(reader: Reader, owner: str, kopecks: int) -> None:
    """Refuse when the owner's money does not suffice."""
    if kopecks > 0 and await ledger.balance(reader, ledger.main(owner)) < kopecks:
        raise Refusal("no_money")


async def charge(desk: Desk, work: Work, operation: Operation, payer: str, kopecks: int) -> None:
    """Move money from the payer to the operator, if there is any to move. Raises Refusal."""
    await must_have(work, payer, kopecks)
    if kopecks:
        movements = {ledger.main(payer): -kopecks, ledger.system("revenue"): kopecks}
        await ledger.post(work, operation, movements, desk.clock.now())


async def give(desk: Desk, work: Work, who: str, gives: dict[str, int], until: date, source: str) -> None:
    """Add the packages that come with something. `gives`: kind -> amount."""
    for kind, amount in sorted(gives.items()):
        await work.add(Package(desk.new_id(), who, kind, amount, amount, until, source))


async def start_option(desk: Desk, work: Work, who: str, option: Option, until: date | None = None) -> None:
    """Put an option on a number: its connection unless it is bought once, and its packages."""
    day = today(desk.clock)
    if option.period != "once":
        due = next_due(day, option.period) if option.fee or option.gives else None
        await work.add(Connection(who, option.key, day, due, until=until))
    good = MONTH if option.period != "day" else timedelta(days=1)
    await give(desk, work, who, dict(option.gives), day + good - timedelta(days=1), option.key)


def next_due(day: date, period: str) -> date:
    """Return the day the fee after `day` is due."""
    return day + (timedelta(days=1) if period == "day" else MONTH)


def first_price(option: Option) -> int:
    """Return what connecting costs at once, kopecks: the price and the first period's fee."""
    return option.price + option.fee


def _must_meet(terms: Terms, who: Subscriber, day: date) -> None:
    if (terms.first and day < terms.first) or (terms.last and day > terms.last):
        raise Refusal("not_on_sale")
    if terms.segments and who.segment not in terms.segments:
        raise Refusal("not_for_segment")
    if terms.regions and who.region not in terms.regions:
        raise Refusal("not_in_region")
    if day - who.since < timedelta(days=terms.age):
        raise Refusal("too_new")


def _must_go_together(desk: Desk, option: Option, connected: set[str]) -> None:
    options = desk.catalogue.options
    for other in sorted(connected & options.keys()):
        if other in option.excludes or option.key in options[other].excludes:
            raise Refusal("excluded", other)
    for needed in sorted(option.requires - connected):
        raise Refusal("requires", needed)
