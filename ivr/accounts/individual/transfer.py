"""Money to another subscriber: amount and number are read back and confirmed; limits per day."""

from __future__ import annotations

import json

from ivr.accounts import journal, ledger, messages, offers, pending
from ivr.accounts.arguments import Money, OperationId, Phone
from ivr.accounts.case import use_case
from ivr.accounts.clock import start_of, today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.individual.top_up import other_subscriber
from ivr.accounts.ports import Reader, Work
from ivr.accounts.record import at_least
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Promise
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import OPERATION
from ivr.dialogue.queries import Outcome, Value

_ALLOWED = {
    "operation": OPERATION,
    "phone": Value("phone", "Who gets it."),
    "amount": Value("money", "What they get."),
    "fee": Value("money", "What it costs besides, once."),
}


@use_case(outcomes={"allowed": _ALLOWED, "refused": REFUSED}, prepares="transfer")
async def check_transfer(desk: Desk, caller: Caller, *, phone: Phone, amount: Money) -> Outcome:
    """Look whether `amount` kopecks may go to `phone` (any form), and prepare it; fee is charged besides.

    Refused: wrong_number, own_number, not_ours, too_little, too_much, day_limit, no_money, debt (lent
    money stays).
    """
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        other = await other_subscriber(work, who, phone)
        await _must_be_allowed(desk, work, who, amount)
        fee = desk.money.transfer_fee
        parameters = {"to": other.id, "amount": amount, "fee": fee}
        operation = await pending.prepare(
            work, desk, caller, who.id, "transfer", parameters, subject=other.phone, amount=-amount
        )
        await work.commit()
    values = {"operation": operation.id, "phone": other.phone, "amount": amount, "fee": fee}
    return Outcome("allowed", values)


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def transfer(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Send what check_transfer prepared."""
    return await pending.confirm(desk, caller, "transfer", operation, _send)


async def _send(desk: Desk, work: Work, operation: Operation) -> None:
    parameters = json.loads(operation.parameters)
    who, amount, fee = await pending.owner_of(work, operation), parameters["amount"], parameters["fee"]
    other = await work.get(Subscriber, parameters["to"])
    if other is None:
        raise Refusal("not_ours")
    await _must_be_allowed(desk, work, who, amount, already=operation.id)
    movements = {
        ledger.main(who.id): -amount - fee,
        ledger.main(other.id): amount,
        ledger.system("revenue"): fee,
    }
    await ledger.post(work, operation, movements, desk.clock.now())
    told = {"phone": who.phone, "amount": messages.rubles(amount)}
    await messages.tell(desk, work, other, "transfer_received", **told)
    receiving = Caller(door=operation.door, line=operation.line)
    await journal.note(work, desk, receiving, other.id, "transfer_received", subject=who.phone, amount=amount)


async def _must_be_allowed(
    desk: Desk, reader: Reader, who: Subscriber, amount: int, already: str = ""
) -> None:
    rules = desk.money
    if not rules.transfer_least <= amount <= rules.transfer_most:
        raise Refusal("too_little" if amount < rules.transfer_least else "too_much")
    if await reader.find(Promise, subscriber=who.id, paid=False):
        raise Refusal("debt")
    since = at_least("at", start_of(today(desk.clock)))
    found = await reader.find(Operation, since, owner=who.id, kind="transfer", state="posted")
    earlier = [operation for operation in found if operation.id != already]
    sent = -sum(operation.amount for operation in earlier)
    if sent + amount > rules.transfer_day or len(earlier) >= rules.transfer_count:
        raise Refusal("day_limit")
    await offers.must_have(reader, who.id, amount + rules.transfer_fee)
