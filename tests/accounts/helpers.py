"""What the account tests share: who calls, and how a call begins."""

from __future__ import annotations

import pytest

from ivr.accounts.catalogue import load_catalogue
from ivr.accounts.door import Accounts, Session
from ivr.accounts.hasher import HashOptions

MARIA, JOHN, ZERO, DEBTOR = "+79261234567", "+79261234568", "+79261234560", "+79261234561"
KOPECK, RICH, BARE, LOCKED, NEW = (f"+7926123456{n}" for n in (2, 3, 4, 5, 6))
CATALOGUE = load_catalogue()
"""The shipped catalogue, read once."""
CHEAP = HashOptions(memory_kib=8, passes=1)
"""Hashes that cost nothing: one test pays the real price."""
EVERYWHERE = pytest.mark.parametrize("store", ["memory", "sqlite", "postgres"], indirect=True)
"""Marks a module's tests to run on PostgreSQL too."""
NOBODY = "+79031112233"


async def called(accounts: Accounts, line: str | None, door: str = "0505") -> Session:
    """Return the session of a call whose line has been looked at."""
    session = accounts.session(line, door)
    await session.ask("identify_line", {})
    return session


async def allowed(session: Session, name: str, /, **arguments: object) -> str:
    """Ask a check that must allow; return the id of the operation it prepared."""
    outcome = await session.ask(name, arguments)
    assert outcome.name in {"allowed", "option", "tariff"}, outcome
    operation = outcome.values["operation"]
    assert isinstance(operation, str)
    return operation


async def refusal(session: Session, name: str, /, **arguments: object) -> str:
    """Ask something that must be refused; return the reason's code."""
    outcome = await session.ask(name, arguments)
    assert outcome.name == "refused", outcome
    assert outcome.values["reason"]
    return str(outcome.values["code"])


async def done(session: Session, check: str, act: str, /, **arguments: object) -> None:
    """Check, then confirm; both must succeed."""
    operation = await allowed(session, check, **arguments)
    outcome = await session.ask(act, {"operation": operation})
    assert outcome.name == "done", outcome


async def money(session: Session, what: str = "amount") -> int:
    """Return what the balance tells."""
    value = (await session.ask("balance", {})).values[what]
    assert isinstance(value, int)
    return value


def told(listed: object) -> list[dict[str, object]]:
    """Return a list's items without what makes them pickable, after seeing that it is there."""
    assert isinstance(listed, tuple)
    for item in listed:
        assert item["value"]
        assert item["label"]
        assert isinstance(item["spoken"], tuple)
    return [{k: v for k, v in item.items() if k not in {"value", "label", "spoken"}} for item in listed]
