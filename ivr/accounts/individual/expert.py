"""A person: with the caller's task so far handed over, or called back after leaving a spoken question."""

from __future__ import annotations

from typing import Annotated

from ivr.accounts.arguments import Shape
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader
from ivr.accounts.records import Subscriber
from ivr.accounts.records_services import Question
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.dialogue.queries import Outcome, Value

_LONGEST = 400

_Topic = Annotated[str, Shape("text", longest=_LONGEST)]
_Recording = Annotated[str, Shape("key", calls_only=True)]


@use_case(outcomes={"ok": {"number": Value("count", "The question's number.")}, "refused": REFUSED}, needs="")
async def ask_expert(desk: Desk, caller: Caller, *, topic: _Topic, recording: _Recording = "") -> Outcome:
    """Leave what the caller was about for a person, with the name of the recording of a spoken question if
    any.

    `ok`: number is the place in the line of open questions. Refused: too_long, wrong_number (no number to
    call back).
    """
    if len(topic) > _LONGEST:
        raise Refusal("too_long")
    async with desk.store.write() as work:
        line = caller.line or await _own_number(work, caller)
        if line is None:
            raise Refusal("wrong_number")
        owner = caller.contract or caller.subscriber or line
        question = Question(desk.new_id(), owner, line, topic, recording, desk.clock.now())
        await work.add(question)
        number = len(await work.find(Question, state="open"))
        await work.commit()
    return Outcome("ok", {"number": number})


async def _own_number(reader: Reader, caller: Caller) -> str | None:
    """Return where to call somebody back who came without a calling line."""
    found = await reader.get(Subscriber, caller.subscriber) if caller.subscriber else None
    return found.phone if found else None
