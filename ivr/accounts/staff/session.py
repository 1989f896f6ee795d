"""How staff reach accounts: known by name, each thing asked written down before it is done.

1. Who asks is in the registry and has not left; everybody else gets nothing, whatever they ask.
2. What is asked is written down, with its arguments but without secrets, in a unit of work of its own first;
   looking is written down too. What it came to is added afterwards: an action without an outcome was cut off.
3. What changes an account carries the login into the account's own log of operations as well, in the unit of
   work of the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivr.accounts.case import Case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.journal import canonical
from ivr.accounts.records_staff import StaffAction, StaffMember
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError

DOOR = "staff"
"""The door of everything that staff do."""
ROLES = ("operator", "senior")
_ABOUT = ("account", "contract", "adjustment", "application", "order", "login", "query")
_LONGEST = 200


class StaffSession:
    """One staff member at work; `language` overrides the one they are registered with."""

    def __init__(self, desk: Desk, cases: Mapping[str, Case], seniors: frozenset[str], login: str) -> None:
        self._desk = desk
        self._cases = cases
        self._seniors = seniors
        self._login = login

    async def member(self) -> StaffMember | None:
        """Return who is at work, or None when the registry does not know them (any more)."""
        async with self._desk.store.read() as reader:
            found = await reader.get(StaffMember, self._login)
        return found if found is not None and found.active else None

    async def ask(self, name: str, arguments: Mapping[str, object], language: str = "") -> Outcome:
        """Run one staff use case: its outcome, `not_staff` or `seniors_only`. Raises AccountsError."""
        case = self._cases.get(name)
        if case is None:
            raise AccountsError(f"there is no staff use case {name}")
        who = await self.member()
        if who is None:
            return Outcome("not_staff")
        action = await self._noted(name, arguments)
        if name in self._seniors and who.role != "senior":
            return await self._came_to(action, Outcome("seniors_only"))
        caller = Caller(door=DOOR, proof=DOOR, language=language or who.language, staff=who.login)
        return await self._came_to(action, await case(self._desk, caller, **arguments))

    async def _noted(self, name: str, arguments: Mapping[str, object]) -> StaffAction:
        open_ = {key: _short(value) for key, value in arguments.items() if not isinstance(value, Secret)}
        about = next((open_[key] for key in _ABOUT if key in open_), "")
        async with self._desk.store.write() as work:
            made = StaffAction(
                self._desk.new_id(), self._login, self._desk.clock.now(), name, about, canonical(open_)
            )
            await work.add(made)
            await work.commit()
        return made

    async def _came_to(self, action: StaffAction, outcome: Outcome) -> Outcome:
        code = f": {outcome.values['code']}" if outcome.name == "refused" else ""
        async with self._desk.store.write() as work:
            await work.put(replace(action, outcome=f"{outcome.name}{code}"))
            await work.commit()
        return outcome


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
