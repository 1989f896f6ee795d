"""Companies: signing in, numbers, employees, tags, bulk changes, limits, charges, payments, SIM cards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.corporate.payments import receive_company_payment
from ivr.accounts.corporate.sim import add_sim
from ivr.accounts.door import Accounts, Session
from ivr.accounts.jobs import run_due
from ivr.accounts.ports import Conflict
from ivr.accounts.records_company import Application, SimCard
from ivr.accounts.records_services import Connection, Message, Plan
from ivr.accounts.seed import COMPANY, TEAM
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.helpers import CATALOGUE, EVERYWHERE, JOHN, MARIA, NOBODY, refusal, told

OLGA, ILYA, KIRILL, STEPAN = (phone for phone, *_ in TEAM)
PASSWORD, PUK = Secret("82746103"), Secret("48120573")
NEW_SIM = "8970199260512340018"


async def get_access(accounts: Accounts, sms: KeptSms, line: str = OLGA) -> None:
    """Get a temporary password from the company's own line and choose one."""
    caller = accounts.session(line, "0555")
    asked = {"contract": COMPANY, "tax_number": "7701234567"}
    assert await caller.ask("company_access", asked) == Outcome("sent")
    temporary = Secret(sms.sent[-1][1].reveal().split(": ")[1][:8])
    signed = {"login": COMPANY, "password": temporary}
    assert (await caller.ask("verify_company", signed)).name == "ok"
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert await caller.ask("set_company_password", chosen) == Outcome("ok")


@pytest.fixture
async def company(accounts: Accounts, sms: KeptSms) -> Session:
    """Olga, signed in for the company from her own line."""
    await get_access(accounts, sms)
    session = accounts.session(OLGA, "0555")
    outcome = await session.ask("verify_company", {"login": COMPANY, "password": PASSWORD})
    assert outcome == Outcome("ok", {"company": "ООО Ромашка"})
    return session


def phones(outcome: Outcome, name: str = "numbers") -> list[str]:
    listed = outcome.values[name]
    assert isinstance(listed, tuple)
    return [item["phone"] for item in listed]


async def test_a_company_line_is_greeted_but_not_signed_in(accounts: Accounts) -> None:
    session = accounts.session("8 926 333 00 01", "0555")
    known = {"company": "ООО Ромашка", "language": "ru"}
    assert await session.ask("identify_company", {}) == Outcome("known", known)
    assert await session.ask("numbers", {}) == Outcome("sign_in_first")
    assert await accounts.session(MARIA, "0555").ask("identify_company", {}) == Outcome("unknown")


async def test_access_needs_the_line_and_both_numbers(accounts: Accounts, sms: KeptSms) -> None:
    for line, contract, tax in (
        (NOBODY, COMPANY, "7701234567"),
        (MARIA, COMPANY, "7701234567"),
        (OLGA, COMPANY, "7701234568"),
        (OLGA, "770012346", "7701234567"),
    ):
        session = accounts.session(line, "0555")
        asked = {"contract": contract, "tax_number": tax}
        assert await refusal(session, "company_access", **asked) == "own_line_needed"
    assert sms.sent == []


async def test_a_phone_of_the_company_is_a_login_too(accounts: Accounts, company: Session) -> None:
    session = accounts.session(NOBODY, "0555")
    for login in ("770 012-345", "8 926 333-00-03"):
        outcome = await session.ask("verify_company", {"login": login, "password": PASSWORD})
        assert outcome.name == "ok"
    assert await session.ask("set_company_password", {"password": PUK, "again": PUK}) == Outcome(
        "password_needed"
    )


async def test_five_wrong_block_the_contract_and_unknown_ones_alike(
    accounts: Accounts, company: Session
) -> None:
    answers = []
    for login in (COMPANY, "123456789"):
        session = accounts.session(NOBODY, "0555")
        asked = {"login": login, "password": PUK}
        answers.append([(await session.ask("verify_company", asked)).name for _ in range(5)])
    assert answers[0] == answers[1] == ["wrong"] * 4 + ["blocked"]


