"""Balance, packages, the month, operations and voice settings of the demo subscribers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.seed import DEMO, seed_demo
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.helpers import BARE, JOHN, MARIA, NOBODY, called


@pytest.mark.parametrize("demo", DEMO, ids=lambda demo: demo.phone)
async def test_every_demo_balance(accounts: Accounts, demo: object) -> None:
    session = await called(accounts, demo.phone)  # type: ignore[attr-defined]
    values = {"amount": demo.kopecks, "bonus": demo.bonus, "blocked": 0, "owed": 0}  # type: ignore[attr-defined]
    assert await session.ask("balance", {}) == Outcome("ok", values)


async def test_seeding_twice_adds_nothing(accounts: Accounts) -> None:
    assert await seed_demo(accounts.desk) == 0


async def test_packages_are_summed_and_listed(maria: Session) -> None:
    outcome = await maria.ask("packages", {})
    assert outcome.name == "some"
    until = date(2026, 12, 10)
    assert {k: v for k, v in outcome.values.items() if k != "packages"} == {
        "minutes": 320,
        "sms": 45,
        "megabytes": 7680,
        "until": until,
    }
    listed = outcome.values["packages"]
    assert isinstance(listed, tuple)
    assert {"kind": "data", "left": 7680, "total": 15360, "until": until} in listed
    assert len(listed) == 3


async def test_packages_end_after_their_last_day(accounts: Accounts, clock: VirtualClock) -> None:
    clock.advance(timedelta(days=18))
    maria = await called(accounts, MARIA)
    assert (await maria.ask("packages", {})).name == "some"
    clock.advance(timedelta(days=1))
    assert await maria.ask("packages", {}) == Outcome("none")


async def test_no_packages(accounts: Accounts) -> None:
    assert await (await called(accounts, BARE)).ask("packages", {}) == Outcome("none")


async def test_the_month_tells_both_sides(accounts: Accounts, clock: VirtualClock) -> None:
    maria = await called(accounts, MARIA)
    summary = await maria.ask("month_summary", {})
    assert summary == Outcome(
        "some",
        {
            "received": 695_50,
            "spent": 450_00,
            "top_ups": ({"name": "пополнение счёта", "amount": 695_50},),
            "charges": ({"name": "абонентская плата", "amount": 450_00},),
        },
    )
    clock.advance(timedelta(days=9))
    assert await maria.ask("month_summary", {}) == Outcome("nothing")


async def test_operations_are_told_newest_first_in_the_callers_language(accounts: Accounts) -> None:
    john = await called(accounts, JOHN)
    await john.ask("set_password", {"password": Secret("82746103"), "again": Secret("82746103")})
    outcome = await john.ask("operations", {})
    listed = outcome.values["operations"]
    assert isinstance(listed, tuple)
    names = [item["name"] for item in listed]
    assert set(names) == {"new password", "top-up", "monthly fee", "bonus points earned"}
    assert {item["day"] for item in listed} == {date(2026, 11, 22)}


async def test_language_is_remembered(accounts: Accounts, maria: Session) -> None:
    assert await maria.ask("set_language", {"language": "en"}) == Outcome("ok")
    assert await maria.ask("set_language", {"language": "fr"}) == Outcome("no_such_language")
    again = accounts.session(MARIA, "0505")
    assert await again.ask("identify_line", {}) == Outcome("known", {"language": "en"})


async def test_a_stranger_may_choose_a_language_for_the_call(accounts: Accounts) -> None:
    session = await called(accounts, NOBODY)
    assert await session.ask("set_language", {"language": "en"}) == Outcome("ok")
    assert session.caller.language == "en"


async def test_voice_settings_are_told_and_changed(maria: Session) -> None:
    for setting, value in {"rate": "150", "patience": "10", "verbosity": "short", "spelling": "on"}.items():
        asked = {"setting": setting, "value": value}
        assert await maria.ask("change_voice_settings", asked) == Outcome("ok")
    assert (await maria.ask("voice_settings", {})).values == {
        "language": "ru",
        "rate": 150,
        "volume": 100,
        "verbosity": "short",
        "patience": 10,
        "first": "voice",
        "spelling": "on",
    }


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("rate", "301"),
        ("rate", "fast"),
        ("patience", "3"),
        ("first", "on"),
        ("subscriber", "x"),
        ("rate", "²"),
    ],
)
async def test_settings_out_of_range_are_refused(maria: Session, setting: str, value: str) -> None:
    asked = {"setting": setting, "value": value}
    assert await maria.ask("change_voice_settings", asked) == Outcome("not_possible")


@pytest.mark.parametrize("name", ["balance", "packages", "month_summary", "operations", "voice_settings"])
async def test_nothing_is_told_before_the_caller_is_known(accounts: Accounts, name: str) -> None:
    assert await accounts.session(NOBODY, "0505").ask(name, {}) == Outcome("sign_in_first")
