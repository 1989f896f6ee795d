"""Making printed top-up cards known. A code is bearer money: it is in no answer, log or record, only its
mark."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader
from ivr.accounts.records_services import Voucher
from ivr.accounts.refusal import Refusal
from ivr.accounts.staff.lines import BAD, add_lines
from ivr.dialogue.queries import Outcome, Secret

_LEAST_DIGITS, _MOST_DIGITS = 12, 20
_YEARS = timedelta(days=5 * 366)


@use_case(outcomes={"ok": {"count": "count", "amount": "money", "bad": BAD, "bad_count": "count"}}, needs="")
async def import_vouchers(desk: Desk, caller: Caller, *, lines: Secret) -> Outcome:
    """Make vouchers known from lines `code,rubles,last day`: 12 to 20 digits, whole rubles, 2027-12-31.

    Good lines count, with their sum in kopecks; bad lists line (its number) and reason. One unit of work:
    all good lines, or, when the process dies, none.
    """
    async with desk.store.write() as work:
        good, bad = await add_lines(desk, caller, work, lines, lambda line: _voucher(desk, work, line))
        await work.commit()
    amount = sum(voucher.amount for voucher in good)
    return Outcome("ok", {"count": len(good), "amount": amount, "bad": bad, "bad_count": len(bad)})


async def _voucher(desk: Desk, reader: Reader, line: str) -> Voucher:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 3:
        raise Refusal("voucher_line")
    code, until = "".join(parts[0].split()), _day(parts[2])
    if not (code.isascii() and code.isdecimal() and _LEAST_DIGITS <= len(code) <= _MOST_DIGITS):
        raise Refusal("voucher_code")
    if not today(desk.clock) <= until <= today(desk.clock) + _YEARS:
        raise Refusal("wrong_date")
    mark = desk.hasher.mark(Secret(code))
    if await reader.get(Voucher, mark) is not None:
        raise Refusal("voucher_known")
    return Voucher(mark, _kopecks(desk, parts[1]), until)


def _kopecks(desk: Desk, text: str) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Refusal("no_such_amount") from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise Refusal("no_such_amount")
    if not 0 < amount * 100 <= desk.money.link_most:
        raise Refusal("too_much" if amount > 0 else "too_little")
    return int(amount) * 100


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("wrong_date") from None
