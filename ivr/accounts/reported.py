"""Payments that others report: a card provider what a payment link brought, a bank what a company paid.

Each is posted once, however often it is reported. What does not fit is refused: the money is the payer's.
"""

from __future__ import annotations

from typing import Annotated

from ivr.accounts.arguments import Digits, Money, Shape
from ivr.accounts.case import Case, Outcomes, use_case
from ivr.accounts.corporate.payments import TYPES, operation_of, receive_company_payment
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual.top_up import receive_payment
from ivr.accounts.records_company import Contract
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import PaymentLink
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.dialogue.queries import Outcome, Value

ReportedId = Annotated[str, Shape("text", longest=80)]
"""An id as the reporting side knows it."""
PaidBy = Annotated[str, Shape("key", choices=TYPES)]
"""How a company paid."""
_OUTCOMES: Outcomes = {
    "done": {"amount": Value("money", "What is on the account for this payment.")},
    "refused": REFUSED,
}


@use_case(outcomes=_OUTCOMES, moves_money=True, needs="")
async def card_payment(
    desk: Desk, caller: Caller, *, link: ReportedId, payment: ReportedId, amount: Money
) -> Outcome:
    """Put on the subscriber's account what was paid by a payment link.

    `link`: the link's id, the last part of its address. `payment`: the provider's own id of the payment, the
    same however often it is reported. One that comes after the link's end counts all the same.
    Refused: no_such_link, wrong_amount, link_paid (by another payment), payment_known (for another link).
    """
    async with desk.store.read() as reader:
        found = await reader.get(PaymentLink, link)
    if found is None:
        raise Refusal("no_such_link")
    if found.amount != amount:
        raise Refusal("wrong_amount")
    await receive_payment(desk, link, payment)
    return Outcome("done", {"amount": amount})


@use_case(outcomes=_OUTCOMES, moves_money=True, needs="")
async def company_payment(
    desk: Desk,
    caller: Caller,
    *,
    contract: Digits,
    payment: ReportedId,
    amount: Money,
    type: PaidBy,  # noqa: A002 - the name that the list of payments uses
) -> Outcome:
    """Put on a company's account what it paid.

    `contract`: the contract's number. `payment`: the bank's own id of the payment, the same however often it
    is reported; where several banks report, each begins its ids with its name.
    Refused: too_little, no_such_contract, payment_known (with another contract, amount or type).
    """
    if not amount:
        raise Refusal("too_little")
    async with desk.store.read() as reader:
        found = await reader.find(Contract, number=contract)
        known = await reader.get(Operation, operation_of(payment))
    if not found:
        raise Refusal("no_such_contract")
    if known is not None and (known.owner, known.amount, known.subject) != (found[0].id, amount, type):
        raise Refusal("payment_known")
    await receive_company_payment(desk, found[0].id, amount, type, payment)
    return Outcome("done", {"amount": amount})


CASES: tuple[Case, ...] = (card_payment, company_payment)
"""What programs with the right to report payments may ask for; no call and no session can."""
