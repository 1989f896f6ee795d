"""Blocking a number at its holder's request, and opening it again once staff have seen who asks."""

from __future__ import annotations

from dataclasses import replace

from ivr.accounts import journal, messages
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.holder import subscriber_of
from ivr.dialogue.queries import Outcome

_LONGEST = 200
_DONE = {"ok": {"phone": "phone"}, "already": {}, "refused": REFUSED}


@use_case(outcomes=_DONE, needs="")
async def block_account(desk: Desk, caller: Caller, *, account: str, reason: str) -> Outcome:
    """Block a number now: no calls, and its caller ID proves nothing. `already`: it was.

    Refused: wrong_number, not_ours, no_reason, too_long.
    """
    return await _set(desk, caller, account, reason, "block_number", blocked=True)


@use_case(outcomes=_DONE, needs="")
async def unblock_account(desk: Desk, caller: Caller, *, account: str, reason: str) -> Outcome:
    """Open a blocked number again: its holder has shown in person who they are. `already`: it is open.

    Refused as block_account.
    """
    return await _set(desk, caller, account, reason, "unblock_number", blocked=False)


async def _set(desk: Desk, caller: Caller, account: str, reason: str, kind: str, *, blocked: bool) -> Outcome:
    why = stated(reason)
    async with desk.store.write() as work:
        who = await subscriber_of(work, account)
        if who.blocked == blocked:
            return Outcome("already")
        await work.put(replace(who, blocked=blocked))
        await journal.note(work, desk, caller, who.id, kind, reason=why)
        if who.email:
            text = desk.catalogue.message(kind, who.language, {"phone": who.phone})
            await messages.write(desk, work, "email", who.email, text)
        await work.commit()
    return Outcome("ok", {"phone": who.phone})


def stated(reason: str) -> str:
    """Return a reason as it is kept. Raises Refusal no_reason, too_long."""
    kept = " ".join(reason.split())
    if not 0 < len(kept) <= _LONGEST:
        raise Refusal("too_long" if kept else "no_reason")
    return kept
