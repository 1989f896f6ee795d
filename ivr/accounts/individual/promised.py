"""The promised payment: a small loan now, a fee, a due date; refused with the reason."""

from __future__ import annotations

from datetime import timedelta

from ivr.accounts import ledger, messages, pending
from ivr.accounts.arguments import Money, OperationId
from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Promise
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import OPERATION
from ivr.dialogue.queries import Outcome, Value

_ALLOWED = {
    "operation": OPERATION,
    "amount": Value("money", "What is lent."),
    "fee": Value("money", "What it costs, once."),
    "due": Value("date", "When both are taken back."),
}


@use_case(outcomes={"allowed": _ALLOWED, "refused": REFUSED}, prepares="promised_payment")
async def check_promised_payment(desk: Desk, caller: Caller, *, amount: Money) -> Outcome:
    """Look whether `amount` kopecks may be lent, and prepare it.

    `allowed`: amount, fee (charged when it is taken back), due: the day it is taken back.
    Refused: debt, too_new, promise_open, no_such_amount.
    """
    due = today(desk.clock) + timedelta(days=desk.money.promise_days)
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        await _must_be_allowed(desk, work, who, amount)
        parameters = {"amount": amount, "fee": desk.money.promise_fee}
        operation = await pending.prepare(
            work, desk, caller, who.id, "promised_payment", parameters, amount=amount
        )
        await work.commit()
    values = {"operation": operation.id, "amount": amount, "fee": desk.money.promise_fee, "due": due}
    return Outcome("allowed", values)


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def promised_payment(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Lend what check_promised_payment prepared."""
    return await pending.confirm(desk, caller, "promised_payment", operation, _lend)


async def _lend(desk: Desk, work: Work, operation: Operation) -> None:
    who = await pending.owner_of(work, operation)
    amount, fee = operation.amount, desk.money.promise_fee
    await _must_be_allowed(desk, work, who, amount)
    movements = {ledger.main(who.id): amount, ledger.owed(who.id): -amount}
    await ledger.post(work, operation, movements, desk.clock.now())
    due = today(desk.clock) + timedelta(days=desk.money.promise_days)
    await work.add(Promise(operation.id, who.id, amount, fee, due))
    told = {"amount": messages.rubles(amount), "date": messages.written(due), "fee": messages.rubles(fee)}
    await messages.tell(desk, work, who, "promised_payment", **told)


async def _must_be_allowed(desk: Desk, reader: Reader, who: Subscriber, amount: int) -> None:
    if amount not in desk.money.promise_amounts:
        raise Refusal("no_such_amount")
    if today(desk.clock) - who.since < timedelta(days=desk.money.promise_age):
        raise Refusal("too_new")
    if await reader.find(Promise, subscriber=who.id, paid=False):
        raise Refusal("promise_open")
    if await ledger.balance(reader, ledger.main(who.id)) + amount <= 0:
        raise Refusal("debt")
