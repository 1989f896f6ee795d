"""Options, tariffs, codes, forwards, black list, ringback tone, lost phone, questions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.jobs import run_due
from ivr.accounts.records_services import Question
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.helpers import (
    JOHN,
    MARIA,
    NEW,
    NOBODY,
    RICH,
    ZERO,
    allowed,
    called,
    done,
    money,
    refusal,
    told,
)


@pytest.fixture
async def rich(accounts: Accounts) -> Session:
    return await called(accounts, RICH)


async def test_an_option_is_offered_with_name_price_and_period(maria: Session) -> None:
    outcome = await maria.ask("check_option", {"option": "social"})
    values = {k: v for k, v in outcome.values.items() if k != "operation"}
    assert values == {"name": "Социальные сети", "price": 60_00, "fee": 60_00, "period": "в месяц"}


async def test_options_are_listed_and_move_between_the_lists(maria: Session) -> None:
    before = (await maria.ask("options", {})).values
    await done(maria, "check_option", "connect", option="social")
    after = (await maria.ask("options", {})).values
    assert (before["count"], after["count"]) == (0, 1)
    assert [item["spoken"] for item in after["connected"]] == [("социальные сети",)]  # type: ignore[attr-defined]
    assert [item["option"] for item in after["connected"]] == ["social"]  # type: ignore[attr-defined]
    could = {item["option"] for item in after["available"]}  # type: ignore[attr-defined]
    assert "social" not in could
    assert {"data1", "metro"} <= could
    assert not could & {"pbx", "turbo", "old_mail", "summer", "own_net", "locator"}


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("moon", "no_such_option"),
        ("pbx", "not_for_segment"),
        ("own_net", "not_on_tariff"),
        ("old_mail", "not_on_sale"),
        ("summer", "not_on_sale"),
        ("turbo", "requires"),
        ("data_free", "no_money"),
    ],
)
async def test_options_are_refused_with_the_reason(maria: Session, option: str, code: str) -> None:
    assert await refusal(maria, "check_option", option=option) == code


async def test_exclusions_work_both_ways_and_name_the_other(rich: Session) -> None:
    await done(rich, "check_option", "connect", option="data10")
    outcome = await rich.ask("check_option", {"option": "data5"})
    assert outcome.values == {
        "code": "excluded",
        "reason": "Не подключается вместе с услугой Интернет десять гигабайт.",
    }
    assert await refusal(rich, "check_option", option="data20") == "excluded"
    assert await refusal(rich, "check_option", option="data10") == "already_connected"


async def test_an_option_others_need_stays(rich: Session) -> None:
    await done(rich, "check_option", "connect", option="data5")
    await done(rich, "check_option", "connect", option="turbo")
    await done(rich, "check_option", "connect", option="roaming")
    await done(rich, "check_option", "connect", option="roam_calls")
    assert await refusal(rich, "check_disconnect", option="roaming") == "needed_by"
    await done(rich, "check_disconnect", "disconnect", option="roam_calls")
    await done(rich, "check_disconnect", "disconnect", option="roaming")
    assert await refusal(rich, "check_disconnect", option="roaming") == "not_connected"


async def test_too_new_for_an_option(accounts: Accounts) -> None:
    assert await refusal(await called(accounts, NEW), "check_option", option="sim_insure") == "too_new"


async def test_a_code_finds_an_option_or_a_tariff(accounts: Accounts, rich: Session) -> None:
    option = await rich.ask("check_code", {"code": "3009"})
    assert (option.name, option.values["name"]) == ("option", "Социальные сети")
    assert (await rich.ask("connect_by_code", {"operation": option.values["operation"]})).name == "done"
    tariff = await rich.ask("check_code", {"code": "103"})
    assert (tariff.name, tariff.values["price"]) == ("tariff", 150_00)
    assert (await rich.ask("connect_by_code", {"operation": tariff.values["operation"]})).name == "done"
    assert (await rich.ask("tariff", {})).name == "changing"
    assert await refusal(rich, "check_code", code="999") == "no_such_code"
    assert await refusal(rich, "check_code", code="101") == "same_tariff"
    assert await money(rich) == 1_000_000_00 - 60_00 - 150_00


async def test_a_tariff_changes_when_the_next_fee_is_due(
    accounts: Accounts, rich: Session, clock: VirtualClock
) -> None:
    mine = {"name": "Классический", "code": "101", "fee": 450_00, "due": date(2026, 12, 11)}
    assert await rich.ask("tariff", {}) == Outcome("ok", mine)
    outcome = await rich.ask("check_tariff", {"tariff": "unlimited"})
    assert outcome.values["starts"] == date(2026, 12, 11)
    await rich.ask("change_tariff", {"operation": outcome.values["operation"]})
    changing = {**mine, "next": "Безлимитный", "starts": date(2026, 12, 11)}
    assert await rich.ask("tariff", {}) == Outcome("changing", changing)
    assert await refusal(rich, "check_tariff", tariff="light") == "change_planned"
    assert (await money(rich), await money(rich, "blocked")) == (1_000_000_00 - 150_00, 150_00)
    clock.advance(timedelta(days=19))
    await run_due(accounts.desk)
    await run_due(accounts.desk)
    assert await money(rich, "blocked") == 0
    assert await audit.check_ledger(accounts.desk.store) == []
    assert (await rich.ask("tariff", {})).values["name"] == "Безлимитный"
    assert await money(rich) == 1_000_000_00 - 150_00 - 900_00
    assert (await rich.ask("packages", {})).values["until"] == date(2027, 1, 9)


@pytest.mark.parametrize(
    ("tariff", "code"),
    [
        ("classic", "same_tariff"),
        ("moon", "no_such_tariff"),
        ("business", "not_for_segment"),
        ("siberia", "not_in_region"),
        ("archive", "not_on_sale"),
    ],
)
async def test_tariffs_are_refused_with_the_reason(maria: Session, tariff: str, code: str) -> None:
    assert await refusal(maria, "check_tariff", tariff=tariff) == code


async def test_tariffs_are_listed_in_the_callers_language(accounts: Accounts) -> None:
    listed = (await (await called(accounts, JOHN)).ask("tariffs", {})).values["available"]
    assert isinstance(listed, tuple)
    names = {item["name"] for item in listed}
    assert {"Light", "Unlimited", "Family", "Moscow"} <= names
    assert not names & {"Classic", "Siberian", "First", "Business"}


async def test_forwards_are_set_changed_and_removed(maria: Session) -> None:
    assert await maria.ask("forwarding", {}) == Outcome("none")
    for kind, phone in (("busy", "8 903 111 22 33"), ("no_answer", NOBODY), ("busy", "926 123-45-68")):
        assert (await maria.ask("set_forwarding", {"kind": kind, "phone": phone})).name == "ok"
    listed = (await maria.ask("forwarding", {})).values["forwards"]
    assert told(listed) == [{"kind": "busy", "phone": JOHN}, {"kind": "no_answer", "phone": NOBODY}]
    assert [item["label"] for item in listed] == ["если занято", "если нет ответа"]  # type: ignore[attr-defined]
    assert await maria.ask("remove_forwarding", {"kind": "busy"}) == Outcome("ok", {"count": 1})
    assert await maria.ask("remove_forwarding", {"kind": "busy"}) == Outcome("none")
    assert await maria.ask("remove_forwarding", {"kind": "all"}) == Outcome("ok", {"count": 1})
    assert await refusal(maria, "set_forwarding", kind="always", phone=JOHN) == "no_such_kind"
    assert await refusal(maria, "set_forwarding", kind="busy", phone=MARIA) == "own_number"
    assert await refusal(maria, "set_forwarding", kind="busy", phone="7") == "wrong_number"
    assert await refusal(maria, "remove_forwarding", kind="always") == "no_such_kind"


async def test_the_black_list(maria: Session) -> None:
    assert await maria.ask("black_list", {}) == Outcome("none")
    assert await maria.ask("black_list_add", {"phone": "8903 1112233"}) == Outcome("ok", {"phone": NOBODY})
    assert await refusal(maria, "black_list_add", phone=NOBODY) == "already_listed"
    assert await refusal(maria, "black_list_add", phone=MARIA) == "own_number"
    listed = (await maria.ask("black_list", {})).values["numbers"]
    assert told(listed) == [{"phone": NOBODY}]
    assert [item["label"] for item in listed] == ["8 (903) 111-22-33"]  # type: ignore[attr-defined]
    assert await maria.ask("black_list_remove", {"phone": NOBODY}) == Outcome("ok", {"phone": NOBODY})
    assert await refusal(maria, "black_list_remove", phone=NOBODY) == "not_listed"


async def test_the_ringback_tone(accounts: Accounts, maria: Session, clock: VirtualClock) -> None:
    off = await maria.ask("ringback_tone", {})
    assert off.name == "off"
    await done(maria, "check_ringback_tone", "set_ringback_tone", melody="waltz")
    assert await refusal(maria, "check_ringback_tone", melody="waltz") == "already_connected"
    await done(maria, "check_ringback_tone", "set_ringback_tone", melody="birds")
    on = await maria.ask("ringback_tone", {})
    assert (on.name, on.values["name"], on.values["fee"]) == ("on", "Птицы", 40_00)
    assert await money(maria) == 245_50 - 75_00 - 40_00
    clock.advance(timedelta(days=30))
    await run_due(accounts.desk)
    assert await money(maria) == 245_50 - 75_00 - 40_00 - 40_00
    assert await maria.ask("ringback_tone_off", {}) == Outcome("ok")
    assert await maria.ask("ringback_tone_off", {}) == Outcome("none")


async def test_a_lost_phone_proves_nothing_and_only_the_password_opens(accounts: Accounts) -> None:
    maria, password = await called(accounts, MARIA), Secret("82746103")
    await maria.ask("set_password", {"password": password, "again": password})
    assert await maria.ask("unblock_number", {"password": password}) == Outcome("not_blocked")
    assert await maria.ask("block_number", {}) == Outcome("ok", {"phone": MARIA})
    assert await maria.ask("block_number", {}) == Outcome("already")
    thief = accounts.session(MARIA, "0505")
    assert await thief.ask("identify_line", {}) == Outcome("unknown")
    owner = accounts.session(NOBODY, "0505")
    assert (await owner.ask("verify_password", {"phone": MARIA, "password": password})).name == "ok"
    wrong = await owner.ask("unblock_number", {"password": Secret("55501837")})
    assert wrong == Outcome("wrong", {"wait": 1, "left": 4})
    assert await owner.ask("unblock_number", {"password": password}) == Outcome("ok")
    assert (await called(accounts, MARIA)).caller.subscriber is not None


async def test_a_question_is_left_for_a_person(accounts: Accounts, maria: Session) -> None:
    asked = {"topic": "options: roaming", "recording": "q-1.wav"}
    assert await maria.ask("ask_expert", asked) == Outcome("ok", {"number": 1})
    stranger = accounts.session(NOBODY, "0500")
    assert await stranger.ask("ask_expert", {"topic": "?"}) == Outcome("ok", {"number": 2})
    assert await refusal(accounts.session(None, "0500"), "ask_expert", topic="?") == "wrong_number"
    assert await refusal(maria, "ask_expert", topic="x" * 401) == "too_long"
    async with accounts.desk.store.read() as reader:
        kept = await reader.find(Question)
    assert {(one.phone, one.topic, one.recording) for one in kept} == {
        (MARIA, "options: roaming", "q-1.wav"),
        (NOBODY, "?", ""),
    }


async def test_who_has_no_money_is_told_so(accounts: Accounts) -> None:
    assert await refusal(await called(accounts, ZERO), "check_option", option="data1") == "no_money"
    assert await allowed(await called(accounts, ZERO), "check_option", option="antispam")
