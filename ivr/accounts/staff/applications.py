"""Applications for access to a company's account: what can be checked by machine, and the decision.

Granting links the stated numbers and sends a temporary password to the contract's contact *on record*,
never to a number that only the application names: whoever applies cannot say where the access goes.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.accounts import messages
from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of
from ivr.accounts.corporate.login import send_access
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Reader
from ivr.accounts.record import Where
from ivr.accounts.records_company import Application, Contract
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.blocking import stated
from ivr.accounts.staff.companies import LINKED, link, linkable
from ivr.accounts.staff.holder import contract_of
from ivr.accounts.values import COMPANY, EMPLOYEE, REASON, YES_NO, Values, list_of
from ivr.dialogue.queries import Outcome, Value

_CHECKED: Values = {
    "company": "text",
    "entrepreneur": "text",
    "contact": "phone",
    "contracts": "text",
    "line": "text",
    "numbers": list_of(
        "Numbers to link.",
        phone="phone",
        name=EMPLOYEE,
        allowed=Value("key", "Whether it may be linked.", choices=YES_NO),
        reason=REASON,
        own=Value("key", "Whether the application came from it.", choices=YES_NO),
    ),
}
_APPLICATIONS = list_of(
    "Oldest first.",
    id="text",
    company=COMPANY,
    entrepreneur="text",
    contact="phone",
    day="date",
    count=Value("count", "Numbers to link."),
)


@use_case(outcomes={"none": {}, "some": {"applications": _APPLICATIONS}}, needs="")
async def applications(desk: Desk, caller: Caller, *, state: str = "open") -> Outcome:
    """List applications that are open (or granted, refused), oldest first: id, company, entrepreneur,
    contact, day, count (of numbers)."""
    async with desk.store.read() as reader:
        found = await reader.find(Application, state=state)
    items = tuple(
        {
            "id": one.id,
            "company": one.company,
            "entrepreneur": one.entrepreneur,
            "contact": one.contact,
            "day": day_of(one.created),
            "count": len(one.numbers.split(",")),
        }
        for one in found
    )
    return Outcome("some", {"applications": items}) if items else Outcome("none")


@use_case(outcomes={"ok": _CHECKED, "refused": REFUSED}, needs="")
async def check_application(desk: Desk, caller: Caller, *, application: str) -> Outcome:
    """Check what can be checked: contracts (numbers of contracts with this company's name), line (the
    calling line, and `yes` in `own` when it is one of the numbers), numbers: phone, name, allowed (yes or
    no), reason, own.

    Refused: no_such_application.
    """
    async with desk.store.read() as reader:
        made = await _application(reader, application)
        named = await reader.find(Contract, Where("company", "contains", made.company), limit=10)
        numbers = [await _checked(desk, reader, caller, made, phone) for phone in made.numbers.split(",")]
    values = {
        "company": made.company,
        "entrepreneur": made.entrepreneur,
        "contact": made.contact,
        "contracts": ", ".join(one.number for one in named),
        "line": made.line or "",
        "numbers": tuple(numbers),
    }
    return Outcome("ok", values)


@use_case(outcomes={"granted": {**LINKED, "access": "text"}, "refused": REFUSED}, needs="")
async def grant_application(desk: Desk, caller: Caller, *, application: str, contract: str) -> Outcome:
    """Grant access to a contract: link the stated numbers, tell the applicant, send the temporary password
    to the contract's contact. `access`: sent, or not_sent when the message centre did not take it
    (issue_access repeats it).

    Refused: no_such_application, decided_already, no_such_contract, no_numbers.
    """
    async with desk.store.write() as work:
        made = await _open(work, application)
        found = await contract_of(work, contract)
        linked = await link(desk, work, caller, found, made.numbers)
        values = {"number": found.number}
        text = desk.catalogue.message("access_granted", found.language, values)
        await messages.write(desk, work, "sms", made.contact, text)
        await work.put(replace(made, state="granted"))
        await work.commit()
    access = await send_access(desk, caller, found)
    return Outcome("granted", {**linked, "access": access.name})


@use_case(outcomes={"ok": {"company": "text"}, "refused": REFUSED}, needs="")
async def refuse_application(desk: Desk, caller: Caller, *, application: str, reason: str) -> Outcome:
    """Refuse an application; the applicant is told why. Refused: no_such_application, decided_already,
    no_reason, too_long."""
    why = stated(reason)
    async with desk.store.write() as work:
        made = await _open(work, application)
        text = desk.catalogue.message("access_refused", "ru", {"reason": why})
        await messages.write(desk, work, "sms", made.contact, text)
        await work.put(replace(made, state="refused"))
        await work.commit()
    return Outcome("ok", {"company": made.company})


async def _application(reader: Reader, application: str) -> Application:
    found = await reader.get(Application, application)
    if found is None:
        raise Refusal("no_such_application")
    return found


async def _open(reader: Reader, application: str) -> Application:
    found = await _application(reader, application)
    if found.state != "open":
        raise Refusal("decided_already")
    return found


async def _checked(
    desk: Desk, reader: Reader, caller: Caller, made: Application, phone: str
) -> dict[str, object]:
    who, code = await linkable(reader, phone)
    return {
        "phone": phone,
        "name": who.name if who else "",
        "allowed": "no" if code else "yes",
        "reason": desk.catalogue.reason(code, caller.language) if code else "",
        "own": "yes" if phone == made.line else "no",
    }
