"""Bonus points: what they buy, and buying it."""

from __future__ import annotations

from datetime import timedelta

from ivr.accounts import ledger, offers, pending
from ivr.accounts.arguments import Key, OperationId
from ivr.accounts.case import use_case
from ivr.accounts.catalogue import Reward
from ivr.accounts.choice import choice
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import NAME, OPERATION, choices_of
from ivr.dialogue.queries import Outcome, Value

_POINTS = Value("count", "Bonus points there are.")
_COSTS = Value("count", "Bonus points it costs.")
_ALLOWED = {"operation": OPERATION, "name": NAME, "points": _COSTS}
_OFFERS = choices_of(
    "What the points buy now.", offer=Value("key", "The offer's key."), name=NAME, points=_COSTS
)


@use_case(outcomes={"none": {"points": _POINTS}, "some": {"points": _POINTS, "available": _OFFERS}})
async def bonus_offers(desk: Desk, caller: Caller) -> Outcome:
    """Tell the points and list what they buy now: offer (key), name, points. `none`: they buy nothing yet."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        points = await ledger.balance(reader, ledger.bonus(who.id))
    items = tuple(
        choice(
            reward.key,
            reward.name.in_(caller.language),
            offer=reward.key,
            name=reward.name.in_(caller.language),
            points=reward.points,
        )
        for reward in desk.catalogue.rewards.values()
        if reward.points <= points
    )
    if not items:
        return Outcome("none", {"points": points})
    return Outcome("some", {"points": points, "available": items})


@use_case(outcomes={"allowed": _ALLOWED, "refused": REFUSED}, prepares="spend_bonus")
async def check_bonus_offer(desk: Desk, caller: Caller, *, offer: Key) -> Outcome:
    """Look whether the points buy this offer (key), and prepare it. Refused: no_such_offer, no_points."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        reward = await _affordable(desk, work, who.id, offer)
        parameters = {"offer": offer, "points": reward.points}
        operation = await pending.prepare(
            work, desk, caller, who.id, "spend_bonus", parameters, subject=offer, amount=reward.rubles
        )
        await work.commit()
    values = {"name": reward.name.in_(caller.language), "points": reward.points}
    return Outcome("allowed", {"operation": operation.id, **values})


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def spend_bonus(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Buy what check_bonus_offer prepared."""
    return await pending.confirm(desk, caller, "spend_bonus", operation, _buy)


async def _buy(desk: Desk, work: Work, operation: Operation) -> None:
    who = operation.owner
    reward = await _affordable(desk, work, who, operation.subject)
    movements = {ledger.bonus(who): -reward.points, ledger.system("bonus", "BONUS"): reward.points}
    if reward.rubles:
        movements |= {ledger.main(who): reward.rubles, ledger.system("gifts"): -reward.rubles}
    await ledger.post(work, operation, movements, desk.clock.now())
    until = today(desk.clock) + timedelta(days=reward.days - 1)
    await offers.give(desk, work, who, dict(reward.gives), until, reward.key)


async def _affordable(desk: Desk, reader: Reader, who: str, offer: str) -> Reward:
    reward = desk.catalogue.rewards.get(offer)
    if reward is None:
        raise Refusal("no_such_offer")
    if await ledger.balance(reader, ledger.bonus(who)) < reward.points:
        raise Refusal("no_points")
    return reward
