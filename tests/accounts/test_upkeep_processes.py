"""Two processes find the same things due after a week and more of downtime: each is done once."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.jobs import run_due
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.ports import Store
from ivr.accounts.records import Package
from ivr.accounts.records_money import Operation
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from tests.accounts.conftest import NOON, command
from tests.accounts.helpers import CATALOGUE, CHEAP, MARIA, RICH, called, done

PROJECT, DAYS = Path(__file__).parents[2], 27
"""A month's fee, a loan, a tariff and a week of daily fees more than due."""


@asynccontextmanager
async def closing(store: SqlStore) -> AsyncIterator[SqlStore]:
    try:
        yield store
    finally:
        await store.close()


def desk_of(store: Store, days: int = 0) -> Accounts:
    clock = VirtualClock(NOON + timedelta(days=days))
    hasher, chance = Argon2Hasher(b"p" * 32, CHEAP), random.SystemRandom()
    return Accounts(store, hasher, KeptSms(), clock=clock, chance=chance, catalogue=CATALOGUE)


async def something_due(store: Store) -> None:
    """Leave a loan, a daily option, a melody, and a tariff with money set aside."""
    accounts = desk_of(store)
    maria, rich = await called(accounts, MARIA), await called(accounts, RICH)
    await done(maria, "check_promised_payment", "promised_payment", amount=300_00)
    await done(rich, "check_option", "connect", option="weather")
    await done(rich, "check_ringback_tone", "set_ringback_tone", melody="waltz")
    await done(rich, "check_tariff", "change_tariff", tariff="unlimited")


async def outcome(store: Store) -> tuple[list[tuple[str, str, int]], list[tuple[str, int]]]:
    """Return what upkeep posted, and the packages there are, after an audit."""
    assert await audit.check_ledger(store) == []
    async with store.read() as reader:
        posted = await reader.find(Operation, door="job", state="posted")
        packages = await reader.find(Package)
    fees = sorted((one.kind, one.subject, one.amount) for one in posted)
    return fees, sorted((one.source, one.left) for one in packages)


async def alone() -> tuple[list[tuple[str, str, int]], list[tuple[str, int]]]:
    """What one process in memory does, a day at a time."""
    store = MemoryStore(KINDS)
    await seed_demo(desk_of(store).desk)
    await something_due(store)
    for day in range(DAYS + 1):
        await run_due(desk_of(store, day).desk)
    return await outcome(store)


async def two_processes(url: str) -> int:
    """Let two processes begin at one moment; return how many units of work they did together."""
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.accounts.upkeep_process", url, str(DAYS),
            cwd=PROJECT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    told = await asyncio.gather(*(process.communicate(b"\n") for process in started))
    assert [process.returncode for process in started] == [0, 0]
    return sum(int(line.split()[-1]) for line, _ in told)


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, seeded: Path, tmp_path: Path) -> str:
    if request.param == "sqlite":
        file = tmp_path / "accounts.sqlite"
        await asyncio.to_thread(shutil.copy, seeded, file)
        return f"sqlite+aiosqlite:///{file}"
    server, begin = (request.getfixturevalue(name) for name in ("postgres_server", "postgres_seeded"))
    await command(server, f"CREATE DATABASE upkeep TEMPLATE {begin}")
    return f"{server}/upkeep"


async def test_each_due_thing_is_done_once(url: str) -> None:
    async with closing(SqlStore(url, KINDS)) as store:
        await something_due(store)
    did = await two_processes(url)
    expected = await alone()
    async with closing(SqlStore(url, KINDS)) as store:
        found = await outcome(store)
        assert found == expected
        assert did >= len(found[0])
        assert sum(kind == "option_fee" for kind, *_ in found[0]) == DAYS
        await run_due(desk_of(store, DAYS).desk)
        assert await outcome(store) == expected
