"""A lost phone: the number is blocked at once; only the password opens it."""

from __future__ import annotations

from dataclasses import replace

from ivr.accounts import journal, login, messages
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.dialogue.queries import Outcome, Secret


@use_case(outcomes={"ok": {"phone": "phone"}, "already": {}})
async def block_number(desk: Desk, caller: Caller) -> Outcome:
    """Block the number now: no calls, and its caller ID proves nothing any more. `already`: it was."""
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        if who.blocked:
            return Outcome("already")
        await work.put(replace(who, blocked=True))
        await journal.note(work, desk, caller, who.id, "block_number")
        if who.email:
            text = desk.catalogue.message("block_number", who.language, {"phone": who.phone})
            await messages.write(desk, work, "email", who.email, text)
        await work.commit()
    return Outcome("ok", {"phone": who.phone})


@use_case(outcomes={"ok": {}, "not_blocked": {}, **login.OUTCOMES})
async def unblock_number(desk: Desk, caller: Caller, *, password: Secret) -> Outcome:
    """Unblock the number, only with the working password. `wrong`, `wait`, `blocked` as in
    verify_password."""
    async with desk.store.read() as reader:
        who = await the_subscriber(reader, caller)
    if not who.blocked:
        return Outcome("not_blocked")
    judged = await login.judge(desk, login.Try(who.phone, password, caller.source, own=False))
    if judged.name not in {"ok", "temporary"}:
        return judged
    async with desk.store.write() as work:
        await work.put(replace(await the_subscriber(work, caller), blocked=False))
        await journal.note(work, desk, caller, who.id, "unblock_number")
        await work.commit()
    return Outcome("ok")
