"""Staff: who may what, two people for large adjustments, resets nobody sees, companies, applications,
vouchers."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.jobs import run_due
from ivr.accounts.kinds import KINDS
from ivr.accounts.ports import Store
from ivr.accounts.records import Login
from ivr.accounts.records_company import Contract
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Message
from ivr.accounts.records_staff import Adjustment, StaffAction, StaffMember
from ivr.accounts.seed import COMPANY
from ivr.accounts.sms import KeptSms
from ivr.accounts.staff import staff_session
from ivr.accounts.staff.registry import first_senior
from ivr.accounts.staff.session import StaffSession
from ivr.accounts.store import SqlStore
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError
from tests.accounts.helpers import EVERYWHERE, JOHN, LOCKED, MARIA, NOBODY, ZERO, called, money
from tests.accounts.staff import Staff, refused

LARGE = 5_000_00


IDS = (f"adjustment-{number}" for number in count())


async def adjust(who: StaffSession, asked: dict[str, object]) -> Outcome:
    """Ask for a new adjustment."""
    return await who.ask("adjust", {"adjustment": next(IDS), **asked})


async def proposed(who: StaffSession, amount: int = LARGE, account: str = MARIA) -> str:
    outcome = await adjust(who, {"account": account, "amount": amount, "reason": "Ошибка  списания"})
    assert outcome.name == "proposed", outcome
    return str(outcome.values["adjustment"])


async def operations(accounts: Accounts, kind: str = "adjustment") -> list[Operation]:
    async with accounts.desk.store.read() as reader:
        return await reader.find(Operation, kind=kind)


async def actions(accounts: Accounts) -> list[StaffAction]:
    async with accounts.desk.store.read() as reader:
        return await reader.find(StaffAction)


async def test_only_staff_get_anything_and_only_seniors_some(staff: Staff) -> None:
    assert await staff.stranger.ask("show_account", {"account": MARIA}) == Outcome("not_staff")
    assert await staff.olya.ask("set_staff", {"login": "x", "name": "X", "role": "senior"}) == Outcome(
        "seniors_only"
    )
    assert await staff.olya.ask("import_vouchers", {"lines": Secret("1")}) == Outcome("seniors_only")
    assert (await staff.anna.ask("dismiss_staff", {"login": "olya"})).name == "ok"
    assert await staff.olya.ask("show_account", {"account": MARIA}) == Outcome("not_staff")
    assert await refused(staff.anna, "dismiss_staff", login="anna") == "own_role"
    assert await refused(staff.anna, "set_staff", login="anna", name="A", role="senior") == "own_role"
    assert await refused(staff.anna, "dismiss_staff", login="nobody") == "no_such_staff"
    assert await refused(staff.anna, "set_staff", login="Б", name="Б", role="senior") == "wrong_login"
    assert await refused(staff.anna, "set_staff", login="b", name="Б", role="king") == "no_such_role"
    with pytest.raises(AccountsError, match="there are staff already"):
        await first_senior(staff.accounts.desk, "mallory", "M")
    with pytest.raises(AccountsError, match="no staff use case"):
        await staff.anna.ask("balance", {})


async def test_no_other_door_reaches_what_staff_do(staff: Staff, maria: Session) -> None:
    with pytest.raises(AccountsError, match="there is no use case adjust"):
        await maria.ask("adjust", {"account": MARIA, "amount": 1, "reason": "x"})


async def test_an_account_is_shown_and_looking_is_written_down(staff: Staff, maria: Session) -> None:
    shown = (await staff.olya.ask("show_account", {"account": "8 926 123-45-67"})).values
    assert (shown["number"], shown["amount"], shown["bonus"], shown["login"]) == (MARIA, 245_50, 340, "none")
    packages = shown["packages"]
    assert isinstance(packages, tuple)
    assert {one["kind"] for one in packages} == {"minutes", "sms", "data"}
    company = (await staff.olya.ask("show_account", {"account": COMPANY})).values
    assert (company["name"], company["numbers"], company["kind"]) == ("ООО Ромашка", 4, "company")
    assert (await staff.olya.ask("show_account", {"account": LOCKED})).values["login"] == "blocked"
    assert await refused(staff.olya, "show_account", account=NOBODY) == "no_such_account"
    kept = {(one.about, one.outcome) for one in await actions(staff.accounts) if one.staff == "olya"}
    assert kept == {
        ("8 926 123-45-67", "ok"),
        (COMPANY, "ok"),
        (LOCKED, "ok"),
        (NOBODY, "refused: no_such_account"),
    }
    listed = (await staff.anna.ask("staff_actions", {"login": "olya"})).values["actions"]
    assert isinstance(listed, tuple)
    assert len(listed) == 4


async def test_accounts_are_found(staff: Staff) -> None:
    for query, numbers in {
        "926 1234567": [MARIA],
        "иванова": [MARIA],
        COMPANY: [COMPANY],
        "7701234567": [COMPANY],
        "ромаш": [COMPANY],
        "8 (926) 123-45-68": [JOHN],
    }.items():
        found = (await staff.olya.ask("find_accounts", {"query": query})).values["accounts"]
        assert isinstance(found, tuple)
        assert [one["number"] for one in found] == numbers, query
    for query in ("nobody", " ", "%"):
        assert await staff.olya.ask("find_accounts", {"query": query}) == Outcome("none"), query


async def test_a_number_is_blocked_and_opened_with_the_reason(staff: Staff, maria: Session) -> None:
    asked = {"account": MARIA, "reason": " потерян   телефон "}
    assert await staff.olya.ask("block_account", asked) == Outcome("ok", {"phone": MARIA})
    assert await staff.olya.ask("block_account", asked) == Outcome("already")
    assert (await called(staff.accounts, MARIA)).caller.proof == ""
    (noted,) = await operations(staff.accounts, "block_number")
    assert json.loads(noted.parameters) == {"subject": "", "staff": "olya", "reason": "потерян телефон"}
    assert await refused(staff.olya, "reset_password", account=MARIA) == "blocked_number"
    assert (await staff.pyotr.ask("unblock_account", asked)).name == "ok"
    assert await refused(staff.olya, "block_account", account=MARIA, reason=" ") == "no_reason"
    assert await refused(staff.olya, "block_account", account="12", reason="x") == "wrong_number"
    assert await refused(staff.olya, "block_account", account=NOBODY, reason="x") == "not_ours"


@EVERYWHERE
async def test_a_small_adjustment_is_posted_by_one_person(
    staff: Staff, maria: Session, clock: VirtualClock
) -> None:
    clock.advance(timedelta(seconds=1))
    asked: dict[str, object] = {"account": MARIA, "amount": 100_00, "reason": "Обрывы связи"}
    outcome = await adjust(staff.olya, asked)
    assert outcome.name == "posted"
    assert await money(maria) == 345_50
    (one,) = await operations(staff.accounts)
    assert one.id == f"adjustment:{outcome.values['adjustment']}"
    assert json.loads(one.parameters) == {
        "proposed_by": "olya",
        "approved_by": "",
        "reason": "Обрывы связи",
    }
    listed = (await staff.anna.ask("account_operations", {"account": MARIA})).values["operations"]
    assert isinstance(listed, tuple)
    assert (listed[0]["staff"], listed[0]["door"], listed[0]["amount"]) == ("olya", "staff", 100_00)
    assert await audit.check_ledger(staff.accounts.desk.store) == []
    async with staff.accounts.desk.store.read() as reader:
        (told,) = await reader.find(Message, recipient=MARIA)
    assert told.text == "На ваш счёт зачислено 100,00 ₽ (корректировка)."


@EVERYWHERE
async def test_a_large_one_takes_a_second_senior_and_is_posted_once(staff: Staff, maria: Session) -> None:
    one = await proposed(staff.boris)
    assert await money(maria) == 245_50
    assert await refused(staff.boris, "approve_adjustment", adjustment=one) == "same_person"
    assert await refused(staff.boris, "reject_adjustment", adjustment=one) == "same_person"
    assert await staff.olya.ask("approve_adjustment", {"adjustment": one}) == Outcome("seniors_only")
    listed = (await staff.anna.ask("adjustments", {})).values["adjustments"]
    assert isinstance(listed, tuple)
    assert (listed[0]["id"], listed[0]["reason"]) == (one, "Ошибка списания")
    assert (await staff.anna.ask("approve_adjustment", {"adjustment": one})).name == "posted"
    assert await refused(staff.anna, "approve_adjustment", adjustment=one) == "decided_already"
    assert await money(maria) == 245_50 + LARGE
    (posted,) = await operations(staff.accounts)
    assert json.loads(posted.parameters)["approved_by"] == "anna"
    assert await audit.check_ledger(staff.accounts.desk.store) == []


@EVERYWHERE
async def test_two_seniors_at_once_one_decides(staff: Staff, maria: Session) -> None:
    assert (await staff.anna.ask("set_staff", {"login": "vera", "name": "V", "role": "senior"})).name == "ok"
    others = staff.anna, staff_session(staff.accounts.desk, "vera")
    expected = 245_50
    for _ in range(4):
        one = await proposed(staff.olya)
        names = ("approve_adjustment", "approve_adjustment", "reject_adjustment", "approve_adjustment")
        askers = (others[0], others[1], others[1], others[0])
        answers = await asyncio.gather(
            *(who.ask(name, {"adjustment": one}) for who, name in zip(askers, names, strict=True))
        )
        decided = [answer.name for answer in answers if answer.name != "refused"]
        assert len(decided) == 1
        assert {a.values["code"] for a in answers if a.name == "refused"} == {"decided_already"}
        expected += LARGE if decided == ["posted"] else 0
    assert await money(maria) == expected
    assert await audit.check_ledger(staff.accounts.desk.store) == []


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
async def test_two_seniors_at_once_over_connections_of_their_own(
    staff: Staff, store: Store, maria: Session, clock: VirtualClock
) -> None:
    assert isinstance(store, SqlStore)
    other = SqlStore(store.engine.url.render_as_string(hide_password=False), KINDS)
    desk = replace(staff.accounts.desk, store=other, chance=random.Random(9))
    boris = staff_session(desk, "boris")
    for n in range(1, 5):
        one = await proposed(staff.olya)
        answers = await asyncio.gather(
            *(who.ask("approve_adjustment", {"adjustment": one}) for who in (staff.anna, boris))
        )
        assert sorted(answer.name for answer in answers) == ["posted", "refused"]
        assert await money(maria) == 245_50 + n * LARGE
    assert len(await operations(staff.accounts)) == 4
    assert await audit.check_ledger(other) == []
    await other.close()


async def test_what_nobody_decides_lapses(staff: Staff, maria: Session, clock: VirtualClock) -> None:
    one = await proposed(staff.olya)
    clock.advance(timedelta(hours=72))
    assert await refused(staff.anna, "approve_adjustment", adjustment=one) == "lapsed"
    assert await staff.anna.ask("adjustments", {}) == Outcome("none")
    await run_due(staff.accounts.desk)
    async with staff.accounts.desk.store.read() as reader:
        (kept,) = await reader.find(Adjustment)
    assert kept.state == "expired"
    assert await refused(staff.anna, "approve_adjustment", adjustment=one) == "lapsed"
    assert await refused(staff.anna, "approve_adjustment", adjustment="0") == "no_such_adjustment"
    assert await money(maria) == 245_50


async def test_a_rejected_one_moves_nothing(staff: Staff, maria: Session) -> None:
    one = await proposed(staff.olya)
    assert (await staff.anna.ask("reject_adjustment", {"adjustment": one})).name == "rejected"
    assert await refused(staff.boris, "approve_adjustment", adjustment=one) == "decided_already"
    assert (await money(maria), await operations(staff.accounts)) == (245_50, [])


async def test_a_large_sum_cannot_be_cut_into_small_ones(staff: Staff, clock: VirtualClock) -> None:
    asked: dict[str, object] = {"account": ZERO, "amount": 600_00, "reason": "x"}
    assert (await adjust(staff.olya, asked)).name == "posted"
    assert (await adjust(staff.olya, asked)).name == "proposed"
    assert (await adjust(staff.olya, {**asked, "amount": -600_00})).name == "proposed"
    assert (await adjust(staff.pyotr, asked)).name == "posted"
    clock.advance(timedelta(days=1, seconds=1))
    assert (await adjust(staff.olya, asked)).name == "posted"


async def test_what_is_asked_again_under_its_id_is_done_once(
    staff: Staff, maria: Session, clock: VirtualClock
) -> None:
    asked = {"adjustment": "small-one", "account": MARIA, "amount": 900_00, "reason": "x"}
    large = {**asked, "adjustment": "large-one", "amount": LARGE}
    first = await staff.olya.ask("adjust", asked)
    waits = await staff.olya.ask("adjust", large)
    assert (first.name, waits.name, waits.values["hours"]) == ("posted", "proposed", 72)
    again = await asyncio.gather(*(staff.olya.ask("adjust", asked) for _ in range(3)))
    assert again == [first] * 3
    clock.advance(timedelta(hours=1, minutes=30))
    assert await staff.olya.ask("adjust", large) == Outcome("proposed", {**waits.values, "hours": 71})
    assert (len(await operations(staff.accounts)), await money(maria)) == (1, 245_50 + 900_00)
    for changed in ({"amount": 900_01}, {"account": JOHN}, {"reason": "y"}):
        assert await refused(staff.olya, "adjust", **{**asked, **changed}) == "another_adjustment"
    assert await refused(staff.pyotr, "adjust", **asked) == "another_adjustment"
    assert (await staff.anna.ask("approve_adjustment", {"adjustment": "large-one"})).name == "posted"
    assert (await staff.olya.ask("adjust", large)).name == "posted"
    assert await money(maria) == 245_50 + 900_00 + LARGE


async def test_what_was_decided_against_is_not_proposed_again_under_its_id(
    staff: Staff, clock: VirtualClock
) -> None:
    asked = {"account": MARIA, "amount": LARGE, "reason": "x"}
    for one in ("turned-down", "forgotten"):
        assert (await staff.olya.ask("adjust", {**asked, "adjustment": one})).name == "proposed"
    await staff.anna.ask("reject_adjustment", {"adjustment": "turned-down"})
    assert await refused(staff.olya, "adjust", **asked, adjustment="turned-down") == "decided_already"
    clock.advance(timedelta(hours=72))
    assert await refused(staff.olya, "adjust", **asked, adjustment="forgotten") == "lapsed"
    await run_due(staff.accounts.desk)
    assert await refused(staff.olya, "adjust", **asked, adjustment="forgotten") == "lapsed"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": 0}, "too_little"),
        ({"amount": 10**9}, "too_much"),
        ({"amount": -245_51}, "no_money"),
        ({"reason": "\n"}, "no_reason"),
        ({"reason": "x" * 201}, "too_long"),
        ({"account": NOBODY}, "no_such_account"),
        ({"adjustment": "adjustment:1"}, "wrong_id"),
        ({"adjustment": "1"}, "wrong_id"),
    ],
)
async def test_adjustments_are_refused_with_the_reason(
    staff: Staff, changed: dict[str, object], code: str
) -> None:
    asked = {"adjustment": next(IDS), "account": MARIA, "amount": 1, "reason": "x", **changed}
    assert await refused(staff.olya, "adjust", **asked) == code
    async with staff.accounts.desk.store.read() as reader:
        assert await reader.find(Adjustment) == []


async def test_money_is_looked_at_again_when_approved(staff: Staff, maria: Session) -> None:
    one = await proposed(staff.olya, -2_000_00, COMPANY)
    async with staff.accounts.desk.store.read() as reader:
        (company,) = await reader.find(Contract, number=COMPANY)
    both = await proposed(staff.olya, -49_000_00, COMPANY)
    assert (await staff.anna.ask("approve_adjustment", {"adjustment": both})).name == "posted"
    assert await refused(staff.anna, "approve_adjustment", adjustment=one) == "no_money"
    async with staff.accounts.desk.store.read() as reader:
        kept = await reader.get(Adjustment, one)
    assert kept is not None
    assert (kept.state, kept.owner) == ("open", company.id)


@EVERYWHERE
async def test_a_reset_goes_to_the_holder_and_nobody_else_sees_it(
    staff: Staff, sms: KeptSms, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    outcome = await staff.olya.ask("reset_password", {"account": LOCKED})
    assert outcome == Outcome("sent")
    phone, text = sms.sent[-1]
    secret = text.reveal().split(": ")[1][:8]
    assert phone == LOCKED
    assert secret.isdecimal()
    assert (await staff.olya.ask("reset_password", {"account": LOCKED})).name == "too_often"
    async with staff.accounts.desk.store.read() as reader:
        kinds = (Operation, StaffAction, Message, Login)
        written = repr([await reader.find(kind) for kind in kinds])
    assert secret not in written + repr(outcome) + caplog.text + "".join(capfd.readouterr())
    (noted,) = await operations(staff.accounts, "recover_password")
    assert json.loads(noted.parameters)["staff"] == "olya"
    own = staff.accounts.session(LOCKED, "0505")
    judged = await own.ask("verify_password", {"phone": LOCKED, "password": Secret(secret)})
    assert judged.name == "ok"


async def test_a_message_centre_that_is_away_is_told(staff: Staff, sms: KeptSms) -> None:
    sms.broken = True
    assert await staff.olya.ask("reset_password", {"account": MARIA}) == Outcome("not_sent")
    assert await staff.olya.ask("issue_access", {"contract": COMPANY}) == Outcome("not_sent")


async def test_staff_are_answered_in_their_language(staff: Staff) -> None:
    asked = {"login": "john", "name": "John", "role": "operator", "language": "en"}
    await staff.anna.ask("set_staff", asked)
    john = staff_session(staff.accounts.desk, "john")
    outcome = await john.ask("show_account", {"account": NOBODY})
    assert outcome.values["reason"] == "There is no subscriber and no contract with this number."
    async with staff.accounts.desk.store.read() as reader:
        assert await reader.get(StaffMember, "john") == StaffMember("john", "John", "operator", "en")
