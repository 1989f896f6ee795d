"""The door: declarations, arguments, outcomes that keep to what was declared, secrets that stay secret."""

from __future__ import annotations

import sqlite3
from contextlib import closing, nullcontext

import pytest

from ivr.accounts.case import use_case
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.door import Accounts, Session
from ivr.accounts.store import SqlStore
from ivr.accounts.values import list_of
from ivr.dialogue.queries import SLOT_TYPES, Outcome, Secret, Value
from ivr.errors import AccountsError
from tests.accounts.helpers import MARIA


async def test_declarations_are_complete(accounts: Accounts) -> None:
    for name, case in accounts.use_cases.items():
        assert case.name == name
        assert case.outcomes
        assert {slot for values in case.outcomes.values() for slot in values.values()} <= SLOT_TYPES
    verify = accounts.use_cases["verify_password"]
    assert verify.arguments.keys() == {"phone", "password"}
    assert verify.secret == {"password"}
    assert set(verify.outcomes) == {"ok", "wrong", "wait", "blocked"}


DOMAIN = """set_password change_password recover_password verify_password balance packages extend_package
month_summary statement top_up promised_payment top_up_other transfer spend_bonus options connect disconnect
connect_by_code tariff change_tariff forwarding black_list ringback_tone block_number operations ask_expert
voice_settings numbers find_number employees tags tariffs limits charges payments documents
reconciliation_report order_history replace_sim fixed_services manager"""


async def test_every_function_of_the_domain_has_its_name(accounts: Accounts) -> None:
    assert set(DOMAIN.split()) <= accounts.use_cases.keys()


async def test_what_moves_money_takes_an_operation_and_can_expire(accounts: Accounts) -> None:
    moving = [case for case in accounts.use_cases.values() if case.moves_money]
    assert len(moving) >= 12
    for case in moving:
        assert case.arguments.keys() == {"operation"}
        assert {"done", "expired", "refused"} <= set(case.outcomes)


async def test_what_takes_an_operation_is_prepared_by_a_check(accounts: Accounts) -> None:
    cases = accounts.use_cases
    prepared = {case.prepares for case in cases.values() if case.prepares}
    assert prepared == {name for name, case in cases.items() if "operation" in case.arguments}
    for case in cases.values():
        if case.prepares:
            given = [
                values for name, values in case.outcomes.items() if name not in {"refused", "sign_in_first"}
            ]
            assert all("operation" in values for values in given)


async def test_arguments_know_their_types_choices_and_units(accounts: Accounts) -> None:
    transfer, statement = accounts.use_cases["check_transfer"], accounts.use_cases["statement"]
    assert {name: one.type for name, one in transfer.arguments.items()} == {
        "phone": "phone",
        "amount": "money",
    }
    assert statement.arguments["by"].choices == ("sms", "email")
    payments = accounts.use_cases["payments"]
    assert payments.needed == frozenset()
    assert payments.arguments["first"].type == "date"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("payment_link", {"amount": 10**30}),
        ("payment_link", {"amount": "9" * 5000}),
        ("reconciliation_report", {"first": "0001-01-01", "last": "2026-01-01"}),
        ("no_such_thing", {}),
        ("balance", {"phone": MARIA}),
        ("verify_password", {"phone": MARIA}),
        ("verify_password", {"phone": 7, "password": Secret("82746103")}),
        ("verify_password", {"phone": MARIA, "password": "82746103"}),
    ],
)
async def test_calls_against_the_declaration_are_errors(
    maria: Session, name: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(AccountsError) as caught:
        await maria.ask(name, arguments)
    assert "82746103" not in f"{caught.value!r} {caught.value.remedy}"


@pytest.mark.parametrize(
    "answer",
    [Outcome("other"), Outcome("ok"), Outcome("ok", {"n": "1"}), Outcome("ok", {"n": 1, "m": 2})],
)
async def test_an_outcome_must_be_as_declared(accounts: Accounts, answer: Outcome) -> None:
    @use_case(outcomes={"ok": {"n": "count"}}, needs="")
    async def odd(desk: Desk, caller: Caller) -> Outcome:
        return answer

    with pytest.raises(AccountsError, match="odd"):
        await odd(accounts.desk, Caller("0505"))


LISTED = list_of("Items.", n="count", kind=Value("key", choices=("a", "b")))


@pytest.mark.parametrize(
    ("items", "fits"),
    [
        ((), True),
        (({"n": 1, "kind": "a", "spoken": ("one",)},), True),
        (({"n": 1, "kind": "c"},), False),
        (({"n": True, "kind": "a"},), False),
        (({"n": 1, "kind": "a"}, {"n": 1}), False),
        (({"n": 1, "kind": "a", "more": 1},), False),
        ((1,), False),
    ],
)
async def test_a_lists_items_must_be_as_declared(
    accounts: Accounts, items: tuple[object, ...], fits: bool
) -> None:
    @use_case(outcomes={"ok": {"items": LISTED}}, needs="")
    async def odd(desk: Desk, caller: Caller) -> Outcome:
        return Outcome("ok", {"items": items})

    assert odd.declaration.outcomes == {"ok": {"items": "list"}}
    with nullcontext() if fits else pytest.raises(AccountsError, match="items"):
        await odd(accounts.desk, Caller("0505"))


@pytest.mark.parametrize("declared", ["list", "money!", Value("count", items={"n": Value("count")})])
def test_a_declaration_says_what_a_list_holds_and_nothing_unknown(declared: str | Value) -> None:
    with pytest.raises(TypeError):
        use_case(outcomes={"ok": {"items": declared}})


async def test_numbers_written_in_a_flow_become_ints(accounts: Accounts) -> None:
    @use_case(outcomes={"ok": {"n": "count"}}, needs="")
    async def double(desk: Desk, caller: Caller, *, n: int) -> Outcome:
        return Outcome("ok", {"n": 2 * n})

    assert await double(accounts.desk, Caller("0505"), n="-21") == Outcome("ok", {"n": -42})


async def test_a_password_is_nowhere_in_the_clear(maria: Session, accounts: Accounts) -> None:
    secret = Secret("82746103")
    await maria.ask("set_password", {"password": secret, "again": secret})
    store = accounts.desk.store
    if isinstance(store, SqlStore):
        await store.close()
        with closing(sqlite3.connect(store.engine.url.database or "")) as connection:
            dump = "\n".join(connection.iterdump())
    else:
        dump = repr(vars(store))
    assert "argon2id" in dump
    assert "82746103" not in dump
