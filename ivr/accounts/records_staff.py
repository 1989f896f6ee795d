"""What is kept about staff: who they are, what they did, which adjustments wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ivr.accounts.record import Record, Schema

_STAFF = "staff"


@dataclass(frozen=True, slots=True)
class StaffMember(Record):
    """Somebody of the operator's who may look into accounts. Never removed: what they did keeps their
    name."""

    SCHEMA: ClassVar[Schema] = Schema(_STAFF, ("login",))

    login: str
    """Name of their user on this machine; the system says who it is, nobody types it."""
    name: str
    """Full name."""
    role: str
    """operator, or senior: who also decides other people's adjustments and looks after this list."""
    language: str = "ru"
    """"ru" or "en": what they are answered in."""
    active: bool = True
    """False once they have left."""


@dataclass(frozen=True, slots=True)
class StaffAction(Record):
    """One thing a staff member asked for, looking included; written before it is done."""

    SCHEMA: ClassVar[Schema] = Schema(
        "staff_actions", ("id",), references={_STAFF: _STAFF}, indexes=((_STAFF, "at"), ("about", "at"))
    )

    id: str
    """Opaque, by age."""
    staff: str
    """Login of who asked."""
    at: datetime
    """When."""
    action: str
    """Name of the use case."""
    about: str
    """Whom it is about, as given: a phone or contract number, an id; may be empty."""
    asked: str
    """The arguments as canonical JSON; secrets and bulk are left out."""
    outcome: str = ""
    """What it came to: an outcome's name, with the code of a refusal; empty: it was cut off."""


@dataclass(frozen=True, slots=True)
class Adjustment(Record):
    """Money that a staff member proposes to put on an account, or to take off it, with the reason."""

    SCHEMA: ClassVar[Schema] = Schema(
        "adjustments",
        ("id",),
        references={"proposed_by": _STAFF, "decided_by": _STAFF},
        indexes=(("state", "expires"), ("owner",)),
    )

    id: str
    """Made by whoever proposes it, before; the operation that posts it is `adjustment:` and this id."""
    owner: str
    """Subscriber or contract id."""
    label: str
    """The account's phone or contract number, as it was then."""
    amount: int
    """Kopecks, positive onto the account."""
    reason: str
    """Why, in the words of who proposed it."""
    proposed_by: str
    """Login."""
    at: datetime
    """When it was proposed."""
    expires: datetime
    """When it lapses undecided."""
    state: str = "open"
    """open, posted, rejected or expired."""
    decided_by: str | None = None
    """Login of the second person; None when one was enough, or nobody has decided."""
    decided: datetime | None = None
    """When it was decided."""
