"""Bulk import of `phone,full name` lines: good ones in together, bad ones told one by one, nothing half done.

1. A file is UTF-8, with or without a byte order mark, or else CP1251 (what Russian spreadsheets save).
2. A line is `phone,full name`, or with a semicolon when the first line has one and no comma. A name in
   quotation marks may hold the separator; so may one without, since nothing comes after it.
3. Every line stands alone: a quotation mark that is not closed spoils its own line and no other.
4. A number may be named once: of several good lines the first counts, the others are told.
5. Everything good is one unit of work: a process that dies on the way has imported nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ivr.accounts import journal
from ivr.accounts.arguments import Lines
from ivr.accounts.case import use_case
from ivr.accounts.corporate.numbers import full_name
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.phone import read_phone
from ivr.accounts.records import Subscriber
from ivr.accounts.refusal import Refusal
from ivr.accounts.values import REASON, list_of
from ivr.dialogue.queries import Outcome, Value


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file."""

    number: int
    """From 1, empty lines counted."""
    phone: str
    """As written."""
    name: str
    """As written, without quotation marks."""
    broken: bool = False
    """True when its quotation marks do not match."""


_COUNT = Value("count", "Lines that were good, and are kept.")
_BAD_COUNT = Value("count", "Lines that were not.")
_BAD = list_of(
    "Lines that were not kept.",
    line=Value("count", "Its number, from 1, empty lines counted."),
    phone=Value("text", "The phone number as written."),
    reason=REASON,
)


@use_case(outcomes={"ok": {"count": _COUNT, "bad": _BAD, "bad_count": _BAD_COUNT}}, needs="contract")
async def import_employees(desk: Desk, caller: Caller, *, lines: Lines) -> Outcome:
    """Import `phone,full name` lines. Good ones are kept; bad lists line (its number), phone as written,
    reason."""
    bad: list[dict[str, object]] = []
    async with desk.store.write() as work:
        ours = {who.phone: who for who in await work.find(Subscriber, contract=caller.contract)}
        good: dict[str, Subscriber] = {}
        for line in lines_of(lines):
            try:
                renamed = _renamed(line, ours, good)
                good[renamed.phone] = renamed
            except Refusal as no:
                reason = desk.catalogue.reason(no.code, caller.language)
                bad.append({"line": line.number, "phone": line.phone, "reason": reason})
        for who in good.values():
            if who != ours[who.phone]:
                await work.put(who)
        await journal.note(
            work, desk, caller, str(caller.contract), "import_employees", subject=str(len(good))
        )
        await work.commit()
    return Outcome("ok", {"count": len(good), "bad": tuple(bad), "bad_count": len(bad)})


def decoded(data: bytes) -> str:
    """Return the text of a file by rule 1; for doors that are handed files."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")  # one byte has no letter there


def lines_of(text: str) -> Iterator[Line]:
    """Return the lines that say something."""
    written = [line.rstrip("\r\n") for line in io.StringIO(text.removeprefix("\ufeff"), newline=None)]
    first = next((line for line in written if line.strip()), "")
    separator = ";" if ";" in first and "," not in first else ","
    for number, line in enumerate(written, start=1):
        if line.strip():
            yield _line(number, line, separator)


def _line(number: int, line: str, separator: str) -> Line:
    phone, _, name = line.partition(separator)
    if '"' not in line:
        return Line(number, phone.strip(), name.strip())
    try:
        (fields,) = csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True)
    except csv.Error:
        return Line(number, phone.strip(), "", broken=True)
    return Line(number, fields[0].strip(), separator.join(fields[1:]).strip())


def _renamed(line: Line, ours: dict[str, Subscriber], good: dict[str, Subscriber]) -> Subscriber:
    """Return the number with the line's name. Raises Refusal."""
    if line.broken:
        raise Refusal("quotes_open")
    phone = read_phone(line.phone)
    if phone is None:
        raise Refusal("wrong_number")
    if phone not in ours:
        raise Refusal("not_yours")
    if phone in good:
        raise Refusal("named_twice")
    return replace(ours[phone], name=full_name(line.name))
