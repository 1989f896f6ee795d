"""Prepare, confirm, post: once, within ten minutes, only by its owner, and told to the next call."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from ivr.accounts import audit, pending
from ivr.accounts.clock import VirtualClock
from ivr.accounts.desk import Caller
from ivr.accounts.door import Accounts, Session
from ivr.accounts.jobs import run_due
from ivr.accounts.ports import Conflict
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Connection, Message
from ivr.dialogue.queries import Outcome
from ivr.errors import AccountsError
from tests.accounts.helpers import EVERYWHERE, JOHN, MARIA, RICH, allowed, called, money

pytestmark = EVERYWHERE


async def test_nothing_happens_before_it_is_confirmed(accounts: Accounts, maria: Session) -> None:
    operation = await allowed(maria, "check_option", option="data1")
    async with accounts.desk.store.read() as reader:
        kept = await reader.get(Operation, operation)
        assert not await reader.find(Message)
    assert kept is not None
    assert (kept.state, kept.amount, kept.line, kept.door) == ("prepared", -99_00, MARIA, "0505")
    assert await money(maria) == 245_50


async def test_confirming_many_times_does_it_once(accounts: Accounts, maria: Session) -> None:
    operation = await allowed(maria, "check_option", option="data1")
    sessions = [await called(accounts, MARIA) for _ in range(8)]
    answers = await asyncio.gather(*(one.ask("connect", {"operation": operation}) for one in sessions))
    assert {answer.name for answer in answers} == {"done"}
    assert answers[0].values == {"name": "подключение услуги Интернет один гигабайт", "amount": 99_00}
    assert await money(maria) == 245_50 - 99_00
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_an_unconfirmed_one_lapses(accounts: Accounts, maria: Session, clock: VirtualClock) -> None:
    operation = await allowed(maria, "check_option", option="data1")
    clock.advance(timedelta(minutes=10))
    assert await maria.ask("connect", {"operation": operation}) == Outcome("expired")
    assert await run_due(accounts.desk) == 1
    assert await maria.ask("connect", {"operation": operation}) == Outcome("expired")
    assert await money(maria) == 245_50


async def test_nobody_confirms_for_another(accounts: Accounts, maria: Session) -> None:
    operation = await allowed(maria, "check_option", option="data1")
    john = await called(accounts, JOHN)
    with pytest.raises(AccountsError, match="no such operation"):
        await john.ask("connect", {"operation": operation})
    with pytest.raises(AccountsError, match="no such operation"):
        await maria.ask("transfer", {"operation": operation})


async def test_what_is_refused_at_confirmation_leaves_nothing(accounts: Accounts, maria: Session) -> None:
    first = await allowed(maria, "check_option", option="data3")
    second = await allowed(maria, "check_transfer", phone=JOHN, amount=200_00)
    assert (await maria.ask("transfer", {"operation": second})).name == "done"
    outcome = await maria.ask("connect", {"operation": first})
    assert (outcome.name, outcome.values["code"]) == ("refused", "no_money")
    async with accounts.desk.store.read() as reader:
        kept = await reader.get(Operation, first)
        assert kept is not None
        assert kept.state == "prepared"
        assert not await reader.find(Connection)
    assert await money(maria) == 245_50 - 205_00
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_an_id_is_unique_for_ever(accounts: Accounts) -> None:
    desk, caller = accounts.desk, Caller("web")
    async with desk.store.write() as work:
        first = await pending.prepare(work, desk, caller, "o", "transfer", {"amount": 1}, operation="mine")
        assert (
            await pending.prepare(work, desk, caller, "o", "transfer", {"amount": 1}, operation="mine")
            == first
        )
        await work.commit()
    for owner, kind, amount in (("o", "transfer", 2), ("o", "connect", 1), ("p", "transfer", 1)):
        async with desk.store.write() as work:
            with pytest.raises(Conflict, match="something else"):
                await pending.prepare(work, desk, caller, owner, kind, {"amount": amount}, operation="mine")


async def test_the_next_call_opens_with_the_outcome_of_a_dropped_one(accounts: Accounts) -> None:
    dropped = await called(accounts, MARIA)
    operation = await allowed(dropped, "check_option", option="data1")
    await dropped.ask("connect", {"operation": operation})
    again = await called(accounts, MARIA)
    told = {"name": "подключение услуги Интернет один гигабайт", "amount": 99_00}
    assert await again.ask("last_outcome", {}) == Outcome("done", told)
    assert await again.ask("last_outcome", {}) == Outcome("none")


async def test_a_call_that_went_on_has_heard_its_outcome(accounts: Accounts, maria: Session) -> None:
    operation = await allowed(maria, "check_option", option="data1")
    await maria.ask("connect", {"operation": operation})
    await maria.ask("balance", {})
    again = await called(accounts, MARIA)
    assert await again.ask("last_outcome", {}) == Outcome("none")


async def test_what_was_done_elsewhere_is_not_told(accounts: Accounts, clock: VirtualClock) -> None:
    rich = await called(accounts, RICH)
    clock.advance(timedelta(days=19))
    assert await run_due(accounts.desk) > 0
    assert await rich.ask("last_outcome", {}) == Outcome("none")
    operation = await allowed(rich, "check_option", option="data1")
    await rich.ask("connect", {"operation": operation})
    hidden = accounts.session(None, "0505")
    hidden.caller.subscriber = rich.caller.subscriber
    assert await hidden.ask("last_outcome", {}) == Outcome("none")


async def test_a_storm_of_transfers_keeps_every_kopeck(accounts: Accounts, maria: Session) -> None:
    john, chance = await called(accounts, JOHN), random.Random(7)
    before = await money(maria) + await money(john)

    async def send(frm: Session, to: str) -> int:
        outcome = await frm.ask("check_transfer", {"phone": to, "amount": chance.randrange(10_00, 60_00)})
        if outcome.name == "refused":
            return 0
        done = await frm.ask("transfer", {"operation": outcome.values["operation"]})
        return 5_00 if done.name == "done" else 0

    pairs = [(maria, JOHN), (john, MARIA)] * 10
    fees = sum(await asyncio.gather(*(send(*pair) for pair in pairs)))
    assert fees == 5_00 * 10
    assert await money(maria) + await money(john) == before - fees
    assert await audit.check_ledger(accounts.desk.store) == []
