"""The ringback tone: what others hear while they wait. Listed, chosen, switched off."""

from __future__ import annotations

from ivr.accounts import journal, offers, pending
from ivr.accounts.arguments import Key, OperationId
from ivr.accounts.case import use_case
from ivr.accounts.choice import choice
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Connection
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import FEE, NAME, OPERATION, choices_of
from ivr.dialogue.queries import Outcome, Value

PREFIX = "melody:"
"""How a connection of a ringback tone begins."""

_ALLOWED = {"operation": OPERATION, "name": NAME, "fee": FEE}
_MELODIES = choices_of("All melodies.", melody=Value("key", "The melody's key."), name=NAME, fee=FEE)


@use_case(
    outcomes={"off": {"available": _MELODIES}, "on": {"name": NAME, "fee": FEE, "available": _MELODIES}}
)
async def ringback_tone(desk: Desk, caller: Caller) -> Outcome:
    """Tell the tone and its fee a month (kopecks), or that there is none; list melody (key), name, fee."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        found = await _current(reader, who.id)
    melodies = desk.catalogue.melodies
    available = tuple(
        choice(
            one.key,
            one.name.in_(caller.language),
            melody=one.key,
            name=one.name.in_(caller.language),
            fee=one.fee,
        )
        for one in melodies.values()
    )
    if found is None:
        return Outcome("off", {"available": available})
    one = melodies[found.option.removeprefix(PREFIX)]
    return Outcome("on", {"name": one.name.in_(caller.language), "fee": one.fee, "available": available})


@use_case(outcomes={"allowed": _ALLOWED, "refused": REFUSED}, prepares="set_ringback_tone")
async def check_ringback_tone(desk: Desk, caller: Caller, *, melody: Key) -> Outcome:
    """Look whether a melody (key) may be chosen, and prepare it; the first month is charged at once."""
    found = desk.catalogue.melodies.get(melody)
    if found is None:
        raise Refusal("no_such_melody")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        await _must_be_new(work, who.id, melody)
        await offers.must_have(work, who.id, found.fee)
        parameters = {"melody": melody, "fee": found.fee}
        operation = await pending.prepare(
            work, desk, caller, who.id, "ringback_tone", parameters, subject=melody, amount=-found.fee
        )
        await work.commit()
    values = {"name": found.name.in_(caller.language), "fee": found.fee}
    return Outcome("allowed", {"operation": operation.id, **values})


@use_case(outcomes={"done": pending.DONE, "expired": {}, "refused": REFUSED}, moves_money=True)
async def set_ringback_tone(desk: Desk, caller: Caller, *, operation: OperationId) -> Outcome:
    """Choose what check_ringback_tone prepared; the tone before it ends."""
    return await pending.confirm(desk, caller, "ringback_tone", operation, _choose)


@use_case(outcomes={"ok": {}, "none": {}})
async def ringback_tone_off(desk: Desk, caller: Caller) -> Outcome:
    """Switch the tone off. Nothing is paid back."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        found = await _current(work, who.id)
        if found is None:
            return Outcome("none")
        await work.remove(found)
        await journal.note(work, desk, caller, who.id, "ringback_off")
        await work.commit()
    return Outcome("ok")


async def _choose(desk: Desk, work: Work, operation: Operation) -> None:
    who, melody, day = operation.owner, operation.subject, today(desk.clock)
    await _must_be_new(work, who, melody)
    await offers.charge(desk, work, operation, who, -operation.amount)
    before = await _current(work, who)
    if before is not None:
        await work.remove(before)
    await work.add(Connection(who, PREFIX + melody, day, offers.next_due(day, "month")))


async def _must_be_new(reader: Reader, who: str, melody: str) -> None:
    if await reader.get(Connection, who, PREFIX + melody) is not None:
        raise Refusal("already_connected")


async def _current(reader: Reader, who: str) -> Connection | None:
    found = await reader.find(Connection, subscriber=who)
    return next((one for one in found if one.option.startswith(PREFIX)), None)
