"""The ledger balances, chains and refuses what does not."""

from __future__ import annotations

import pytest

from ivr.accounts import journal, ledger
from ivr.accounts.desk import Caller
from ivr.accounts.door import Accounts
from ivr.accounts.ports import Conflict
from ivr.accounts.records_money import Entry, LedgerAccount, Operation, Posting
from ivr.errors import AccountsError


async def test_the_seed_balances_and_chains(accounts: Accounts) -> None:
    async with accounts.desk.store.read() as reader:
        postings = await reader.find(Posting)
        accounts_kept = await reader.find(LedgerAccount)
        entries = await reader.find(Entry)
        operations = {one.id: one for one in await reader.find(Operation)}
    assert sum(account.balance for account in accounts_kept) == 0
    assert [posting.seq for posting in postings] == list(range(1, len(postings) + 1))
    previous = ledger.FIRST
    for posting in postings:
        mine = [entry for entry in entries if entry.posting == posting.seq]
        assert posting.previous == previous
        assert posting.digest == ledger.digest(posting, operations[posting.operation], mine)
        previous = posting.digest


@pytest.mark.parametrize("movements", [{}, {"a:main": 1}, {"a:main": 1, "a:bonus": -1}, {"a:main": 0}])
async def test_what_does_not_balance_is_refused(accounts: Accounts, movements: dict[str, int]) -> None:
    async with accounts.desk.store.write() as work:
        operation = await journal.note(work, accounts.desk, Caller("0505"), "a", "top_up")
        with pytest.raises(AccountsError, match="balance"):
            await ledger.post(work, operation, movements, accounts.desk.clock.now())


async def test_the_same_movement_cannot_be_posted_twice(accounts: Accounts) -> None:
    async with accounts.desk.store.write() as work:
        operation = await journal.note(work, accounts.desk, Caller("0505"), "a", "top_up", amount=5)
        movements = {"a:main": 5, "system:cash:RUB": -5}
        await ledger.post(work, operation, movements, accounts.desk.clock.now())
        with pytest.raises(Conflict):
            await ledger.post(work, operation, movements, accounts.desk.clock.now())
