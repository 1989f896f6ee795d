"""Replacing a SIM: the new card's number and PUK1; never on one factor alone; the old SIM is told."""

from __future__ import annotations

import json
from dataclasses import replace

from ivr.accounts import login, messages, pending
from ivr.accounts.arguments import OperationId, Phone
from ivr.accounts.case import use_case
from ivr.accounts.corporate.numbers import one_number
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import SimCard
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import EMPLOYEE, OPERATION
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError


@use_case(
    outcomes={"allowed": {"operation": OPERATION, "phone": "phone", "name": EMPLOYEE}, "refused": REFUSED},
    needs="contract",
    prepares="replace_sim",
)
async def check_replace_sim(desk: Desk, caller: Caller, *, phone: Phone, sim: str, puk: Secret) -> Outcome:
    """Look whether the new card (its number, PUK1) may take over a number of the company, and prepare it.

    Two factors: the contract's password, and a call from another number of the company than the one replaced.
    Refused: second_factor, not_yours, wrong_sim, too_many_tries (wrong ones spend the calling line's budget).
    """
    async with desk.store.write() as work:
        who = await one_number(work, caller, phone)
        await _must_have_two_factors(work, caller, who)
        card = await _card(desk, work, caller, sim, puk)
        operation = await pending.prepare(
            work,
            desk,
            caller,
            str(caller.contract),
            "replace_sim",
            {"number": who.id, "sim": card.iccid},
            subject=who.phone,
        )
        await work.commit()
    return Outcome("allowed", {"operation": operation.id, "phone": who.phone, "name": who.name})


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, needs="contract")
async def replace_sim(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Replace what check_replace_sim prepared; the old SIM gets a message first."""
    return await pending.confirm(desk, caller, "replace_sim", operation, _replace)


async def add_sim(desk: Desk, iccid: str, puk: Secret, subscriber: str | None = None) -> None:
    """Make a SIM card known, in stock or in a subscriber's phone. Raises Conflict."""
    async with desk.store.write() as work:
        await work.add(SimCard(iccid, desk.hasher.mark(puk), subscriber))
        await work.commit()


async def _must_have_two_factors(reader: Reader, caller: Caller, who: Subscriber) -> None:
    lines = await reader.find(Subscriber, phone=caller.line) if caller.line else []
    own = bool(lines) and lines[0].contract == caller.contract and not lines[0].blocked
    if not own or caller.proof != "password" or caller.line == who.phone:
        raise Refusal("second_factor")


async def _card(desk: Desk, work: Work, caller: Caller, sim: str, puk: Secret) -> SimCard:
    if await login.spend(desk, work, caller.source):
        raise Refusal("too_many_tries")
    card = await work.get(SimCard, "".join(one for one in sim if one.isdecimal()))
    fits = card is not None and card.puk == desk.hasher.mark(puk)
    if card is None or not fits or card.subscriber is not None or card.retired:
        await work.commit()
        raise Refusal("wrong_sim")
    await login.give_back(desk, work, caller.source)
    return card


async def _replace(desk: Desk, work: Work, operation: Operation) -> None:
    asked = json.loads(operation.parameters)
    who, card = await work.get(Subscriber, asked["number"]), await work.get(SimCard, asked["sim"])
    if who is None or card is None:
        raise AccountsError("a prepared SIM replacement has lost its number or its card")
    if card.subscriber is not None:
        raise Refusal("wrong_sim")
    await messages.tell(desk, work, who, "replace_sim", phone=who.phone)
    for old in await work.find(SimCard, subscriber=who.id):
        await work.put(replace(old, retired=True, subscriber=None))
    await work.put(replace(card, subscriber=who.id))
