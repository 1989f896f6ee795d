"""Fixtures of the HTTP door's tests: the account tests' own, and a door on loopback over each of them."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.web.options import WebOptions
from tests.accounts.helpers import CATALOGUE, CHEAP
from tests.web.helpers import NOON, WIDE, Api, opened


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOON)


@pytest.fixture
def sms() -> KeptSms:
    return KeptSms()


@pytest.fixture
async def accounts(clock: VirtualClock, sms: KeptSms) -> AsyncIterator[Accounts]:
    """The account core in memory with the demo subscribers."""
    hasher = Argon2Hasher(b"p" * 32, CHEAP)
    made = Accounts(
        MemoryStore(KINDS), hasher, sms, clock=clock, chance=random.Random(505), catalogue=CATALOGUE
    )
    await seed_demo(made.desk)
    yield made
    await made.close()


@pytest.fixture
def options() -> WebOptions:
    return WIDE


@pytest.fixture
async def api(accounts: Accounts, options: WebOptions) -> AsyncIterator[Api]:
    """A door on loopback and a client with a key."""
    async with opened(accounts, options) as made:
        yield made