async def test_an_application_is_kept_for_staff(accounts: Accounts) -> None:
    session = accounts.session(NOBODY, "0555")
    asked = {"company": "ИП Котов", "entrepreneur": "Котов Пётр Ильич", "contact": "8 903 111 22 33"}
    assert await session.ask("apply_for_access", {**asked, "numbers": f"{MARIA}, 926 1234568"}) == Outcome(
        "ok", {"count": 2}
    )
    assert await refusal(session, "apply_for_access", **asked, numbers="12") == "wrong_number"
    async with accounts.desk.store.read() as reader:
        (made,) = await reader.find(Application)
    assert (made.company, made.numbers, made.state) == ("ИП Котов", f"{MARIA},{JOHN}", "open")


async def test_numbers_are_listed_and_found(company: Session) -> None:
    assert phones(await company.ask("numbers", {})) == [OLGA, ILYA, KIRILL, STEPAN]
    for query, found in {
        "8 926 333 00 02": [ILYA],
        "белов": [KIRILL],
        "Delivery": [KIRILL, STEPAN],
    }.items():
        assert phones(await company.ask("find_number", {"query": query})) == found
    for query in ("nobody", MARIA):
        assert await company.ask("find_number", {"query": query}) == Outcome("none")


async def test_employees_are_set_and_imported_with_bad_lines_told(company: Session) -> None:
    lines = f"{KIRILL},Белова Анна Ивановна\n\n{MARIA},Чужая\nабв,Никто\n{STEPAN},\n89263330004,Громов С. Ю."
    outcome = await company.ask("import_employees", {"lines": lines})
    assert (outcome.values["count"], outcome.values["bad_count"]) == (2, 3)
    bad = outcome.values["bad"]
    assert isinstance(bad, tuple)
    assert [(item["line"], item["reason"]) for item in bad] == [
        (3, "Этого номера нет в вашем договоре."),
        (4, "Это не номер телефона."),
        (5, "Имя не указано."),
    ]
    asked = {"phone": ILYA, "name": "Зайцева Инна", "position": "auditor"}
    assert (await company.ask("set_employee", asked)).name == "ok"
    assert phones(await company.ask("find_number", {"query": "инна"})) == [ILYA]
    assert await refusal(company, "set_employee", phone=MARIA, name="x") == "not_yours"
    listed = (await company.ask("employees", {})).values["employees"]
    assert isinstance(listed, tuple)
    assert listed[1] == {"phone": STEPAN, "name": "Громов С. Ю.", "position": "courier"}


async def test_tags_come_and_go(company: Session) -> None:
    asked = {"numbers": f"{OLGA}, {KIRILL}", "tag": "Склад"}
    assert await company.ask("tag_numbers", asked) == Outcome("ok", {"count": 2})
    assert await company.ask("tag_numbers", asked) == Outcome("ok", {"count": 0})
    assert phones(await company.ask("find_number", {"query": "склад"})) == [OLGA, KIRILL]
    assert await company.ask("untag_numbers", {**asked, "numbers": "склад"}) == Outcome("ok", {"count": 2})
    listed = (await company.ask("tags", {})).values["tags"]
    assert told(listed) == [
        {"tag": "accounting", "count": 1},
        {"tag": "delivery", "count": 2},
        {"tag": "office", "count": 2},
    ]


async def test_a_tariff_is_checked_per_number_and_changed_for_a_while(
    accounts: Accounts, company: Session, clock: VirtualClock
) -> None:
    asked = {"numbers": "delivery", "tariff": "courier", "starts": "2026-12-01", "until": "2026-12-31"}
    outcome = await company.ask("check_tariff_for", asked)
    values = {k: v for k, v in outcome.values.items() if k not in {"operation", "lines"}}
    assert values == {
        "name": "Курьерский",
        "price": 200_00,
        "allowed": 2,
        "refused_count": 0,
        "starts": date(2026, 12, 1),
    }
    assert (await company.ask("change_tariff_for", {"operation": outcome.values["operation"]})).name == "done"
    again = await company.ask("check_tariff_for", {**asked, "numbers": "all"})
    assert (again.values["allowed"], again.values["refused_count"]) == (2, 2)
    assert await refusal(company, "check_tariff_for", numbers="all", tariff="family") == "not_for_segment"
    for day, tariff in ((9, "Курьерский"), (31, "Офисный")):
        clock.advance(timedelta(days=day))
        await run_due(accounts.desk)
        found = (await company.ask("find_number", {"query": KIRILL})).values["numbers"]
        assert isinstance(found, tuple)
        assert found[0]["tariff"] == tariff
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_what_a_limit_just_allows_is_connected(company: Session) -> None:
    one = CATALOGUE.options["fleet"]
    await company.ask("set_limit", {"numbers": KIRILL, "amount": one.price + one.fee})
    asked = await company.ask("check_option_for", {"numbers": KIRILL, "option": "fleet"})
    outcome = await company.ask("connect_for", {"operation": asked.values["operation"]})
    assert outcome.name == "done"


