"""What every keeper of records must do alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ivr.accounts.ports import Conflict, Store
from ivr.accounts.record import Where, at_least, below, one_of
from ivr.accounts.records import Login, Package, Subscriber, VoiceSettings
from ivr.accounts.records_money import LedgerAccount
from tests.accounts.helpers import EVERYWHERE

pytestmark = EVERYWHERE

ANNA = Subscriber("a", "+79260000001", "Анна Ёлкина", "classic", date(2020, 2, 29))
BORIS = Subscriber("b", "+79260000002", "Boris O'Neil_%", "classic", date(2021, 1, 1), blocked=True)


async def keep(store: Store, *records: Subscriber | Login | Package | LedgerAccount) -> None:
    async with store.write() as work:
        for record in records:
            await work.add(record)
        await work.commit()


async def test_what_is_committed_is_read_back_equal(store: Store) -> None:
    login = Login("x", temporary_until=datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), tries=3, blocked=True)
    await keep(store, ANNA, login)
    async with store.read() as reader:
        assert await reader.get(Subscriber, "a") == ANNA
        assert await reader.get(Login, "x") == login
        assert await reader.get(Login, "y") is None


async def test_leaving_without_commit_rolls_back(store: Store) -> None:
    async with store.write() as work:
        await work.add(ANNA)
        assert await work.get(Subscriber, "a") == ANNA
    async with store.read() as reader:
        assert await reader.get(Subscriber, "a") is None


async def test_an_error_rolls_back_and_the_next_writer_can_go_on(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as work:
            await work.add(ANNA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await keep(store, ANNA)


async def test_an_error_after_commit_takes_nothing_back(store: Store) -> None:
    async def fail() -> None:
        async with store.write() as work:
            await work.add(ANNA)
            await work.commit()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.read() as reader:
        assert await reader.get(Subscriber, "a") == ANNA


async def test_a_cancelled_writer_rolls_back(store: Store) -> None:
    inside = asyncio.Event()

    async def hang() -> None:
        async with store.write() as work:
            await work.add(ANNA)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await keep(store, ANNA)


async def test_keys_and_unique_fields_conflict(store: Store) -> None:
    await keep(store, ANNA)
    for double in (ANNA, replace(BORIS, phone=ANNA.phone)):
        with pytest.raises(Conflict):
            await keep(store, double)


async def test_references_must_exist_and_hold(store: Store) -> None:
    package = Package("p", "a", "data", 1, 2, date(2026, 1, 1))
    with pytest.raises(Conflict):
        await keep(store, package)
    await keep(store, ANNA, package)
    async with store.write() as work:
        with pytest.raises(Conflict):
            await work.remove(ANNA)


async def test_put_replaces_and_needs_something_to_replace(store: Store) -> None:
    await keep(store, ANNA)
    async with store.write() as work:
        await work.put(replace(ANNA, name="Анна Соколова"))
        await work.commit()
    async with store.read() as reader:
        found = await reader.get(Subscriber, "a")
        assert found is not None
        assert found.name == "Анна Соколова"
    with pytest.raises(Conflict):
        async with store.write() as work:
            await work.put(VoiceSettings("nobody"))


async def test_remove_removes(store: Store) -> None:
    await keep(store, ANNA, BORIS)
    async with store.write() as work:
        await work.remove(ANNA)
        await work.commit()
    async with store.read() as reader:
        assert await reader.find(Subscriber) == [BORIS]


async def test_find_filters_orders_and_limits(store: Store) -> None:
    accounts = [LedgerAccount(f"{i}:main", "o", "RUB", amount) for i, amount in enumerate([5, -1, 9, 5])]
    await keep(store, *accounts)
    async with store.read() as reader:
        by_balance = await reader.find(LedgerAccount, order="-balance")
        assert [account.id for account in by_balance] == ["2:main", "0:main", "3:main", "1:main"]
        assert [a.id for a in await reader.find(LedgerAccount, order="balance", limit=2)] == [
            "1:main",
            "0:main",
        ]
        assert await reader.find(LedgerAccount, at_least("balance", 5), below("balance", 9)) == [
            accounts[0],
            accounts[3],
        ]
        assert await reader.find(LedgerAccount, one_of("id", ("1:main", "none"))) == [accounts[1]]
        assert await reader.find(LedgerAccount, one_of("id", ())) == []
        assert await reader.find(LedgerAccount, owner="o", balance=9) == [accounts[2]]


async def test_find_matches_none_and_ignores_case_in_any_script(store: Store) -> None:
    await keep(store, ANNA, replace(BORIS, contract="c"))
    async with store.read() as reader:
        assert await reader.find(Subscriber, contract=None) == [ANNA]
        assert await reader.find(Subscriber, Where("name", "contains", "ёЛКИН")) == [ANNA]
        assert [s.id for s in await reader.find(Subscriber, Where("name", "contains", "l_%"))] == ["b"]
        assert await reader.find(Subscriber, Where("contract", "contains", "z")) == []


async def test_a_reader_sees_one_moment(store: Store) -> None:
    await keep(store, ANNA)
    async with store.read() as reader:
        assert await reader.find(Subscriber) == [ANNA]
        await keep(store, BORIS)
        assert await reader.find(Subscriber) == [ANNA]
    async with store.read() as reader:
        assert await reader.find(Subscriber) == [ANNA, BORIS]


async def test_writers_come_one_at_a_time(store: Store) -> None:
    await keep(store, LedgerAccount("x:main", "x", "RUB", 0))

    async def add_one() -> None:
        async with store.write() as work:
            account = await work.get(LedgerAccount, "x:main")
            assert account is not None
            await asyncio.sleep(0)
            await work.put(replace(account, balance=account.balance + 1))
            await work.commit()

    await asyncio.gather(*(add_one() for _ in range(25)))
    async with store.read() as reader:
        account = await reader.get(LedgerAccount, "x:main")
    assert account is not None
    assert account.balance == 25
