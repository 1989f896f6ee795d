"""The month in detail, by SMS or e-mail."""

from __future__ import annotations

from typing import Annotated

from ivr.accounts import journal, ledger, messages
from ivr.accounts.arguments import Shape
from ivr.accounts.case import use_case
from ivr.accounts.clock import OPERATOR_ZONE, day_of, start_of, today
from ivr.accounts.desk import Caller, Desk, the_subscriber
from ivr.accounts.papers.model import Column, Paper
from ivr.accounts.papers.words import word
from ivr.accounts.ports import Reader
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.dialogue.queries import Outcome, Value
from ivr.errors import AccountsError

PREFIX = "statement:"
"""What the document of a message begins with when it is a statement; the operation that asked for it
follows."""
_By = Annotated[str, Shape("key", choices=("sms", "email"))]


@use_case(
    outcomes={"sent": {"lines": Value("count", "Lines of the detail that was sent.")}, "refused": REFUSED}
)
async def statement(desk: Desk, caller: Caller, *, by: _By) -> Outcome:
    """Send this month's movements, a line each, `by` sms or email, to the subscriber's own phone or
    address; an e-mail has them as PDF too.

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
        noted = await journal.note(work, desk, caller, who.id, "statement")
        document = f"{PREFIX}{noted.id}" if by == "email" else None
        await messages.write(desk, work, by, recipient, text, subject=title, document=document)
        await work.commit()
    return Outcome("sent", {"lines": len(lines)})


async def statement_paper(desk: Desk, reader: Reader, operation: str) -> tuple[str, Paper]:
    """Return a file name without its ending, and what a statement says: the month as it was when this
    operation asked for it. Raises AccountsError."""
    asked = await reader.get(Operation, operation)
    who = await reader.get(Subscriber, asked.owner) if asked else None
    if asked is None or who is None:
        raise AccountsError("a statement that nobody asked for")
    language, last = who.language, day_of(asked.at)
    first = last.replace(day=1)
    moved = await ledger.movements(reader, ledger.main(who.id), start_of(first))
    moved = [one for one in moved if one[0] <= asked.at]
    rows = [
        (
            day_of(at),
            f"{at.astimezone(OPERATOR_ZONE):%H:%M:%S}",
            desk.catalogue.title(one.kind, one.subject, language),
            amount,
        )
        for at, one, amount in moved
    ]
    columns = (
        Column(word("day", language), "date", 14),
        Column(word("time", language), "text", 14),
        Column(word("what", language), "text", 54),
        Column(word("sum", language), "money", 18),
    )
    facts = (
        (word("holder", language), f"{who.phone}, {who.name}"),
        (word("period", language), f"{messages.written(first)} - {messages.written(last)}"),
    )
    totals = (
        (word("turnover_paid", language), sum(amount for _, _, amount in moved if amount > 0)),
        (word("turnover_charged", language), -sum(amount for _, _, amount in moved if amount < 0)),
    )
    title = desk.catalogue.title("statement", "", language)
    page = word("page", language)
    paper = Paper(title[:1].upper() + title[1:], language, facts, columns, rows, totals, page=page)
    return f"statement-{first:%Y%m%d}-{last:%Y%m%d}", paper


def _recipient(who: Subscriber, by: str) -> str:
    if by not in {"sms", "email"}:
        raise Refusal("no_such_kind")
    if by == "email" and not who.email:
        raise Refusal("no_email")
    return who.phone if by == "sms" else who.email or ""


def _line(desk: Desk, who: Subscriber, operation: Operation, amount: int) -> str:
    title = desk.catalogue.title(operation.kind, operation.subject, who.language)
    return f"{messages.written(day_of(operation.at))} {title}: {messages.rubles(amount)}"
