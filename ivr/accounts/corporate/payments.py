"""What the company paid and has: the balance, payments received, filtered by amount, date, type."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from ivr.accounts import ledger, pending
from ivr.accounts.arguments import Money, Shape
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of, start_of
from ivr.accounts.corporate.login import the_contract
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Work
from ivr.accounts.record import at_least, below
from ivr.accounts.records_money import Operation
from ivr.accounts.values import COMPANY, list_of
from ivr.dialogue.queries import Outcome, Value

TYPES = ("bank", "card", "cash")
"""How a company pays."""
_BALANCE = {
    "company": COMPANY,
    "number": Value("digits", "The contract's number."),
    "amount": Value("money", "On the account; negative in debt."),
}
_PAYMENTS = list_of(
    "Newest first.",
    day=Value("date", "When it came, Moscow time."),
    amount="money",
    type=Value("key", "How it was paid.", choices=TYPES),
)
_TOTAL = Value("money", "All these payments together.")


@use_case(outcomes={"ok": _BALANCE}, needs="contract")
async def company_balance(desk: Desk, caller: Caller) -> Outcome:
    """Tell the contract's number and its money, kopecks."""
    async with desk.store.read() as reader:
        contract = await the_contract(reader, caller)
        amount = await ledger.balance(reader, ledger.main(contract.id))
    values = {"company": contract.company, "number": contract.number, "amount": amount}
    return Outcome("ok", values)


@use_case(
    outcomes={"none": {}, "some": {"payments": _PAYMENTS, "total": _TOTAL, "count": "count"}},
    needs="contract",
)
async def payments(
    desk: Desk,
    caller: Caller,
    *,
    first: date | None = None,
    last: date | None = None,
    least: Money = 0,
    most: Money = 0,
    type: Annotated[str, Shape("key", choices=("", *TYPES))] = "",  # noqa: A002 - the name a flow uses
) -> Outcome:
    """List payments received, newest first: day, amount (kopecks), type (bank, card, cash).

    Filters: first and last day, least and most kopecks (0: none), type (empty: all).
    """
    period = [at_least("at", start_of(first))] if first else []
    period += [below("at", start_of(last + timedelta(days=1)))] if last else []
    async with desk.store.read() as reader:
        found = await reader.find(
            Operation, *period, order="-at", owner=caller.contract, kind="company_payment", state="posted"
        )
    kept = [
        one
        for one in found
        if one.amount >= least and (not most or one.amount <= most) and type in {"", one.subject}
    ]
    if not kept:
        return Outcome("none")
    items = tuple({"day": day_of(one.at), "amount": one.amount, "type": one.subject} for one in kept)
    total = sum(one.amount for one in kept)
    return Outcome("some", {"payments": items, "total": total, "count": len(items)})


def operation_of(payment: str) -> str:
    """Return the id of the operation that posts the bank's payment."""
    return f"company_payment:{payment}"


async def receive_company_payment(
    desk: Desk, contract: str, amount: int, kind: str, payment: str
) -> Operation:
    """Post a company's payment, once per `payment` (the bank's own id). `kind` is one of TYPES; amount in
    kopecks.

    Raises Conflict when the id is known with another amount or contract.
    """
    caller = Caller(door=kind)
    async with desk.store.write() as work:
        operation = await pending.prepare(
            work,
            desk,
            caller,
            contract,
            "company_payment",
            {"payment": payment, "amount": amount},
            subject=kind,
            amount=amount,
            operation=operation_of(payment),
        )
        if operation.state == "prepared":
            operation = await pending.carry_out(desk, work, operation, _received)
        await work.commit()
    return operation


async def _received(desk: Desk, work: Work, operation: Operation) -> None:
    movements = {ledger.main(operation.owner): operation.amount, ledger.system("bank"): -operation.amount}
    await ledger.post(work, operation, movements, desk.clock.now())
