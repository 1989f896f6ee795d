"""Requests that come again: answered alike, done once, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from ivr.accounts import audit
from ivr.accounts.access import forget_ended
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.once import Answered, HeldStore, KeyReused, Request, ask_once, fingerprint
from ivr.accounts.ports import Store
from ivr.accounts.records import Login
from ivr.accounts.records_access import ApiAnswer
from ivr.accounts.records_services import Message
from ivr.dialogue.queries import Secret
from tests.accounts.helpers import EVERYWHERE, JOHN, MARIA, allowed, called, money

GOOD, BAD = Secret("82746103"), Secret("55501837")


async def once(
    accounts: Accounts, session: Session, key: str, name: str, arguments: Mapping[str, object]
) -> Answered:
    clear = {n: v.reveal() if isinstance(v, Secret) else v for n, v in arguments.items()}
    request = Request("client", key, fingerprint(accounts.desk, name, clear))
    return await ask_once(accounts.desk, accounts.case(name), session.caller, arguments, request)


async def sent(accounts: Accounts) -> int:
    async with accounts.desk.store.read() as reader:
        return len(await reader.find(Message))


@EVERYWHERE
async def test_the_same_key_gives_the_same_answer_and_one_effect(accounts: Accounts, maria: Session) -> None:
    first = await once(accounts, maria, "k1", "payment_link", {"amount": 500_00})
    again = await once(accounts, maria, "k1", "payment_link", {"amount": 500_00})
    assert first == Answered("sent", {"amount": 500_00}, language="ru")
    assert again == Answered("sent", {"amount": 500_00}, repeated=True, language="ru")
    assert await sent(accounts) == 1
    assert (await once(accounts, maria, "k2", "payment_link", {"amount": 500_00})).repeated is False
    assert await sent(accounts) == 2
    with pytest.raises(KeyReused):
        await once(accounts, maria, "k1", "payment_link", {"amount": 600_00})
    with pytest.raises(KeyReused):
        await once(accounts, maria, "k1", "balance", {})


@EVERYWHERE
async def test_two_at_once_are_one(accounts: Accounts, maria: Session) -> None:
    operation = await allowed(maria, "check_transfer", phone=JOHN, amount=100_00)
    tries = [once(accounts, maria, "k", "transfer", {"operation": operation}) for _ in range(8)]
    answers = await asyncio.gather(*tries)
    assert {(one.outcome, one.values["amount"]) for one in answers} == {("done", 100_00)}
    assert sum(not one.repeated for one in answers) == 1
    assert await money(maria) == 140_50
    assert await audit.check_ledger(accounts.desk.store) == []


class DiedError(Exception):
    """The process dies before the answer is kept."""


async def test_what_was_not_answered_was_not_done(
    accounts: Accounts, maria: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object) -> None:
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr(HeldStore, "finish", die)
        with pytest.raises(DiedError):
            await once(accounts, maria, "k", "payment_link", {"amount": 500_00})
    assert await sent(accounts) == 0
    assert not (await once(accounts, maria, "k", "payment_link", {"amount": 500_00})).repeated
    assert await sent(accounts) == 1


async def test_money_is_posted_once_when_the_answer_was_lost(
    accounts: Accounts, maria: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the commit: the client knows nothing and asks again."""
    real = HeldStore.finish

    async def break_off(self: HeldStore, *arguments: object) -> None:
        await real(self, *arguments)  # type: ignore[arg-type]  # passed on as they came
        raise DiedError

    operation = await allowed(maria, "check_transfer", phone=JOHN, amount=100_00)
    with monkeypatch.context() as patched:
        patched.setattr(HeldStore, "finish", break_off)
        with pytest.raises(DiedError):
            await once(accounts, maria, "k", "transfer", {"operation": operation})
    assert await money(maria) == 140_50
    answer = await once(accounts, maria, "k", "transfer", {"operation": operation})
    assert (answer.outcome, answer.repeated) == ("done", True)
    assert await money(maria) == 140_50


async def test_refusals_are_kept_with_what_they_cost(accounts: Accounts, maria: Session) -> None:
    wrong = {"voucher": Secret("1" * 16)}
    answers = [await once(accounts, maria, "k", "check_voucher", wrong) for _ in range(30)]
    assert {one.values["code"] for one in answers} == {"wrong_voucher"}
    last = [await once(accounts, maria, f"k{i}", "check_voucher", wrong) for i in range(20)]
    assert [one.values["code"] for one in last] == ["wrong_voucher"] * 19 + ["too_many_tries"]


async def test_nobody_waits_while_a_password_is_hashed(
    accounts: Accounts, maria: Session, store: Store
) -> None:
    """A try is counted and committed before it is judged, as by telephone; then the change is one with its
    answer."""
    both = {"password": GOOD, "again": GOOD}
    assert (await once(accounts, maria, "k", "set_password", both)).outcome == "ok"
    session = accounts.session(None, "web")
    session.caller.subscriber = maria.caller.subscriber
    judged: list[int] = []
    real = accounts.desk.hasher.verify

    async def looks(kept: str | None, password: Secret) -> bool:
        async with store.write() as work:  # nobody holds the writer's turn
            row = await work.get(Login, MARIA)
            judged.append(row.tries if row else -1)
        return await real(kept, password)

    accounts.desk.hasher.verify = looks  # type: ignore[method-assign]
    change = {"password": BAD, "new": Secret("90517263"), "again": Secret("90517263")}
    async with asyncio.timeout(5):
        assert (await once(accounts, session, "k2", "change_password", change)).outcome == "wrong"
    assert judged == [1]
    assert (await once(accounts, session, "k2", "change_password", change)).repeated
    assert judged == [1]


async def test_answers_are_forgotten_after_a_day(
    accounts: Accounts, maria: Session, clock: VirtualClock
) -> None:
    await once(accounts, maria, "k", "balance", {})
    clock.advance(timedelta(hours=24))
    assert not (await once(accounts, maria, "k", "packages", {})).repeated
    clock.advance(timedelta(hours=25))
    assert await forget_ended(accounts.desk) == 1
    async with accounts.desk.store.read() as reader:
        assert await reader.find(ApiAnswer) == []


async def test_no_secret_is_kept_with_the_answer(accounts: Accounts, maria: Session) -> None:
    await once(accounts, maria, "k", "set_password", {"password": GOOD, "again": GOOD})
    await called(accounts, JOHN)
    async with accounts.desk.store.read() as reader:
        (kept,) = await reader.find(ApiAnswer)
    assert "82746103" not in repr(kept)