@EVERYWHERE
async def test_an_option_for_many_is_all_or_none_and_keeps_to_limits(
    accounts: Accounts, company: Session
) -> None:
    await company.ask("set_limit", {"numbers": KIRILL, "amount": 100_00})
    outcome = await company.ask("check_option_for", {"numbers": "delivery", "option": "fleet"})
    lines = outcome.values["lines"]
    assert lines == (
        {"phone": KIRILL, "allowed": "no", "reason": "Лимит расходов номера исчерпан."},
        {"phone": STEPAN, "allowed": "yes", "reason": ""},
    )
    assert (await company.ask("connect_for", {"operation": outcome.values["operation"]})).name == "done"
    async with accounts.desk.store.read() as reader:
        assert [one.option for one in await reader.find(Connection)] == ["fleet"]
    balance = await company.ask("company_balance", {})
    assert balance.values["amount"] == 50_000_00 - 200_00
    charged = await company.ask("charges", {})
    assert charged.values["total"] == 200_00
    assert phones(charged) == [STEPAN]
    assert await company.ask("charges", {"numbers": "office"}) == Outcome("none")
    assert (await company.ask("limits", {})).values["limits"] == (
        {"phone": KIRILL, "amount": 100_00, "spent": 0},
    )
    assert await company.ask("set_limit", {"numbers": "all", "amount": 0}) == Outcome(
        "ok", {"count": 4, "amount": 0}
    )
    assert await company.ask("limits", {}) == Outcome("none")


async def test_an_option_is_taken_off_many(accounts: Accounts, company: Session) -> None:
    outcome = await company.ask("check_option_for", {"numbers": "all", "option": "pbx"})
    await company.ask("connect_for", {"operation": outcome.values["operation"]})
    outcome = await company.ask("check_option_for", {"numbers": OLGA, "option": "record"})
    await company.ask("connect_for", {"operation": outcome.values["operation"]})
    outcome = await company.ask("check_disconnect_for", {"numbers": "all", "option": "pbx"})
    lines = outcome.values["lines"]
    assert isinstance(lines, tuple)
    assert lines[0] == {
        "phone": OLGA,
        "allowed": "no",
        "reason": "Без этого не работает услуга Запись разговоров.",
    }
    assert (outcome.values["allowed"], outcome.values["price"]) == (3, 0)
    assert (await company.ask("disconnect_for", {"operation": outcome.values["operation"]})).name == "done"
    async with accounts.desk.store.read() as reader:
        left = await reader.find(Connection)
    assert sorted(one.option for one in left) == ["pbx", "record"]


async def test_targets_that_name_nothing_are_refused(company: Session) -> None:
    assert await refusal(company, "set_limit", numbers="warehouse", amount=1) == "no_numbers"
    assert await refusal(company, "set_limit", numbers=f"{OLGA},{MARIA}", amount=1) == "not_yours"
    assert await refusal(company, "set_limit", numbers="all", amount=-1) == "too_little"
    bad = {"numbers": "all", "tariff": "courier", "starts": "2026-11-21"}
    assert await refusal(company, "check_tariff_for", **bad) == "wrong_date"


