"""What is due by the calendar, exactly once per period, also after a week of downtime."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.individual.top_up import issue_voucher
from ivr.accounts.jobs import run_due
from ivr.accounts.records import Budget, Login
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Connection, Message, Plan
from ivr.dialogue.queries import Secret
from tests.accounts.helpers import EVERYWHERE, MARIA, NOBODY, RICH, ZERO, called, done, money

pytestmark = EVERYWHERE


async def fees(accounts: Accounts, session: Session, kind: str = "monthly_fee") -> list[str]:
    async with accounts.desk.store.read() as reader:
        found = await reader.find(Operation, owner=session.caller.subscriber, door="job")
    return [one.id.rpartition(":")[2] for one in found if one.kind == kind]


async def test_fees_are_charged_once_per_period_after_downtime(
    accounts: Accounts, clock: VirtualClock
) -> None:
    rich = await called(accounts, RICH)
    clock.advance(timedelta(days=26))
    await asyncio.gather(*(run_due(accounts.desk) for _ in range(3)))
    assert await fees(accounts, rich) == ["2026-12-11"]
    clock.advance(timedelta(days=61))
    await run_due(accounts.desk)
    await run_due(accounts.desk)
    assert await fees(accounts, rich) == ["2026-12-11", "2027-01-10", "2027-02-09"]
    assert await money(rich) == 1_000_000_00 - 3 * 450_00
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_packages_are_renewed_not_added_up(accounts: Accounts, clock: VirtualClock) -> None:
    rich = await called(accounts, RICH)
    clock.advance(timedelta(days=19))
    await run_due(accounts.desk)
    values = (await rich.ask("packages", {})).values
    assert (values["minutes"], values["sms"], values["megabytes"]) == (600, 100, 15360)


async def test_a_fee_nobody_can_pay_waits_is_told_once_and_begins_when_paid(
    accounts: Accounts, clock: VirtualClock
) -> None:
    zero = await called(accounts, ZERO)
    for days in (19, 1, 1):
        clock.advance(timedelta(days=days))
        await run_due(accounts.desk)
    assert await fees(accounts, zero) == []
    async with accounts.desk.store.read() as reader:
        told = [message.text for message in await reader.find(Message, recipient=ZERO)]
    assert told == ["Не хватает денег на оплату: Классический."]
    code = Secret("4081726354901827")
    await issue_voucher(accounts.desk, code, 500_00, 10)
    await done(zero, "check_voucher", "top_up", voucher=code)
    await run_due(accounts.desk)
    assert await money(zero) == 50_00
    async with accounts.desk.store.read() as reader:
        plan = await reader.get(Plan, zero.caller.subscriber)
    assert plan is not None
    assert (plan.unpaid, plan.due) == (False, date(2027, 1, 12))


async def test_daily_fees_are_caught_up_with(accounts: Accounts, clock: VirtualClock) -> None:
    maria = await called(accounts, MARIA)
    await done(maria, "check_option", "connect", option="weather")
    clock.advance(timedelta(days=7))
    await run_due(accounts.desk)
    assert len(await fees(accounts, maria, "option_fee")) == 7
    assert await money(maria) == 245_50 - 8 * 3_00


async def test_an_option_for_a_while_ends(accounts: Accounts, clock: VirtualClock) -> None:
    maria = await called(accounts, MARIA)
    async with accounts.desk.store.write() as work:
        day = date(2026, 11, 22)
        who = str(maria.caller.subscriber)
        await work.add(
            Connection(who, "weather", day, day + timedelta(days=1), until=day + timedelta(days=2))
        )
        await work.commit()
    clock.advance(timedelta(days=10))
    await run_due(accounts.desk)
    assert len(await fees(accounts, maria, "option_fee")) == 2
    async with accounts.desk.store.read() as reader:
        assert await reader.find(Connection) == []


async def test_made_up_logins_are_forgotten_after_ninety_days(
    accounts: Accounts, clock: VirtualClock
) -> None:
    stranger = accounts.session(None, "0505")
    for phone in (NOBODY, MARIA):
        await stranger.ask("verify_password", {"phone": phone, "password": Secret("82746103")})
    clock.advance(timedelta(days=91))
    await run_due(accounts.desk)
    async with accounts.desk.store.read() as reader:
        assert await reader.get(Login, NOBODY) is None
        assert await reader.get(Login, MARIA) is not None
        assert await reader.find(Budget) == []
