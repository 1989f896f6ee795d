"""Fixtures of the account tests: every keeper of records, virtual time, cheap hashes, demo subscribers."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.opening import open_store
from ivr.accounts.ports import Store
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.accounts.staff.registry import first_senior
from ivr.accounts.store import SqlStore
from tests.accounts.helpers import CATALOGUE, CHEAP, MARIA, called
from tests.accounts.postgres import binaries, cluster
from tests.accounts.staff import Staff

NOON = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("accounts") / "empty.sqlite"

    async def make() -> None:
        await (await open_store(f"sqlite+aiosqlite:///{path}")).close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def seeded(migrated: Path) -> Path:
    """A migrated SQLite file with the demo subscribers to copy from."""
    path = migrated.with_name("seeded.sqlite")
    shutil.copy(migrated, path)

    with ThreadPoolExecutor(1) as apart:  # a loop may be running here: an async fixture may have asked
        apart.submit(asyncio.run, seed(f"sqlite+aiosqlite:///{path}")).result()
    return path


async def seed(url: str) -> None:
    """Add the demonstration subscribers to a migrated, empty database."""
    made = Accounts(
        SqlStore(url, KINDS),
        Argon2Hasher(b"p" * 32, CHEAP),
        KeptSms(),
        clock=VirtualClock(NOON),
        chance=random.Random(504),
        catalogue=CATALOGUE,
    )
    await seed_demo(made.desk)
    await made.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL cluster with a migrated, empty database `empty`."""
    if binaries() is None:
        pytest.skip("no PostgreSQL server is installed")

    async def make(url: str) -> None:
        await command(url, "CREATE DATABASE empty")
        await (await open_store(f"{url}/empty")).close()

    with cluster() as url:
        with ThreadPoolExecutor(1) as apart:  # a loop may be running here: an async fixture may have asked
            apart.submit(asyncio.run, make(url)).result()
        yield url


@pytest.fixture(scope="session")
def postgres_seeded(postgres_server: str) -> str:
    """A database with the demonstration subscribers, to copy from; its name."""

    async def make() -> None:
        await command(postgres_server, "CREATE DATABASE seeded TEMPLATE empty")
        await seed(f"{postgres_server}/seeded")

    with ThreadPoolExecutor(1) as apart:  # a loop may be running here: an async test may have asked
        apart.submit(asyncio.run, make()).result()
    return "seeded"


async def command(url: str, statement: str) -> None:
    """Run one statement of administration."""
    engine = create_async_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(statement))
    await engine.dispose()


@asynccontextmanager
async def database(postgres_server: str) -> AsyncIterator[str]:
    """Make a migrated, empty database; give its URL."""
    name = f"test_{random.SystemRandom().getrandbits(64):x}"
    await command(postgres_server, f"CREATE DATABASE {name} TEMPLATE empty")
    yield f"{postgres_server}/{name}"
    await command(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """Each keeper of records in turn; tests that ask for EVERYWHERE add PostgreSQL."""
    opened: Store = MemoryStore(KINDS)
    if request.param == "sqlite":
        path = tmp_path / "accounts.sqlite"
        await asyncio.to_thread(shutil.copy, migrated, path)
        opened = SqlStore(f"sqlite+aiosqlite:///{path}", KINDS)
    async with AsyncExitStack() as stack:
        if request.param == "postgres":
            url = await stack.enter_async_context(database(request.getfixturevalue("postgres_server")))
            opened = SqlStore(url, KINDS)
        stack.push_async_callback(opened.close)
        yield opened


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
async def accounts(
    store: Store, clock: VirtualClock, sms: KeptSms, hasher: Argon2Hasher, seeded: Path
) -> Accounts:
    """The account core with the demo subscribers."""
    made = Accounts(store, hasher, sms, clock=clock, chance=random.Random(505), catalogue=CATALOGUE)
    if isinstance(store, SqlStore) and store.file is not None:
        await asyncio.to_thread(shutil.copy, seeded, store.file)
    else:
        await seed_demo(made.desk)
    return made


@pytest.fixture
async def maria(accounts: Accounts) -> Session:
    """Maria calling from her own line, recognised."""
    return await called(accounts, MARIA)


@pytest.fixture
async def staff(accounts: Accounts) -> Staff:
    """Two seniors and two operators."""
    await first_senior(accounts.desk, "anna", "Анна Старшая")
    made = Staff(accounts)
    for login, role in (("boris", "senior"), ("olya", "operator"), ("pyotr", "operator")):
        asked = {"login": login, "name": login.title(), "role": role}
        assert (await made.anna.ask("set_staff", asked)).name == "ok"
    return made
