"""Money on the account, bonus points, what is set aside or owed."""

from __future__ import annotations

from ivr.accounts import ledger
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.dialogue.queries import Outcome

_VALUES = {"amount": "money", "bonus": "count", "blocked": "money", "owed": "money"}


@use_case(outcomes={"ok": _VALUES})
async def balance(desk: Desk, caller: Caller) -> Outcome:
    """Tell the balance: `amount` kopecks (negative in debt), `bonus` points, kopecks set aside and owed."""
    async with desk.store.read() as reader:
        who = (await the_subscriber(reader, caller)).id
        values = {
            "amount": await ledger.balance(reader, ledger.main(who)),
            "bonus": await ledger.balance(reader, ledger.bonus(who)),
            "blocked": await ledger.balance(reader, ledger.blocked(who)),
            "owed": -await ledger.balance(reader, ledger.owed(who)),
        }
    return Outcome("ok", values)
