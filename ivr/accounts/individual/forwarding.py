"""Call forwards: all active ones; add, change, remove."""

from __future__ import annotations

from ivr.accounts import journal
from ivr.accounts.arguments import FORWARD_KINDS, ForwardKind, ForwardKindOrAll, Phone
from ivr.accounts.case import use_case
from ivr.accounts.choice import choice
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_services import Forward
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import FORWARD_KIND, choices_of
from ivr.dialogue.queries import Outcome, Value

_TO = Value("phone", "Where calls go.")
FORWARDS = choices_of("Active forwards, one a kind at most.", kind=FORWARD_KIND, phone=_TO)


@use_case(outcomes={"none": {}, "some": {"forwards": FORWARDS, "count": "count"}})
async def forwarding(desk: Desk, caller: Caller) -> Outcome:
    """List the active forwards: kind (of FORWARD_KINDS) and phone."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
        found = await reader.find(Forward, subscriber=who.id)
    if not found:
        return Outcome("none")
    items = tuple(forward_item(desk, caller, one) for one in found)
    return Outcome("some", {"forwards": items, "count": len(items)})


@use_case(outcomes={"ok": {"kind": FORWARD_KIND, "phone": _TO}, "refused": REFUSED})
async def set_forwarding(desk: Desk, caller: Caller, *, kind: ForwardKind, phone: Phone) -> Outcome:
    """Add or change one forward. Refused: no_such_kind, wrong_number, own_number."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        number = await put_forward(work, who, kind, phone)
        await journal.note(work, desk, caller, who.id, "set_forwarding", subject=number)
        await work.commit()
    return Outcome("ok", {"kind": kind, "phone": number})


@use_case(outcomes={"ok": {"count": "count"}, "none": {}, "refused": REFUSED})
async def remove_forwarding(desk: Desk, caller: Caller, *, kind: ForwardKindOrAll) -> Outcome:
    """Remove one forward, or `all`. `ok`: so many were removed; `none`: there was none."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        removed = await take_forwards(work, who, kind)
        if not removed:
            return Outcome("none")
        await journal.note(work, desk, caller, who.id, "remove_forwarding", subject=kind)
        await work.commit()
    return Outcome("ok", {"count": removed})


def forward_item(desk: Desk, caller: Caller, one: Forward) -> dict[str, object]:
    """Return a forward as lists tell it."""
    label = desk.catalogue.forwards[one.kind].in_(caller.language)
    return choice(one.kind, label, kind=one.kind, phone=one.phone)


async def put_forward(work: Work, who: Subscriber, kind: str, phone: str) -> str:
    """Add or change a forward of a number; return where to, E.164. Raises Refusal."""
    if kind not in FORWARD_KINDS:
        raise Refusal("no_such_kind")
    number = read_phone(phone)
    if number is None or number == who.phone:
        raise Refusal("own_number" if number else "wrong_number")
    kept = await work.get(Forward, who.id, kind)
    made = Forward(who.id, kind, number)
    await (work.put(made) if kept else work.add(made))
    return number


async def take_forwards(work: Work, who: Subscriber, kind: str) -> int:
    """Remove a number's forwards of a kind, or `all`; return how many. Raises Refusal."""
    if kind != "all" and kind not in FORWARD_KINDS:
        raise Refusal("no_such_kind")
    found = await work.find(Forward, subscriber=who.id)
    taken = [one for one in found if kind in {"all", one.kind}]
    for one in taken:
        await work.remove(one)
    return len(taken)
