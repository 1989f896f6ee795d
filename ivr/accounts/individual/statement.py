"""The month in detail, by SMS or e-mail."""

from __future__ import annotations

from typing import Annotated

from ivr.accounts import journal, ledger, messages
from ivr.accounts.arguments import Shape
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of, start_of, today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.dialogue.queries import Outcome

_By = Annotated[str, Shape("key", choices=("sms", "email"))]


@use_case(outcomes={"sent": {"lines": "count"}, "refused": REFUSED})
async def statement(desk: Desk, caller: Caller, *, by: _By) -> Outcome:
    """Send this month's movements, a line each, `by` sms or email, to the subscriber's own phone or address.

    `sent`: it is on its way, with so many lines. Refused: no_email, no_such_kind (neither sms nor email).
    """
    first = today(desk.clock).replace(day=1)
    async with desk.store.write() as work:
        who = await the_subscriber(work, caller)
        recipient = _recipient(who, by)
        moved = await ledger.movements(work, ledger.main(who.id), start_of(first))
        lines = [_line(desk, who, operation, amount) for _, operation, amount in moved]
        values = {"month": f"{first:%m.%Y}", "lines": "\n".join(lines)}
        text = desk.catalogue.message("statement", who.language, values)
        title = desk.catalogue.title("statement", "", who.language)
        await messages.write(desk, work, by, recipient, text, subject=title)
        await journal.note(work, desk, caller, who.id, "statement")
        await work.commit()
    return Outcome("sent", {"lines": len(lines)})


def _recipient(who: Subscriber, by: str) -> str:
    if by not in {"sms", "email"}:
        raise Refusal("no_such_kind")
    if by == "email" and not who.email:
        raise Refusal("no_email")
    return who.phone if by == "sms" else who.email or ""


def _line(desk: Desk, who: Subscriber, operation: Operation, amount: int) -> str:
    title = desk.catalogue.title(operation.kind, operation.subject, who.language)
    return f"{messages.written(day_of(operation.at))} {title}: {messages.rubles(amount)}"
