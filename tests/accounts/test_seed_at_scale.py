"""What tools/seed writes is a sound ledger, and the history checker of the benches finds what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.accounts import history, people
from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.opening import open_store
from ivr.accounts.records_money import LedgerAccount
from ivr.accounts.sms import KeptSms
from ivr.errors import SetupError
from tests.accounts.conftest import database
from tests.accounts.helpers import CATALOGUE, called
from tools.seed.__main__ import fill
from tools.seed.books import Size, phone

SMALL = Size(40, 1000)


async def looked_at(url: str, hasher: Argon2Hasher) -> None:
    await fill(url, SMALL)
    store = await open_store(url)
    accounts = Accounts(store, hasher, KeptSms(), catalogue=CATALOGUE)
    assert await audit.check_ledger(store) == []
    assert await audit.check_catalogue(store, CATALOGUE) == []
    caller = await called(accounts, phone(7))
    balance = (await caller.ask("balance", {})).values["amount"]
    async with store.read() as reader:
        assert len(accounts_kept := await reader.find(LedgerAccount)) == SMALL.subscribers + 2
        assert balance in {one.balance for one in accounts_kept}
    assert (await caller.ask("packages", {})).values["megabytes"] == 7680
    assert (await caller.ask("month_summary", {})).name in {"some", "nothing"}
    await store.close()
    with pytest.raises(SetupError, match="not empty"):
        await fill(url, SMALL)


async def test_a_seeded_sqlite_file_audits_clean(tmp_path: Path, hasher: Argon2Hasher) -> None:
    await looked_at(f"sqlite+aiosqlite:///{tmp_path / 'big.sqlite'}", hasher)


async def test_a_seeded_postgresql_database_audits_clean(postgres_server: str, hasher: Argon2Hasher) -> None:
    async with database(postgres_server) as url:
        await looked_at(url, hasher)


async def test_the_checker_accepts_a_run_and_notices_a_lie() -> None:
    store = MemoryStore(KINDS)
    await people.add_people(people.desk_over(store, VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))), 10)
    wanted = people.jobs(20, 10, seed=1)
    prepared = await people.prepare(store, wanted, 4)
    done = await people.confirm(store, wanted, prepared.answers, 4)
    assert done.faults == ()
    assert await history.faults(store, done.answers, before=10) == []
    lost = {**done.answers, 99: people.Answer("never", 0.0, 0.0)}
    assert await history.faults(store, lost, before=10) == ["never was acknowledged and is not there"]
    del lost[99], lost[0]
    assert "was not acknowledged" in (await history.faults(store, lost, before=10))[0]
    first, last = done.answers[0], done.answers[19]
    swapped = {
        **done.answers,
        0: people.Answer(first.operation, last.asked + 5, last.told + 5),
    }
    assert any("comes after" in fault for fault in await history.faults(store, swapped, before=10))
