"""Ten thousand steps of use cases, in any order, agree with a pure model after every one of them."""

from __future__ import annotations

import asyncio
import itertools
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
import structlog

from ivr.accounts import jobs, ledger, messages, offers
from ivr.accounts.desk import Desk
from ivr.accounts.door import declared_use_cases
from ivr.accounts.individual import top_up
from ivr.accounts.kinds import KINDS
from ivr.accounts.ports import Reader, Store, Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Entry, LedgerAccount, Operation
from ivr.accounts.staff import OPERATOR, SENIOR
from ivr.accounts.store import SqlStore
from tests.accounts.conftest import command
from tests.accounts.machine import machine
from tests.accounts.machine.running import STEPS, in_memory, run

NOT_DRIVEN = {
    "who calls, before there is an account to keep": "identify_line identify_company verify_company",
    "a look that changes nothing; the records themselves are compared after every step": """
        packages month_summary operations options tariffs ringback_tone tags payments fixed_services
        manager account_operations find_accounts adjustments applications check_application contract_orders
        account_messages staff staff_actions""",
    "a company's password is judged and sent by the code that verify_password and recover_password drive": """
        company_access set_company_password issue_access""",
    "new numbers under a contract are no part of the model; test_staff_companies": """
        apply_for_access register_company link_numbers grant_application refuse_application""",
    "works on a finished document, which takes the maker of papers; test_documents": """
        send_again protect_document resend_document retry_document""",
    "kept beside the accounts, a list of its own; test_corporate": """
        company_forwarding set_company_forwarding remove_company_forwarding check_replace_sim replace_sim""",
    "who is staff is what the machine begins with; test_staff": "dismiss_staff",
    "makes vouchers, which the machine issues one by one": "import_vouchers",
    "makes cards known for replace_sim; test_staff_companies": "import_sims",
    "a line to a person, nothing is kept": "ask_expert",
    "speaks of the call before": "last_outcome",
}
"""Why a use case is not driven by a rule: reason -> names."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A message centre that is broken on purpose is no news."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


def at_least(steps: int, opened: Callable[[asyncio.AbstractEventLoop], Store], *, audited: int = 1) -> None:
    """Let the machine run until it has made so many steps: chance ends some runs early."""
    made = 0
    while made < steps:
        made += run(opened, -(-(steps - made) // STEPS), audited=audited)


def test_on_memory() -> None:
    at_least(9_000, in_memory)


def test_on_sqlite(seeded: Path, tmp_path: Path) -> None:
    count = itertools.count()

    def opened(_: asyncio.AbstractEventLoop) -> Store:
        file = tmp_path / f"{next(count)}.sqlite"
        shutil.copy(seeded, file)
        return SqlStore(f"sqlite+aiosqlite:///{file}", KINDS)

    at_least(500, opened, audited=10)


def test_on_postgresql(postgres_server: str, postgres_seeded: str) -> None:
    count = itertools.count()

    def opened(_: asyncio.AbstractEventLoop) -> Store:
        name = f"machine_{next(count)}"
        asyncio.run(command(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_seeded}"))
        return SqlStore(f"{postgres_server}/{name}", KINDS)

    at_least(500, opened, audited=10)


async def anything_is_affordable(reader: Reader, owner: str, kopecks: int) -> None:
    return None


async def nothing_is_renewed(*_: object) -> None:
    return None


async def nobody_is_told(*_: object, **__: object) -> None:
    return None


def a_day_late(day: date, period: str) -> date:
    return day + timedelta(days=2 if period == "day" else 31)


async def points_for_nothing(
    desk: Desk, work: Work, operation: Operation, who: Subscriber, source: str
) -> None:
    await CREDIT(replace(desk, money=replace(desk.money, points_per=9_00)), work, operation, who, source)


async def unbalanced(work: Work, entry: Entry) -> None:
    await APPLY(work, entry)
    account = await work.get(LedgerAccount, entry.account)
    if account is not None and entry.account.endswith(":bonus"):
        await work.put(replace(account, balance=account.balance + 1))


CREDIT, APPLY = top_up.credit, ledger._apply


@pytest.mark.parametrize(
    ("module", "name", "planted", "only"),
    [
        (offers, "must_have", anything_is_affordable, ()),
        (offers, "next_due", a_day_late, ()),
        (jobs, "_renew", nothing_is_renewed, ("days_pass",)),  # else a month goes by in few of the runs
        (messages, "tell", nobody_is_told, ()),
        (top_up, "credit", points_for_nothing, ()),
        (ledger, "_apply", unbalanced, ()),
    ],
)
def test_the_machine_has_teeth(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, planted: object, only: tuple[str, ...]
) -> None:
    monkeypatch.setattr(module, name, planted)
    with pytest.raises(AssertionError):
        run(in_memory, 40, shrink=False, only=only)


def test_every_use_case_is_driven_or_has_a_reason() -> None:
    staff = {case.declaration.name: case.declaration for case in (*OPERATOR, *SENIOR)}
    declared = {**declared_use_cases(), **staff}
    text = "".join(file.read_text(encoding="utf-8") for file in Path(machine.__file__).parent.glob("*.py"))
    driven = {name for name in declared if f'"{name}"' in text}
    excused = {name for names in NOT_DRIVEN.values() for name in names.split()}
    assert declared.keys() - driven == excused
    assert {name for name in excused if declared[name].moves_money} == set()
