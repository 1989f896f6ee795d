"""A person: with the caller's task so far handed over, or called back after leaving a spoken question."""

from __future__ import annotations

from typing import Annotated

from ivr.accounts.arguments import Shape
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.records_services import Question
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.dialogue.queries import Outcome

_LONGEST = 400

_Topic = Annotated[str, Shape("text", longest=_LONGEST)]
_Recording = Annotated[str, Shape("key", calls_only=True)]


@use_case(outcomes={"ok": {"number": "count"}, "refused": REFUSED}, needs="")
async def ask_expert(desk: Desk, caller: Caller, *, topic: _Topic, recording: _Recording = "") -> Outcome:
    """Leave what the caller was about for a person, with the name of the recording of a spoken question if
    any.

    `ok`: number is the place in the line of open questions. Refused: too_long, wrong_number (no line to
    call back).
    """
    if len(topic) > _LONGEST:
        raise Refusal("too_long")
    if caller.line is None:
        raise Refusal("wrong_number")
    owner = caller.contract or caller.subscriber or caller.line
    async with desk.store.write() as work:
        question = Question(desk.new_id(), owner, caller.line, topic, recording, desk.clock.now())
        await work.add(question)
        number = len(await work.find(Question, state="open"))
        await work.commit()
    return Outcome("ok", {"number": number})
