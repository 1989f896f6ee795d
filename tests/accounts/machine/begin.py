"""The model of what the demonstration subscribers begin with."""

from __future__ import annotations

from datetime import date

from ivr.accounts.clock import VirtualClock, today
from ivr.accounts.ports import Store
from ivr.accounts.records import Login as KeptLogin
from ivr.accounts.records import Package, Subscriber
from ivr.accounts.records_company import Contract, Tag
from ivr.accounts.records_money import LedgerAccount
from ivr.accounts.records_services import Plan as KeptPlan
from tests.accounts.conftest import NOON
from tests.accounts.machine.lives import Login, Voice
from tests.accounts.machine.model import Model, Number, Plan


async def begin(store: Store) -> tuple[Model, str]:
    """Return the model of everything kept, and the company's contract id."""
    async with store.read() as reader:
        contract = (await reader.find(Contract))[0].id
        kept = {one.id: one.balance for one in await reader.find(LedgerAccount)}
        everybody = await reader.find(Subscriber)
        plans = {one.subscriber: one for one in await reader.find(KeptPlan)}
        logins = {one.login: one for one in await reader.find(KeptLogin)}
        packages, tags = await reader.find(Package), await reader.find(Tag)
    model = Model({}, {"company": kept[f"{contract}:main"]}, {})
    for who in everybody:
        mine = Number(who.id, "company" if who.contract else who.phone, bool(who.contract), _plan(who, plans))
        mine.voice, mine.employee = Voice(who.language), (who.name, who.position or "")
        if (login := logins.get(who.phone)) is not None:
            mine.login = Login(tries=login.tries, blocked=login.blocked)
        mine.packages = [
            (one.kind, one.left, _day(one.until), one.source) for one in packages if one.subscriber == who.id
        ]
        mine.tags = {one.tag for one in tags if one.subscriber == who.id}
        model.numbers[who.phone] = mine
        model.money[who.phone] = kept.get(f"{who.id}:main", 0)
        model.points[who.phone] = kept.get(f"{who.id}:bonus", 0)
    return model, contract


def _plan(who: Subscriber, plans: dict[str, KeptPlan]) -> Plan:
    return Plan(who.tariff, _day(plans[who.id].due))


def _day(day: date) -> int:
    return (day - today(VirtualClock(NOON))).days
