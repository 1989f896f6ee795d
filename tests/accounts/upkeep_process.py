"""A process that does what is due, at a day that is given; run by test_upkeep_processes."""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import timedelta

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.jobs import run_due
from ivr.accounts.kinds import KINDS
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from tests.accounts.conftest import NOON
from tests.accounts.helpers import CHEAP


async def main(url: str, days: str) -> None:
    """Say that it is ready, wait for a line, and do everything that is due so many days after noon."""
    clock = VirtualClock(NOON + timedelta(days=int(days)))
    store, chance = SqlStore(url, KINDS), random.SystemRandom()
    accounts = Accounts(store, Argon2Hasher(b"p" * 32, CHEAP), KeptSms(), clock=clock, chance=chance)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(await run_due(accounts.desk))
    await accounts.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
