"""Numbers that cannot call me: list, add, remove."""

from __future__ import annotations

from ivr.accounts import journal
from ivr.accounts.arguments import Phone
from ivr.accounts.case import use_case
from ivr.accounts.choice import choice
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.phone import read_phone, shown
from ivr.accounts.records_services import Unwanted
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import choices_of
from ivr.dialogue.queries import Outcome

_NUMBERS = choices_of("Numbers that cannot call.", phone="phone")


@use_case(outcomes={"none": {}, "some": {"numbers": _NUMBERS, "count": "count"}})
async def black_list(desk: Desk, caller: Caller) -> Outcome:
    """List the numbers: phone."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        found = await reader.find(Unwanted, subscriber=who.id)
    if not found:
        return Outcome("none")
    items = tuple(choice(one.phone, shown(one.phone), phone=one.phone) for one in found)
    return Outcome("some", {"numbers": items, "count": len(items)})


@use_case(outcomes={"ok": {"phone": "phone"}, "refused": REFUSED})
async def black_list_add(desk: Desk, caller: Caller, *, phone: Phone) -> Outcome:
    """Add a number in any form. Refused: wrong_number, own_number, already_listed, list_full."""
    number = read_phone(phone)
    if number is None:
        raise Refusal("wrong_number")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        found = {one.phone for one in await work.find(Unwanted, subscriber=who.id)}
        _must_fit(desk, who.phone, number, found)
        await work.add(Unwanted(who.id, number))
        await journal.note(work, desk, caller, who.id, "black_list_add", subject=number)
        await work.commit()
    return Outcome("ok", {"phone": number})


@use_case(outcomes={"ok": {"phone": "phone"}, "refused": REFUSED})
async def black_list_remove(desk: Desk, caller: Caller, *, phone: Phone) -> Outcome:
    """Remove a number in any form. Refused: wrong_number, not_listed."""
    number = read_phone(phone)
    if number is None:
        raise Refusal("wrong_number")
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        found = await work.get(Unwanted, who.id, number)
        if found is None:
            raise Refusal("not_listed")
        await work.remove(found)
        await journal.note(work, desk, caller, who.id, "black_list_remove", subject=number)
        await work.commit()
    return Outcome("ok", {"phone": number})


def _must_fit(desk: Desk, own: str, number: str, found: set[str]) -> None:
    if number == own:
        raise Refusal("own_number")
    if number in found:
        raise Refusal("already_listed")
    if len(found) >= desk.money.black_list:
        raise Refusal("list_full")
