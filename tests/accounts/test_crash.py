"""A process is killed just before or just after the commit: the operation has not happened, or has, once."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from pathlib import Path

import pytest

from ivr.accounts import audit
from ivr.accounts.door import Accounts, Session
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.opening import open_store
from ivr.accounts.records_services import Connection, Message
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from tests.accounts.helpers import CATALOGUE, CHEAP, MARIA, allowed, called, money

PROJECT = Path(__file__).parents[2]


async def killed(url: str, operation: str, moment: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.accounts.crash_victim", url, operation, moment, cwd=PROJECT
    )
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL


async def state(accounts: Accounts, maria: Session) -> tuple[int, int, int]:
    """Return the balance, the count of connections and of messages."""
    async with accounts.desk.store.read() as reader:
        counts = len(await reader.find(Connection)), len(await reader.find(Message))
    return await money(maria), *counts


@pytest.mark.parametrize(("moment", "after_crash"), [("before", (245_50, 0, 0)), ("after", (185_50, 1, 1))])
async def test_a_kill_leaves_all_or_nothing_and_a_retry_does_it_once(
    tmp_path: Path, moment: str, after_crash: tuple[int, int, int]
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'accounts.sqlite'}"
    hasher = Argon2Hasher(b"p" * 32, CHEAP)
    accounts = Accounts(
        await open_store(url), hasher, KeptSms(), chance=random.Random(1), catalogue=CATALOGUE
    )
    await seed_demo(accounts.desk)
    maria = await called(accounts, MARIA)
    operation = await allowed(maria, "check_option", option="social")
    await killed(url, operation, moment)
    assert await state(accounts, maria) == after_crash
    again = await called(accounts, MARIA)
    told = (await again.ask("last_outcome", {})).name
    assert told == ("none" if moment == "before" else "done")
    assert (await again.ask("connect", {"operation": operation})).name == "done"
    assert await state(accounts, maria) == (185_50, 1, 1)
    assert await audit.check_ledger(accounts.desk.store) == []
    await accounts.close()
