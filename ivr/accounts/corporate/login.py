"""Signing in for a company, and getting access: from the company's own number, or by an application."""

from __future__ import annotations

from datetime import timedelta

from ivr.accounts import journal
from ivr.accounts.arguments import Digits, Numbers
from ivr.accounts.case import use_case
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual.password import REFUSALS, TEMPORARY_TEXT, random_password, temporary_pause
from ivr.accounts.login import OUTCOMES, Try, judge, open_login
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Reader
from ivr.accounts.records import Login, Subscriber
from ivr.accounts.records_company import Application, Contract
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.strength import weakness
from ivr.accounts.values import COMPANY
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError

_LONGEST = 200


@use_case(outcomes={"known": {"company": COMPANY, "language": "language"}, "unknown": {}}, needs="")
async def identify_company(desk: Desk, caller: Caller) -> Outcome:
    """Recognise a company's number by the calling line. It greets; it does not sign in: that takes a
    password."""
    async with desk.store.read() as reader:
        found = await _of_line(reader, caller)
    if found is None:
        return Outcome("unknown")
    caller.language = found.language
    return Outcome("known", {"company": found.company, "language": found.language})


@use_case(outcomes={"ok": {"company": COMPANY}, **OUTCOMES}, needs="")
async def verify_company(desk: Desk, caller: Caller, *, login: str, password: Secret) -> Outcome:
    """Sign in with a contract number, or a phone number of the company, and the contract's password.

    `wrong`, `wait`, `blocked` as in verify_password; unknown logins answer alike.
    """
    async with desk.store.read() as reader:
        found = await _by_login(reader, login)
    key = login_key(found.number if found else login)
    judged = await judge(desk, Try(key, password, caller.source, own=False))
    if judged.name not in {"ok", "temporary"}:
        return judged
    if found is None:
        raise AccountsError("a password without a contract", remedy="run `ivr db check`")
    caller.contract, caller.language = found.id, found.language
    caller.proof = "password" if judged.name == "ok" else "temporary"
    return Outcome("ok", {"company": found.company})


@use_case(
    outcomes={"sent": {}, "not_sent": {}, "too_often": {"wait": "duration"}, "refused": REFUSED}, needs=""
)
async def company_access(desk: Desk, caller: Caller, *, contract: Digits, tax_number: Digits) -> Outcome:
    """Get access by calling from a number of the company and knowing its contract and tax numbers.

    `sent`: a temporary password is on its way to the contract's contact, good once, ten minutes; the
    caller's own phone gets nothing. Refused (always alike): own_line_needed.
    """
    async with desk.store.read() as reader:
        found = await _of_line(reader, caller)
        row = await reader.get(Login, login_key(contract))
    if found is None or (found.number, found.tax_number) != (_digits(contract), _digits(tax_number)):
        raise Refusal("own_line_needed")
    wait = temporary_pause(desk, row)
    if wait:
        return Outcome("too_often", {"wait": wait})
    return await send_access(desk, caller, found)


@use_case(outcomes={"ok": {}, "password_needed": {}, **REFUSALS}, needs="contract")
async def set_company_password(desk: Desk, caller: Caller, *, password: Secret, again: Secret) -> Outcome:
    """Choose the contract's password, entered twice, after signing in with a temporary one.

    `password_needed`: signed in otherwise. The other outcomes are as in set_password.
    """
    if caller.proof != "temporary":
        return Outcome("password_needed")
    async with desk.store.read() as reader:
        contract = await the_contract(reader, caller)
    if password != again:
        return Outcome("different")
    weak = weakness(password, contract.phone, today(desk.clock))
    if weak or password.reveal() in {contract.number, contract.tax_number}:
        return Outcome(weak or "on_deny_list")
    kept = await desk.hasher.hash(password)
    async with desk.store.write() as work:
        key = login_key(contract.number)
        await open_login(work, key, password=kept, temporary=None, temporary_until=None)
        await journal.note(work, desk, caller, contract.id, "set_password")
        await work.commit()
    caller.proof = "password"
    return Outcome("ok")


@use_case(outcomes={"ok": {"count": "count"}, "refused": REFUSED}, needs="")
async def apply_for_access(
    desk: Desk, caller: Caller, *, company: str, entrepreneur: str, numbers: Numbers, contact: str
) -> Outcome:
    """Apply for access: the company's name, the entrepreneur's full name, numbers with commas, a contact
    phone.

    `ok`: so many numbers are named; staff check it, then the access goes to the contact. Refused:
    wrong_number, too_long.
    """
    phones = [read_phone(part) for part in numbers.split(",")]
    reached = read_phone(contact)
    if None in phones or reached is None:
        raise Refusal("wrong_number")
    if max(len(company), len(entrepreneur)) > _LONGEST:
        raise Refusal("too_long")
    listed = ",".join(phone for phone in phones if phone)
    async with desk.store.write() as work:
        made = Application(
            desk.new_id(), company, entrepreneur, listed, reached, caller.line, desk.clock.now()
        )
        await work.add(made)
        await work.commit()
    return Outcome("ok", {"count": len(phones)})


async def the_contract(reader: Reader, caller: Caller) -> Contract:
    """Return the contract this call is signed in for. Raises AccountsError."""
    found = await reader.get(Contract, caller.contract) if caller.contract else None
    if found is None:
        raise AccountsError("no company is signed in", remedy="put verify_company before this step")
    return found


def login_key(number: str) -> str:
    """Return what a contract number is called among logins."""
    return f"contract:{_digits(number)}"


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdecimal())


async def _of_line(reader: Reader, caller: Caller) -> Contract | None:
    found = await reader.find(Subscriber, phone=caller.line) if caller.line else []
    if not found or found[0].contract is None or found[0].blocked:
        return None
    return await reader.get(Contract, found[0].contract)


async def _by_login(reader: Reader, text: str) -> Contract | None:
    found = await reader.find(Contract, number=_digits(text))
    if found:
        return found[0]
    subscribers = await reader.find(Subscriber, phone=read_phone(text))
    if not subscribers or subscribers[0].contract is None:
        return None
    return await reader.get(Contract, subscribers[0].contract)


async def send_access(desk: Desk, caller: Caller, contract: Contract) -> Outcome:
    """Send a temporary password for a contract to its contact: `sent` or `not_sent`. Nobody else sees it."""
    password = random_password(desk, contract.phone)
    until = desk.clock.now() + timedelta(seconds=desk.login.temporary_seconds)
    async with desk.store.write() as work:
        mark = desk.hasher.mark(password)
        await open_login(work, login_key(contract.number), temporary=mark, temporary_until=until)
        await journal.note(work, desk, caller, contract.id, "recover_password")
        await work.commit()
    text = TEMPORARY_TEXT[contract.language].format(password=password.reveal())
    try:
        await desk.sms.send(contract.phone, Secret(text))
    except AccountsError:
        return Outcome("not_sent")
    return Outcome("sent")
