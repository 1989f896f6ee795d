"""Making SIM cards in stock known: such a card may replace one of a company's (`replace_sim`). PUK1 is in no
answer, log or record, only its mark."""

from __future__ import annotations

import re

from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader
from ivr.accounts.records_company import SimCard
from ivr.accounts.refusal import Refusal
from ivr.accounts.staff.lines import BAD, add_lines
from ivr.dialogue.queries import Outcome, Secret

_LINE = re.compile(r"([0-9]{19,20}),([0-9]{8})")
"""A card's number (ITU-T E.118) and its unblock PIN (3GPP TS 31.101)."""


@use_case(outcomes={"ok": {"count": "count", "bad": BAD, "bad_count": "count"}}, needs="")
async def import_sims(desk: Desk, caller: Caller, *, lines: Secret) -> Outcome:
    """Make SIM cards known from lines `card number,PUK1`: 19 or 20 digits, 8 digits.

    Good lines count; bad lists line (its number) and reason. One unit of work: all good lines, or, when the
    process dies, none.
    """
    async with desk.store.write() as work:
        good, bad = await add_lines(desk, caller, work, lines, lambda line: _card(desk, work, line))
        await work.commit()
    return Outcome("ok", {"count": len(good), "bad": bad, "bad_count": len(bad)})


async def _card(desk: Desk, reader: Reader, line: str) -> SimCard:
    found = _LINE.fullmatch("".join(line.split()))
    if found is None:
        raise Refusal("sim_line")
    iccid, puk = found.groups()
    if await reader.get(SimCard, iccid) is not None:
        raise Refusal("sim_known")
    return SimCard(iccid, desk.hasher.mark(Secret(puk)))
