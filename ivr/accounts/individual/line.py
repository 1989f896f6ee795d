"""Who is calling: the calling line itself is proof for its own account."""

from __future__ import annotations

from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.records import Subscriber
from ivr.dialogue.queries import Outcome


@use_case(outcomes={"known": {"language": "language"}, "unknown": {}}, needs="")
async def identify_line(desk: Desk, caller: Caller) -> Outcome:
    """Recognise the caller by the calling line.

    `known`: the line is a subscriber's, the call is that subscriber's from here on, without a password;
    `language` is the one they chose. `unknown`: nobody's line, withheld, or a phone reported lost.
    """
    async with desk.store.read() as reader:
        found = await reader.find(Subscriber, phone=caller.line) if caller.line else []
    if not found or not caller.is_own_line(found[0]):
        return Outcome("unknown")
    caller.become(found[0], "line")
    return Outcome("known", {"language": caller.language})