async def test_fees_of_a_companys_numbers_are_the_companys(
    accounts: Accounts, company: Session, clock: VirtualClock
) -> None:
    clock.advance(timedelta(days=19))
    await run_due(accounts.desk)
    assert (await company.ask("company_balance", {})).values["amount"] == 50_000_00 - 4 * 350_00
    charged = await company.ask("charges", {})
    assert charged.values["total"] == 4 * 350_00
    async with accounts.desk.store.read() as reader:
        plans = await reader.find(Plan)
    assert {plan.due for plan in plans if not plan.unpaid} == {date(2027, 1, 10)}


async def test_payments_are_posted_once_and_filtered(
    accounts: Accounts, company: Session, clock: VirtualClock
) -> None:
    contract = str(company.caller.contract)
    clock.advance(timedelta(days=3))
    for _ in range(2):
        await receive_company_payment(accounts.desk, contract, 700_00, "card", "p-1")
    with pytest.raises(Conflict):
        await receive_company_payment(accounts.desk, contract, 800_00, "card", "p-1")
    everything = await company.ask("payments", {})
    assert everything.values["payments"] == (
        {"day": date(2026, 11, 25), "amount": 700_00, "type": "card"},
        {"day": date(2026, 11, 22), "amount": 50_000_00, "type": "bank"},
    )
    for query, count in (
        ({"type": "card"}, 1),
        ({"least": 1_000_00}, 1),
        ({"most": 1_000_00}, 1),
        ({"first": "2026-11-23"}, 1),
        ({"last": "2026-11-24"}, 1),
        ({"first": "2026-11-22", "last": "2026-11-25"}, 2),
    ):
        assert (await company.ask("payments", query)).values["count"] == count, query
    assert await company.ask("payments", {"type": "cash"}) == Outcome("none")


async def test_a_sim_is_replaced_on_two_factors_and_the_old_one_is_told(
    accounts: Accounts, company: Session
) -> None:
    await add_sim(accounts.desk, NEW_SIM, PUK)
    asked = {"phone": KIRILL, "sim": NEW_SIM, "puk": PUK}
    stranger = accounts.session(NOBODY, "0555")
    await stranger.ask("verify_company", {"login": COMPANY, "password": PASSWORD})
    assert await refusal(stranger, "check_replace_sim", **asked) == "second_factor"
    own = {**asked, "phone": OLGA}
    assert await refusal(company, "check_replace_sim", **own) == "second_factor"
    assert await refusal(company, "check_replace_sim", **{**asked, "puk": PASSWORD}) == "wrong_sim"
    assert await refusal(company, "check_replace_sim", **{**asked, "sim": "1"}) == "wrong_sim"
    outcome = await company.ask("check_replace_sim", asked)
    assert (outcome.name, outcome.values["name"]) == ("allowed", "Белов Кирилл Андреевич")
    assert (await company.ask("replace_sim", {"operation": outcome.values["operation"]})).name == "done"
    async with accounts.desk.store.read() as reader:
        card = await reader.get(SimCard, NEW_SIM)
        (message,) = await reader.find(Message, recipient=KIRILL)
    assert card is not None
    assert card.subscriber is not None
    assert message.text == f"Заказана замена SIM-карты номера {KIRILL}. Если это не вы, позвоните 0555."
    assert await refusal(company, "check_replace_sim", **asked) == "wrong_sim"


async def test_forwards_fixed_lines_and_the_manager(company: Session) -> None:
    asked = {"phone": KIRILL, "kind": "busy", "to": STEPAN}
    done = {"phone": KIRILL, "to": STEPAN, "kind": "busy"}
    assert await company.ask("set_company_forwarding", asked) == Outcome("ok", done)
    listed = await company.ask("company_forwarding", {"phone": KIRILL})
    assert told(listed.values["forwards"]) == [{"kind": "busy", "phone": STEPAN}]
    removed = await company.ask("remove_company_forwarding", {"phone": KIRILL, "kind": "all"})
    assert removed == Outcome("ok", {"count": 1})
    assert await refusal(company, "company_forwarding", phone=MARIA) == "not_yours"
    services = (await company.ask("fixed_services", {})).values
    assert services["total"] == 900_00
    expected = {"name": "Тихонова Елена Сергеевна", "phone": "+79262220001"}
    assert await company.ask("manager", {}) == Outcome("ok", expected)
