"""Operations that are wrong on purpose: the crash suite must find out what is wrong with each."""

from __future__ import annotations

from ivr.accounts import journal, ledger
from ivr.accounts.desk import Caller
from ivr.accounts.door import Accounts
from ivr.accounts.ports import Work
from ivr.accounts.records import Subscriber
from ivr.errors import AccountsError
from tests.accounts.crash.operations import Money
from tests.accounts.helpers import JOHN, MARIA


async def nothing(accounts: Accounts) -> str:
    return "gift"


async def give(accounts: Accounts, work: Work, phone: str, amount: int) -> None:
    """Post a gift to a subscriber, without asking whether it has been given."""
    (who,) = await work.find(Subscriber, phone=phone)
    gift = await journal.note(work, accounts.desk, Caller(door="office"), who.id, "gift", amount=amount)
    movements = {ledger.main(who.id): amount, ledger.system("gifts"): -amount}
    await ledger.post(work, gift, movements, accounts.desk.clock.now())


async def in_two_halves(accounts: Accounts, held: str) -> str:
    """Two effects of one operation in two units of work."""
    for phone in (MARIA, JOHN):
        async with accounts.desk.store.write() as work:
            await give(accounts, work, phone, 1_00)
            await work.commit()
    return "done"


async def told_too_soon(accounts: Accounts, held: str) -> str:
    """An error is swallowed, and the client is told that it is done."""
    try:
        async with accounts.desk.store.write() as work:
            await give(accounts, work, MARIA, 1_00)
            await work.commit()
    except AccountsError:
        pass
    return "done"


async def done_twice(accounts: Accounts, held: str) -> str:
    """Nothing tells whether it has been done."""
    async with accounts.desk.store.write() as work:
        await give(accounts, work, MARIA, 1_00)
        await work.commit()
    return "done"


PLANTED = (
    Money("in two halves", nothing, in_two_halves),
    Money("told too soon", nothing, told_too_soon),
    Money("done twice", nothing, done_twice),
)
