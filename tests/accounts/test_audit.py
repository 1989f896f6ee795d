"""The audit finds every kind of tampering."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from ivr.accounts import audit
from ivr.accounts.door import Accounts
from ivr.accounts.ports import Work
from ivr.accounts.record import Record
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Entry, LedgerAccount, Operation, Posting
from ivr.accounts.records_services import Connection
from tests.accounts.helpers import EVERYWHERE

pytestmark = EVERYWHERE


async def first(work: Work, kind: type[Record]) -> Record:
    return (await work.find(kind, limit=1))[0]


async def raise_a_balance(work: Work) -> None:
    account = await first(work, LedgerAccount)
    assert isinstance(account, LedgerAccount)
    await work.put(replace(account, balance=account.balance + 1))


async def change_an_entry(work: Work) -> None:
    entry = await first(work, Entry)
    assert isinstance(entry, Entry)
    await work.put(replace(entry, amount=entry.amount + 1))


async def change_an_operation(work: Work) -> None:
    posting = await first(work, Posting)
    assert isinstance(posting, Posting)
    operation = await work.get(Operation, posting.operation)
    assert operation is not None
    await work.put(replace(operation, subject="another"))


async def move_a_posting_in_time(work: Work) -> None:
    posting = await first(work, Posting)
    assert isinstance(posting, Posting)
    await work.put(replace(posting, at=posting.at.replace(year=2020)))


async def cut_the_chain(work: Work) -> None:
    posting = (await work.find(Posting))[3]
    for entry in await work.find(Entry, posting=posting.seq):
        await work.remove(entry)
    await work.remove(posting)


async def test_a_sound_ledger_has_no_faults(accounts: Accounts) -> None:
    assert await audit.check_ledger(accounts.desk.store) == []


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (raise_a_balance, "its entries sum to"),
        (change_an_entry, "posting 1: does not balance"),
        (change_an_operation, "posting 1: has been altered"),
        (move_a_posting_in_time, "posting 1: has been altered"),
        (cut_the_chain, "4 was expected"),
    ],
)
async def test_tampering_is_found(
    accounts: Accounts, tamper: Callable[[Work], Awaitable[None]], told: str
) -> None:
    async with accounts.desk.store.write() as work:
        await tamper(work)
        await work.commit()
    faults = await audit.check_ledger(accounts.desk.store)
    assert any(told in fault for fault in faults), faults


async def test_what_left_the_catalogue_is_found(accounts: Accounts) -> None:
    catalogue = accounts.desk.catalogue
    assert await audit.check_catalogue(accounts.desk.store, catalogue) == []
    async with accounts.desk.store.write() as work:
        who = await first(work, Subscriber)
        assert isinstance(who, Subscriber)
        await work.put(replace(who, tariff="gone"))
        for option in ("pager", "melody:tango", "melody:waltz", "social"):
            await work.add(Connection(who.id, option, who.since, None))
        await work.commit()
    assert await audit.check_catalogue(accounts.desk.store, catalogue) == [
        "melody tango is in use and not in the catalogue",
        "option pager is in use and not in the catalogue",
        "tariff gone is in use and not in the catalogue",
    ]
