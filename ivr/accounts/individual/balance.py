"""Money on the account, bonus points, what is set aside or owed."""

from __future__ import annotations

from ivr.accounts import ledger
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.records_money import LedgerAccount
from ivr.dialogue.queries import Outcome, Value

_VALUES = {
    "amount": Value("money", "On the account; negative in debt."),
    "bonus": Value("count", "Bonus points."),
    "blocked": Value("money", "Set aside for what has been ordered."),
    "owed": Value("money", "Promised payments to pay back."),
}


@use_case(outcomes={"ok": _VALUES})
async def balance(desk: Desk, caller: Caller) -> Outcome:
    """Tell the balance: `amount` kopecks (negative in debt), `bonus` points, kopecks set aside and owed."""
    async with desk.store.read() as reader:
        who = (await the_subscriber(reader, caller)).id
        kept = {one.id: one.balance for one in await reader.find(LedgerAccount, owner=who)}
    values = {
        "amount": kept.get(ledger.main(who), 0),
        "bonus": kept.get(ledger.bonus(who), 0),
        "blocked": kept.get(ledger.blocked(who), 0),
        "owed": -kept.get(ledger.owed(who), 0),
    }
    return Outcome("ok", values)
