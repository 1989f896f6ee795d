"""Files that staff hand over: a record for each good line, the others told one by one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import R, Work
from ivr.accounts.refusal import Refusal
from ivr.accounts.values import REASON, list_of
from ivr.dialogue.queries import Secret, Value

BAD = list_of("Lines that were not kept.", line=Value("count", "Its number, from 1."), reason=REASON)
Bad = tuple[dict[str, object], ...]
"""What BAD declares."""


async def add_lines(
    desk: Desk, caller: Caller, work: Work, lines: Secret, made: Callable[[str], Awaitable[R]]
) -> tuple[list[R], Bad]:
    """Add what `made` makes of each line that is not empty; return that, and the lines it refused."""
    good, bad = list[R](), list[dict[str, object]]()
    for number, line in enumerate(lines.reveal().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = await made(line)
        except Refusal as no:
            bad.append({"line": number, "reason": desk.catalogue.reason(no.code, caller.language)})
            continue
        await work.add(record)
        good.append(record)
    return good, tuple(bad)
