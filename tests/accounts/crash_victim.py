"""A process that confirms an operation and is killed without warning; run by test_crash."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from ivr.accounts import pending
from ivr.accounts.desk import Desk
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.individual import options
from ivr.accounts.opening import open_store
from ivr.accounts.ports import Work
from ivr.accounts.records_money import Operation
from ivr.accounts.sms import KeptSms
from tests.accounts.helpers import CHEAP, MARIA, called


async def main(url: str, operation: str, moment: str) -> None:
    """Confirm the operation; die `before` or `after` its commit."""
    accounts = Accounts(await open_store(url), Argon2Hasher(b"p" * 32, CHEAP), KeptSms())
    maria = await called(accounts, MARIA)

    async def die_inside(desk: Desk, work: Work, posted: Operation) -> None:
        await options.connect_effect(desk, work, posted)
        os.kill(os.getpid(), signal.SIGKILL)

    effect = die_inside if moment == "before" else options.connect_effect
    await pending.confirm(accounts.desk, maria.caller, "connect", operation, effect)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
