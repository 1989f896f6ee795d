"""Which use cases are offered over HTTP, at which address; and which are not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ivr.accounts.case import Case
from ivr.accounts.corporate import CASES as CORPORATE
from ivr.accounts.individual import CASES as INDIVIDUAL
from ivr.accounts.reported import CASES as REPORTED
from ivr.web.schemas import body_limit

Group = Literal["individual", "company", "payments"]
Access = Literal["session", "login", "open", "right"]
"""Who may ask: somebody signed in; who signs in; every client; clients with the right to report payments."""

NOT_OFFERED: dict[str, str] = {
    "identify_line": "recognises a calling line; over HTTP there is none, a password signs in",
    "identify_company": "recognises a calling line; over HTTP there is none, a password signs in",
    "last_outcome": "tells a line what its dropped call did; here the idempotency key gives the answer again",
    "recover_password": "the own SIM must ask for it: 0505 or *105*00#; the temporary password signs in here",
    "company_access": "a number of the company must ask for it: 0555; the temporary password signs in here",
    "check_replace_sim": "its second factor is a call from another number of the company",
    "replace_sim": "its second factor is a call from another number of the company",
}
"""Use cases that only a call can ask for."""

LOGINS = {"verify_password": "individual", "verify_company": "company"}
"""Use cases that sign in: they are the logins."""
OPEN = frozenset({"apply_for_access"})
"""Use cases that need no session."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One use case at one address."""

    path: str
    group: Group
    access: Access
    case: Case
    body_limit: int
    """Most bytes of its body."""

    @property
    def name(self) -> str:
        """The use case's name."""
        return self.case.declaration.name

    @property
    def key_needed(self) -> bool:
        """True when a request must carry an idempotency key."""
        return self.case.declaration.moves_money


def operations() -> list[Operation]:
    """Return everything that is offered, individuals first."""
    groups: tuple[tuple[Group, tuple[Case, ...]], ...] = (
        ("individual", INDIVIDUAL),
        ("company", CORPORATE),
        ("payments", REPORTED),
    )
    return [
        _operation(group, case)
        for group, cases in groups
        for case in cases
        if case.declaration.name not in NOT_OFFERED
    ]


def _operation(group: Group, case: Case) -> Operation:
    name, access = case.declaration.name, _access(group, case.declaration.name)
    path = f"/v1/{group}/{'login' if access == 'login' else name}"
    return Operation(path, group, access, case, body_limit(case.declaration))


def _access(group: Group, name: str) -> Access:
    if group == "payments":
        return "right"
    return "login" if name in LOGINS else ("open" if name in OPEN else "session")
