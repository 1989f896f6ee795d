"""Subscribers for demonstrations and tests: no passwords, which are chosen through the use cases like
anyone's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ivr.accounts import journal, ledger
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Work
from ivr.accounts.records import Login, Package, Subscriber
from ivr.accounts.records_company import Contract, FixedService, Tag
from ivr.accounts.records_services import Plan


@dataclass(frozen=True, slots=True)
class Demo:
    """One demonstration subscriber."""

    phone: str
    name: str
    kopecks: int
    language: str = "ru"
    bonus: int = 0
    packages: tuple[tuple[str, int, int], ...] = ()
    """(kind, left, total)."""
    days: int = 400
    """For how many days the number has been connected."""
    login_blocked: bool = False


_FULL = (("minutes", 320, 600), ("sms", 45, 100), ("data", 7680, 15360))

DEMO = (
    Demo("+79261234567", "Иванова Мария Петровна", 245_50, bonus=340, packages=_FULL),
    Demo("+79261234568", "John Smith", 512_00, language="en", bonus=120, packages=_FULL),
    Demo("+79261234560", "Сидоров Пётр Ильич", 0, packages=(("minutes", 1, 600),)),
    Demo("+79261234561", "Кузнецова Анна Олеговна", -37_20, packages=(("sms", 2, 100),)),
    Demo("+79261234562", "Попов Олег Юрьевич", 1, bonus=1),
    Demo("+79261234563", "Морозова Вера Львовна", 1_000_000_00, bonus=25_000, packages=_FULL),
    Demo("+79261234564", "Волков Глеб Андреевич", 99_99),
    Demo("+79261234565", "Лебедева Нина Ивановна", 150_00, packages=_FULL, login_blocked=True),
    Demo("+79261234566", "Новиков Юрий Егорович", 300_00, days=3),
)
"""What `seed_demo` adds: balances of every sort, none without a name, one too new for a promised payment."""


COMPANY = "770012345"
"""Contract number of the demonstration company."""
TEAM = (
    ("+79263330001", "Орлова Ольга Павловна", "director", ("office",)),
    ("+79263330002", "Зайцев Илья Борисович", "accountant", ("office", "accounting")),
    ("+79263330003", "Белов Кирилл Андреевич", "courier", ("delivery",)),
    ("+79263330004", "Громов Степан Юрьевич", "courier", ("delivery",)),
)
"""Its numbers: phone, name, position, tags. All are on the tariff `office`."""


async def seed_demo(desk: Desk) -> int:
    """Add the demonstration subscribers and the company that are missing; return how many subscribers."""
    async with desk.store.write() as work:
        missing = [demo for demo in DEMO if not await work.find(Subscriber, phone=demo.phone)]
        for demo in missing:
            await _add(desk, work, demo)
        if not await work.find(Contract, number=COMPANY):
            await _add_company(desk, work)
        await work.commit()
    return len(missing)


async def _add_company(desk: Desk, work: Work) -> None:
    contract = Contract(
        id=desk.new_id(),
        number=COMPANY,
        company="ООО Ромашка",
        tax_number="7701234567",
        email="office@romashka.example",
        phone=TEAM[0][0],
        manager="Тихонова Елена Сергеевна",
        manager_phone="+79262220001",
    )
    await work.add(contract)
    for phone, name, position, tags in TEAM:
        await _add_employee(desk, work, contract, (phone, name, position), tags)
    line = FixedService(desk.new_id(), contract.id, "Городская линия, офис", "+74952220001", 900_00)
    await work.add(line)
    office, paid = Caller(door="bank"), 50_000_00
    payment = await journal.note(
        work, desk, office, contract.id, "company_payment", subject="bank", amount=paid
    )
    movements = {ledger.main(contract.id): paid, ledger.system("bank"): -paid}
    await ledger.post(work, payment, movements, desk.clock.now())


async def _add_employee(
    desk: Desk, work: Work, contract: Contract, employee: tuple[str, str, str], tags: tuple[str, ...]
) -> None:
    phone, name, position = employee
    who = Subscriber(
        id=desk.new_id(),
        phone=phone,
        name=name,
        tariff="office",
        since=today(desk.clock) - timedelta(days=200),
        segment="company",
        contract=contract.id,
        position=position,
    )
    await work.add(who)
    await work.add(Plan(who.id, today(desk.clock) + timedelta(days=19)))
    for tag in tags:
        await work.add(Tag(who.id, tag, contract.id))


async def _add(desk: Desk, work: Work, demo: Demo) -> None:
    who = Subscriber(
        id=desk.new_id(),
        phone=demo.phone,
        name=demo.name,
        tariff="classic",
        since=today(desk.clock) - timedelta(days=demo.days),
        language=demo.language,
    )
    await work.add(who)
    await _money(desk, work, who, demo)
    await work.add(Plan(who.id, today(desk.clock) + timedelta(days=19)))
    for kind, left, total in demo.packages:
        until = today(desk.clock) + timedelta(days=18)
        await work.add(Package(desk.new_id(), who.id, kind, left, total, until))
    if demo.login_blocked:
        await work.add(Login(demo.phone, tries=5, blocked=True))


async def _money(desk: Desk, work: Work, who: Subscriber, demo: Demo) -> None:
    """Give the balance as a top-up and a monthly fee, so that the month has something to tell."""
    office, now, fee = Caller(door="office"), desk.clock.now(), 450_00
    if demo.kopecks + fee:
        paid = await journal.note(work, desk, office, who.id, "top_up", amount=demo.kopecks + fee)
        movements = {ledger.main(who.id): paid.amount, ledger.system("cash"): -paid.amount}
        await ledger.post(work, paid, movements, now)
    charged = await journal.note(work, desk, office, who.id, "monthly_fee", subject=who.tariff, amount=-fee)
    await ledger.post(work, charged, {ledger.main(who.id): -fee, ledger.system("revenue"): fee}, now)
    if demo.bonus:
        gift = await journal.note(work, desk, office, who.id, "bonus_earned")
        points = {ledger.bonus(who.id): demo.bonus, ledger.system("bonus", "BONUS"): -demo.bonus}
        await ledger.post(work, gift, points, now)
