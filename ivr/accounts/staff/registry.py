"""Who is staff: the list that seniors keep; whoever sets the system up writes its first line."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.accounts.case import use_case
from ivr.accounts.clock import day_of
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.records_staff import StaffAction, StaffMember
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.staff.session import ROLES
from ivr.accounts.values import YES_NO, list_of
from ivr.dialogue.queries import Outcome, Value
from ivr.errors import AccountsError

_LOGIN = re.compile(r"[a-z_][a-z0-9_.-]{0,31}")
_LOOKED_BACK = 50
_STAFF = list_of(
    "Everybody.",
    login="text",
    name="text",
    role=Value("key", choices=ROLES),
    active=Value("key", choices=YES_NO),
)
_ACTIONS = list_of(
    "Newest first.",
    day="date",
    at="text",
    login="text",
    action="key",
    about="text",
    asked="text",
    outcome="text",
)


async def first_senior(desk: Desk, login: str, name: str) -> None:
    """Write the list's first line. Raises AccountsError when there is one: seniors keep it from then on."""
    async with desk.store.write() as work:
        if await work.find(StaffMember, limit=1):
            raise AccountsError("there are staff already", remedy="ask a senior to add you")
        await work.add(StaffMember(login, name, "senior"))
        await work.commit()


@use_case(outcomes={"ok": {"login": "text", "name": "text", "role": "text"}, "refused": REFUSED}, needs="")
async def set_staff(
    desk: Desk, caller: Caller, *, login: str, name: str, role: str, language: str = "ru"
) -> Outcome:
    """Add somebody, or change their name, role (operator, senior) and language.

    Refused: no_such_role, wrong_login, no_name, own_role (nobody changes their own line).
    """
    if role not in ROLES or language not in {"ru", "en"}:
        raise Refusal("no_such_role")
    if not _LOGIN.fullmatch(login):
        raise Refusal("wrong_login")
    if login == caller.staff:
        raise Refusal("own_role")
    if not name.strip():
        raise Refusal("no_name")
    async with desk.store.write() as work:
        known = await work.get(StaffMember, login)
        await (work.put if known else work.add)(StaffMember(login, name.strip(), role, language))
        await work.commit()
    return Outcome("ok", {"login": login, "name": name.strip(), "role": role})


@use_case(outcomes={"ok": {"login": "text"}, "refused": REFUSED}, needs="")
async def dismiss_staff(desk: Desk, caller: Caller, *, login: str) -> Outcome:
    """Somebody has left: they may do nothing from now on. Refused: no_such_staff, own_role."""
    if login == caller.staff:
        raise Refusal("own_role")
    async with desk.store.write() as work:
        known = await work.get(StaffMember, login)
        if known is None:
            raise Refusal("no_such_staff")
        await work.put(replace(known, active=False))
        await work.commit()
    return Outcome("ok", {"login": login})


@use_case(outcomes={"some": {"staff": _STAFF}}, needs="")
async def staff(desk: Desk, caller: Caller) -> Outcome:
    """List everybody: login, name, role, active (yes or no)."""
    async with desk.store.read() as reader:
        found = await reader.find(StaffMember)
    items = tuple(
        {"login": one.login, "name": one.name, "role": one.role, "active": "yes" if one.active else "no"}
        for one in found
    )
    return Outcome("some", {"staff": items})


@use_case(outcomes={"none": {}, "some": {"actions": _ACTIONS}}, needs="")
async def staff_actions(desk: Desk, caller: Caller, *, login: str = "", account: str = "") -> Outcome:
    """List the last fifty things done, newest first, by one of the staff or about one account (as it was
    given): day, at (text), login, action, about, asked, outcome."""
    equal = {name: value for name, value in {"staff": login, "about": account}.items() if value}
    async with desk.store.read() as reader:
        found = await reader.find(StaffAction, order="-at", limit=_LOOKED_BACK, **equal)
    items = tuple(
        {
            "day": day_of(one.at),
            "at": f"{one.at:%H:%M:%S} UTC",
            "login": one.staff,
            "action": one.action,
            "about": one.about,
            "asked": one.asked,
            "outcome": one.outcome,
        }
        for one in found
    )
    return Outcome("some", {"actions": items}) if items else Outcome("none")
