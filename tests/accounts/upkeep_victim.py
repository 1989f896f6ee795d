"""A process that begins to make a document and is killed without warning; run by test_upkeep."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from datetime import datetime
from unittest.mock import patch

from ivr.accounts.clock import VirtualClock
from ivr.accounts.corporate import preparing
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.opening import open_store
from ivr.accounts.papers.model import Paper
from ivr.accounts.sms import KeptSms
from tests.accounts.helpers import CATALOGUE, CHEAP


def die(paper: Paper, form: str, fonts: str) -> bytes:
    """Stand in for writing a document down."""
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


async def main(url: str, now: str) -> None:
    """Make what is due at this time, and die in the middle."""
    clock = VirtualClock(datetime.fromisoformat(now))
    store, hasher = await open_store(url), Argon2Hasher(b"p" * 32, CHEAP)
    accounts = Accounts(store, hasher, KeptSms(), clock=clock, chance=random.Random(7), catalogue=CATALOGUE)
    with patch.object(preparing, "rendered", die):
        await preparing.prepare_documents(accounts.desk)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
