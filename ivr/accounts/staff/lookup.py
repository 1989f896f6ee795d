"""Looking: an account as a whole, its operations, and finding it by name, number or tax number."""

from __future__ import annotations

import json
from typing import Any

from ivr.accounts import ledger
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of, today
from ivr.accounts.corporate.login import login_key
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual.packages import PACKAGES
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Reader
from ivr.accounts.record import Where, at_least
from ivr.accounts.records import Login, Package, Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.records_money import LedgerAccount, Operation
from ivr.accounts.records_services import Connection
from ivr.accounts.refusal import REFUSED
from ivr.accounts.staff.holder import Holder, holder_of
from ivr.accounts.values import NAME, YES_NO, Values, list_of
from ivr.dialogue.queries import Outcome, Value

_FOUND_MOST = 50
_SHOWN: Values = {
    "number": "text",
    "name": "text",
    "kind": "text",
    "tariff": "text",
    "state": "text",
    "login": "text",
    "amount": "money",
    "bonus": "count",
    "blocked": "money",
    "owed": "money",
    "packages": PACKAGES,
    "options": list_of(
        "Connected ones.", name=NAME, since="date", unpaid=Value("key", "A fee is due.", choices=YES_NO)
    ),
    "numbers": "count",
}
_OPERATIONS = list_of(
    "Newest first.",
    id="text",
    day="date",
    at="text",
    name=NAME,
    amount=Value("money", "What came; negative what went."),
    door="text",
    state="key",
    staff=Value("text", "Who did it; empty for the holder."),
)
_ACCOUNTS = list_of(
    "Companies first.", number="text", name="text", kind=Value("key", choices=("company", "subscriber"))
)


@use_case(outcomes={"ok": _SHOWN, "refused": REFUSED}, needs="")
async def show_account(desk: Desk, caller: Caller, *, account: str) -> Outcome:
    """Show an account named by phone or contract number.

    kind: subscriber or company; tariff: its name, empty for a company; state: active or blocked; login: open,
    blocked or none (no password was ever chosen); amount, blocked, owed in kopecks; packages: kind, left,
    total, until; options: name, since, unpaid (yes or no); numbers: how many a company has. Refused:
    no_such_account.
    """
    async with desk.store.read() as reader:
        found = await holder_of(reader, account)
        values = {
            "number": found.label,
            "name": found.name,
            **await _money(reader, found),
            **await _services(desk, reader, caller, found),
        }
    return Outcome("ok", values)


@use_case(outcomes={"none": {}, "some": {"operations": _OPERATIONS}, "refused": REFUSED}, needs="")
async def account_operations(desk: Desk, caller: Caller, *, account: str, count: int = 20) -> Outcome:
    """List the newest operations of an account: id, day, at (text), name, amount (kopecks), door, state,
    staff (who did it, empty for the holder). Refused: no_such_account."""
    async with desk.store.read() as reader:
        found = await holder_of(reader, account)
        done = await reader.find(Operation, order="-at", limit=max(1, min(count, 1000)), owner=found.id)
    if not done:
        return Outcome("none")
    items = tuple(
        {
            "id": one.id,
            "day": day_of(one.at),
            "at": f"{one.at:%H:%M:%S} UTC",
            "name": desk.catalogue.title(one.kind, one.subject, caller.language),
            "amount": one.amount,
            "door": one.door,
            "state": one.state,
            "staff": staff_of(one),
        }
        for one in done
    )
    return Outcome("some", {"operations": items})


@use_case(outcomes={"none": {}, "some": {"accounts": _ACCOUNTS, "more": "text"}}, needs="")
async def find_accounts(desk: Desk, caller: Caller, *, query: str) -> Outcome:
    """Find accounts by phone (any form), contract or tax number, or part of a name: number, name, kind.

    `more` is yes when only the first fifty are listed.
    """
    phone, text = read_phone(query), query.strip()
    async with desk.store.read() as reader:
        people = await _subscribers(reader, phone, text)
        companies = [] if phone else await _contracts(reader, text)
    items = [{"number": one.number, "name": one.company, "kind": "company"} for one in companies]
    items += [{"number": one.phone, "name": one.name, "kind": "subscriber"} for one in people]
    if not items:
        return Outcome("none")
    more = "yes" if len(items) > _FOUND_MOST else "no"
    return Outcome("some", {"accounts": tuple(items[:_FOUND_MOST]), "more": more})


def staff_of(operation: Operation) -> str:
    """Return which staff did an operation, all that took part; empty when it was none of them."""
    parameters: Any = json.loads(operation.parameters)
    names = (parameters.get(key) for key in ("staff", "proposed_by", "approved_by"))
    return ", ".join(name for name in names if name)


async def _subscribers(reader: Reader, phone: str | None, text: str) -> list[Subscriber]:
    if phone:
        return await reader.find(Subscriber, phone=phone)
    named = Where("name", "contains", text)
    return await reader.find(Subscriber, named, order="phone", limit=_FOUND_MOST + 1) if text else []


async def _contracts(reader: Reader, text: str) -> list[Contract]:
    digits = "".join(one for one in text if one.isdecimal())
    found = await reader.find(Contract, number=digits) if digits else []
    found += await reader.find(Contract, tax_number=digits) if digits else []
    named = Where("company", "contains", text)
    found += await reader.find(Contract, named, order="number", limit=_FOUND_MOST + 1) if text else []
    return list(dict.fromkeys(found))


async def _money(reader: Reader, holder: Holder) -> dict[str, object]:
    kept = {one.id: one.balance for one in await reader.find(LedgerAccount, owner=holder.id)}
    return {
        "amount": kept.get(ledger.main(holder.id), 0),
        "bonus": kept.get(ledger.bonus(holder.id), 0),
        "blocked": kept.get(ledger.blocked(holder.id), 0),
        "owed": -kept.get(ledger.owed(holder.id), 0),
    }


async def _services(desk: Desk, reader: Reader, caller: Caller, holder: Holder) -> dict[str, object]:
    who, language = holder.subscriber, caller.language
    key = holder.label if who else login_key(holder.label)
    guard = await reader.get(Login, key)
    good = at_least("until", today(desk.clock))
    packages = await reader.find(Package, good, order="until", subscriber=holder.id)
    options = await reader.find(Connection, subscriber=holder.id)
    numbers = await reader.find(Subscriber, contract=holder.id) if who is None else []
    return {
        "kind": "subscriber" if who else "company",
        "tariff": desk.catalogue.name_of(who.tariff, language) if who else "",
        "state": "blocked" if who is not None and who.blocked else "active",
        "login": _login_state(guard),
        "packages": tuple(
            {"kind": one.kind, "left": one.left, "total": one.total, "until": one.until} for one in packages
        ),
        "options": tuple(
            {
                "name": _option_name(desk, one, language),
                "since": one.since,
                "unpaid": "yes" if one.unpaid else "no",
            }
            for one in options
        ),
        "numbers": len(numbers),
    }


def _option_name(desk: Desk, one: Connection, language: str) -> str:
    return desk.catalogue.name_of(one.option.rpartition(":")[2], language)


def _login_state(guard: Login | None) -> str:
    if guard is None or (guard.password is None and not guard.blocked):
        return "none"
    return "blocked" if guard.blocked else "open"
