"""Fixtures of the account tests: every keeper of records, virtual time, cheap hashes, demo subscribers."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.opening import open_store
from ivr.accounts.ports import Store
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from tests.accounts.helpers import CHEAP, MARIA, called

NOON = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("accounts") / "empty.sqlite"

    async def make() -> None:
        await (await open_store(f"sqlite+aiosqlite:///{path}")).close()

    asyncio.run(make())
    return path


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """Each keeper of records in turn."""
    opened: Store = MemoryStore(KINDS)
    if request.param == "sqlite":
        path = tmp_path / "accounts.sqlite"
        shutil.copy(migrated, path)
        opened = SqlStore(f"sqlite+aiosqlite:///{path}", KINDS)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def sms() -> KeptSms:
    return KeptSms()


@pytest.fixture
def hasher() -> Iterator[Argon2Hasher]:
    made = Argon2Hasher(b"p" * 32, CHEAP)
    yield made
    made.close()


@pytest.fixture
async def accounts(store: Store, clock: VirtualClock, sms: KeptSms, hasher: Argon2Hasher) -> Accounts:
    """The account core with the demo subscribers."""
    made = Accounts(store, hasher, sms, clock=clock, chance=random.Random(505))
    await seed_demo(made.desk)
    return made


@pytest.fixture
async def maria(accounts: Accounts) -> Session:
    """Maria calling from her own line, recognised."""
    return await called(accounts, MARIA)
