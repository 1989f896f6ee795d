"""Each of the machine's rules about people, offices and staff finds by itself a fault planted for it."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis.stateful import RULE_MARKER

from ivr.accounts import ledger
from ivr.accounts.corporate import documents, importing
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.ports import Work
from ivr.accounts.records import Login, Subscriber
from ivr.accounts.records_staff import Adjustment
from ivr.accounts.staff import adjusting
from ivr.dialogue.queries import Outcome
from tests.accounts.machine.office import Office
from tests.accounts.machine.operators import Operators
from tests.accounts.machine.person import Person
from tests.accounts.machine.running import in_memory, run

RUNS = 100
"""Within so many runs, of fifty steps at most, a fault must be found."""


def the_password_stays(row: Login) -> Login:
    return replace(row, blocked=True)


def any_password_will_do(*_: object) -> None:
    return None


async def everything_is_right(*_: object) -> Outcome:
    return Outcome("ok")


def as_often_as_you_like(*_: object) -> int:
    return 0


def taken_as_it_comes(setting: str, value: str) -> int | str | bool:
    return int(value) if value.isdecimal() else value == "on" if setting == "spelling" else value


def by_sms_whatever_was_asked(who: Subscriber, by: str) -> str:
    return who.phone


def as_written(text: str) -> str:
    return text


def the_last_counts(
    line: importing.Line, ours: dict[str, Subscriber], good: dict[str, Subscriber]
) -> Subscriber:
    return RENAMED(line, ours, {})


async def nobody(*_: object) -> list[Subscriber]:
    return []


async def ordered_twice(desk: Desk, caller: Caller, *rest: Any) -> Outcome:
    await ORDER(desk, caller, *rest)
    return await ORDER(desk, caller, *rest)


async def nothing_before(*_: object) -> int:
    return 0


async def anybody_decides(desk: Desk, work: Work, caller: Caller, adjustment: str) -> Adjustment:
    return await OPEN(desk, work, replace(caller, staff="somebody"), adjustment)


RENAMED, ORDER, OPEN = importing._renamed, documents._order, adjusting._open
POINTS_FOR_MONEY = SimpleNamespace(
    main=ledger.bonus, bonus=ledger.bonus, blocked=ledger.blocked, owed=ledger.owed
)

FAULTS: list[tuple[str, str, object, tuple[str, ...]]] = [
    ("login", "_revoked", the_password_stays, ("verify_password", "set_password")),
    ("individual.password", "_refusal", any_password_will_do, ("set_password",)),
    ("login", "judge", everything_is_right, ("change_password",)),
    ("individual.password", "temporary_pause", as_often_as_you_like, ("recover_password",)),
    ("staff.access", "temporary_pause", as_often_as_you_like, ("recover_password",)),
    ("login", "judge", everything_is_right, ("lost_phone",)),
    ("individual.settings", "_value", taken_as_it_comes, ("voice",)),
    ("individual.statement", "_recipient", by_sms_whatever_was_asked, ("statement",)),
    ("individual.balance", "ledger", POINTS_FOR_MONEY, ("look",)),
    ("corporate.numbers", "full_name", as_written, ("set_employee",)),
    ("corporate.importing", "_renamed", the_last_counts, ("import_employees",)),
    ("corporate.numbers", "_tagged", nobody, ("find_employees", "tag_numbers")),
    ("corporate.documents", "_order", ordered_twice, ("order_document",)),
    ("corporate.documents", "KINDS", ("act", "tax_paper"), ("schedule_document",)),
    ("corporate.limits", "_BULK", (), ("look_at_spending", "connect_for")),
    ("staff.adjusting", "_alone", nothing_before, ("adjust",)),
    ("staff.adjusting", "_open", anybody_decides, ("decide", "adjust")),
]
"""Module, what is replaced there, by what, and the rules that must find it: the first, with others to make a
state in which it can be seen."""


@pytest.mark.parametrize(("module", "name", "planted", "rules"), FAULTS)
def test_a_rule_finds_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, planted: object, rules: tuple[str, ...]
) -> None:
    monkeypatch.setattr(import_module(f"ivr.accounts.{module}"), name, planted)
    with pytest.raises(AssertionError):
        run(in_memory, RUNS, shrink=False, only=rules)


def test_every_such_rule_has_a_fault() -> None:
    planted = {rules[0] for *_, rules in FAULTS}
    about = {name for part in (Person, Office, Operators) for name, one in vars(part).items() if is_rule(one)}
    assert planted == about


def is_rule(member: object) -> bool:
    return hasattr(member, RULE_MARKER)
