"""Money in: by voucher code, for oneself or another; by bank card through a link sent by SMS."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from ivr.accounts import journal, ledger, login, messages, pending
from ivr.accounts.arguments import Money, OperationId, Phone
from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import PaymentLink, Voucher
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import OPERATION
from ivr.dialogue.queries import Outcome, Secret, Value
from ivr.errors import AccountsError

_ALLOWED = {"operation": OPERATION, "amount": Value("money", "The voucher's value.")}


@use_case(outcomes={"allowed": _ALLOWED, "refused": REFUSED}, prepares="top_up")
async def check_voucher(desk: Desk, caller: Caller, *, voucher: Secret) -> Outcome:
    """Look at a voucher's code and prepare its top-up of `amount` kopecks.

    Refused: wrong_voucher, used_voucher, ended_voucher, too_many_tries: wrong codes spend the calling
    line's budget.
    """
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        return await _prepared(desk, work, caller, who, voucher, "top_up", who)


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def top_up(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Put on the account what check_voucher prepared."""
    return await pending.confirm(desk, caller, "top_up", operation, _use_voucher)


@use_case(outcomes={"allowed": {**_ALLOWED, "phone": "phone"}, "refused": REFUSED}, prepares="top_up_other")
async def check_top_up_other(desk: Desk, caller: Caller, *, phone: Phone, voucher: Secret) -> Outcome:
    """Look at a voucher's code and prepare the top-up of another subscriber's account."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        other = await other_subscriber(work, who, phone)
        outcome = await _prepared(desk, work, caller, who, voucher, "top_up_other", other)
    return Outcome("allowed", {**outcome.values, "phone": other.phone})


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def top_up_other(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Put on the other's account what check_top_up_other prepared."""
    return await pending.confirm(desk, caller, "top_up_other", operation, _use_voucher)


@use_case(outcomes={"sent": {"amount": "money"}, "refused": REFUSED})
async def payment_link(desk: Desk, caller: Caller, *, amount: Money) -> Outcome:
    """Send a link for paying `amount` kopecks by card to the subscriber's own phone. No card number is
    ever spoken.

    Refused: too_little, too_much.
    """
    rules = desk.money
    if not rules.link_least <= amount <= rules.link_most:
        raise Refusal("too_little" if amount < rules.link_least else "too_much")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        expires = desk.clock.now() + timedelta(hours=rules.link_hours)
        link = PaymentLink(f"{desk.chance.getrandbits(128):032x}", who.id, amount, expires)
        await work.add(link)
        address = desk.links.format(id=link.id)
        await messages.tell(desk, work, who, "payment_link", amount=messages.rubles(amount), link=address)
        await journal.note(work, desk, caller, who.id, "payment_link")
        await work.commit()
    return Outcome("sent", {"amount": amount})


async def receive_payment(desk: Desk, link: str, provider_id: str) -> bool:
    """Post a card payment the provider reports, once however often it reports it; tell whether it was news.

    `link`: the payment link's id. `provider_id`: the provider's own id of the payment. A payment that
    comes after the link's end counts all the same: the money is there. Raises AccountsError for a link
    that was never sent; Refusal link_paid when another payment has paid it, payment_known when this one has
    paid another.
    """
    posted = f"card_payment:{provider_id}"
    async with desk.store.write() as work:
        found = await work.get(PaymentLink, link)
        if found is None:
            raise AccountsError("a payment for a link that was never sent", remedy="return it to the payer")
        if found.operation == posted:
            return False
        if found.operation is not None:
            raise Refusal("link_paid")
        if await work.get(Operation, posted) is not None:
            raise Refusal("payment_known")
        caller = Caller(door="card")
        parameters = {"link": link, "provider": provider_id}
        operation = await pending.prepare(
            work,
            desk,
            caller,
            found.subscriber,
            "card_payment",
            parameters,
            amount=found.amount,
            operation=posted,
        )
        await pending.carry_out(desk, work, operation, _paid)
        await work.put(replace(found, operation=operation.id))
        await work.commit()
    return True


async def issue_voucher(desk: Desk, code: Secret, amount: int, days: int) -> None:
    """Make a voucher known: `amount` kopecks, good for so many days. Raises Conflict when the code is
    known."""
    async with desk.store.write() as work:
        until = today(desk.clock) + timedelta(days=days)
        await work.add(Voucher(desk.hasher.mark(code), amount, until))
        await work.commit()


async def credit(desk: Desk, work: Work, operation: Operation, who: Subscriber, source: str) -> None:
    """Put an operation's amount on an account, with the bonus points it earns, and tell its owner."""
    points = operation.amount // desk.money.points_per
    movements = {ledger.main(who.id): operation.amount, ledger.system(source): -operation.amount}
    movements |= {ledger.bonus(who.id): points, ledger.system("bonus", "BONUS"): -points}
    await ledger.post(work, operation, movements, desk.clock.now())
    await messages.tell(desk, work, who, "top_up", amount=messages.rubles(operation.amount))


async def other_subscriber(reader: Reader, who: Subscriber, phone: str) -> Subscriber:
    """Return another subscriber by a number in any form. Raises Refusal."""
    number = read_phone(phone)
    if number is None:
        raise Refusal("wrong_number")
    if number == who.phone:
        raise Refusal("own_number")
    found = await reader.find(Subscriber, phone=number)
    if not found:
        raise Refusal("not_ours")
    return found[0]


async def _prepared(
    desk: Desk, work: Work, caller: Caller, who: Subscriber, voucher: Secret, kind: str, receiver: Subscriber
) -> Outcome:
    if await login.spend(desk, work, caller.source):
        raise Refusal("too_many_tries")
    mark = desk.hasher.mark(voucher)
    found = await work.get(Voucher, mark)
    if found is None:
        await work.commit()
        raise Refusal("wrong_voucher")
    await login.give_back(desk, work, caller.source)
    _must_be_good(desk, found)
    parameters = {"voucher": mark, "to": receiver.id}
    operation = await pending.prepare(
        work, desk, caller, who.id, kind, parameters, subject=_subject(who, receiver), amount=found.amount
    )
    await work.commit()
    return Outcome("allowed", {"operation": operation.id, "amount": found.amount})


def _subject(who: Subscriber, receiver: Subscriber) -> str:
    return "" if who == receiver else receiver.phone


def _must_be_good(desk: Desk, voucher: Voucher) -> None:
    if voucher.operation is not None:
        raise Refusal("used_voucher")
    if voucher.until < today(desk.clock):
        raise Refusal("ended_voucher")


async def _use_voucher(desk: Desk, work: Work, operation: Operation) -> None:
    parameters = json.loads(operation.parameters)
    voucher = await work.get(Voucher, parameters["voucher"])
    receiver = await work.get(Subscriber, parameters["to"])
    if voucher is None or receiver is None:
        raise AccountsError("a prepared top-up has lost its voucher or its receiver")
    _must_be_good(desk, voucher)
    await work.put(replace(voucher, operation=operation.id))
    await credit(desk, work, operation, receiver, "vouchers")


async def _paid(desk: Desk, work: Work, operation: Operation) -> None:
    await credit(desk, work, operation, await pending.owner_of(work, operation), "cards")
