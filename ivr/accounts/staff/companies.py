"""Companies: a new contract, numbers under it."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.accounts import journal, messages
from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Reader, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.holder import contract_of
from ivr.accounts.values import REASON, Values, list_of
from ivr.dialogue.queries import Outcome, Value

_LEFT = list_of("Those that were not linked.", phone=Value("text", "As given."), reason=REASON)
LINKED: Values = {"number": "digits", "count": "count", "left": _LEFT}
"""Values of everything that links numbers: the contract's number, how many were linked, and which were
not."""
_LONGEST = 200
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
"""Of the check digits of a tax number (INN), right-aligned: order of the Federal Tax Service ED-7-14/559@."""


@use_case(outcomes={"ok": {"number": "digits", "company": "text"}, "refused": REFUSED}, needs="")
async def register_company(
    desk: Desk,
    caller: Caller,
    *,
    contract: str,
    company: str,
    tax_number: str,
    email: str,
    phone: str,
    manager: str,
    manager_phone: str,
    language: str = "ru",
) -> Outcome:
    """Open a contract: its number, the company's name and tax number (INN), where documents go, the
    contact's phone (where access goes), the account manager.

    Refused: wrong_contract (six to twelve digits), contract_exists, wrong_tax_number, wrong_email,
    wrong_number, no_name, too_long, no_such_kind (of language).
    """
    number, contact, managers = _digits(contract), read_phone(phone), read_phone(manager_phone)
    if not 6 <= len(number) <= 12:
        raise Refusal("wrong_contract")
    if contact is None or managers is None:
        raise Refusal("wrong_number")
    if not is_tax_number(tax_number):
        raise Refusal("wrong_tax_number")
    if not _EMAIL.fullmatch(email):
        raise Refusal("wrong_email")
    if language not in {"ru", "en"}:
        raise Refusal("no_such_kind")
    names = _name(company), _name(manager)
    made = Contract(
        desk.new_id(), number, names[0], tax_number, email, contact, names[1], managers, language
    )  # fmt: skip
    async with desk.store.write() as work:
        if await work.find(Contract, number=number):
            raise Refusal("contract_exists")
        await work.add(made)
        await journal.note(work, desk, caller, made.id, "register_company")
        await work.commit()
    return Outcome("ok", {"number": number, "company": made.company})


@use_case(outcomes={"ok": LINKED, "refused": REFUSED}, needs="")
async def link_numbers(desk: Desk, caller: Caller, *, contract: str, numbers: str) -> Outcome:
    """Put our subscribers' numbers (commas between) under a contract: from now on the company pays for them.

    `left` lists those that were not: phone (as given), reason. Refused: no_such_contract, no_numbers (none
    could be).
    """
    async with desk.store.write() as work:
        found = await contract_of(work, contract)
        outcome = await link(desk, work, caller, found, numbers)
        await work.commit()
    return Outcome("ok", outcome)


async def link(desk: Desk, work: Work, caller: Caller, contract: Contract, numbers: str) -> dict[str, object]:
    """Link what can be linked, tell each number's holder; return values of LINKED. Raises Refusal
    no_numbers."""
    left: list[dict[str, object]] = []
    count = 0
    for given in filter(None, (part.strip() for part in re.split(r"[,;\n]", numbers))):
        who, code = await linkable(work, given)
        if who is None:
            left.append({"phone": given, "reason": desk.catalogue.reason(code, caller.language)})
            continue
        await work.put(replace(who, contract=contract.id, segment="company"))
        await journal.note(work, desk, caller, contract.id, "link_number", subject=who.phone)
        await messages.tell(desk, work, who, "linked", company=contract.company)
        count += 1
    if not count:
        raise Refusal("no_numbers")
    return {"number": contract.number, "count": count, "left": tuple(left)}


async def linkable(reader: Reader, given: str) -> tuple[Subscriber | None, str]:
    """Return the subscriber whose number may be linked, or None and the refusal's code."""
    phone = read_phone(given)
    if phone is None:
        return None, "wrong_number"
    found = await reader.find(Subscriber, phone=phone)
    if not found:
        return None, "not_ours"
    if found[0].contract is not None:
        return None, "under_contract"
    return (None, "blocked_number") if found[0].blocked else (found[0], "")


def is_tax_number(text: str) -> bool:
    """Tell whether a text is a tax number (INN): 10 digits of a company or 12 of a person, with right check
    digits."""
    if not (text.isascii() and text.isdecimal() and len(text) in {10, 12}):
        return False
    digits = [int(one) for one in text]
    checked = (9,) if len(digits) == 10 else (10, 11)
    return all(_check_digit(digits[:place]) == digits[place] for place in checked)


def _check_digit(before: list[int]) -> int:
    weights = _WEIGHTS[-len(before) :]
    return sum(one * weight for one, weight in zip(before, weights, strict=True)) % 11 % 10


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdecimal())


def _name(text: str) -> str:
    kept = " ".join(text.split())
    if not 0 < len(kept) <= _LONGEST:
        raise Refusal("too_long" if kept else "no_name")
    return kept
