"""Staff and companies: contracts, numbers, applications, access; and vouchers."""

from __future__ import annotations

import pytest

from ivr.accounts.door import Accounts, Session
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Application, Contract, SimCard
from ivr.accounts.records_services import Message, Voucher
from ivr.accounts.records_staff import StaffAction
from ivr.accounts.seed import COMPANY, TEAM
from ivr.accounts.sms import KeptSms
from ivr.accounts.staff.companies import is_tax_number
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.helpers import MARIA, NOBODY
from tests.accounts.staff import Staff, refused

NEW_COMPANY = {
    "contract": "880000001",
    "company": "АО Василёк",
    "tax_number": "7707083893",
    "email": "docs@vasilek.example",
    "phone": "8 926 123-45-64",
    "manager": "Тихонова Елена",
    "manager_phone": "8 926 222 00 01",
}


async def test_a_company_is_registered_with_numbers_and_gets_access(staff: Staff, sms: KeptSms) -> None:
    assert (await staff.olya.ask("register_company", NEW_COMPANY)).name == "ok"
    assert await refused(staff.olya, "register_company", **NEW_COMPANY) == "contract_exists"
    numbers = f"{MARIA}, 12, {NOBODY}; +79263330001"
    linked = (await staff.olya.ask("link_numbers", {"contract": "880000001", "numbers": numbers})).values
    left = linked["left"]
    assert isinstance(left, tuple)
    assert linked["count"] == 1
    assert [one["reason"] for one in left] == [
        "Это не номер телефона.",
        "Это не номер нашего абонента.",
        "Номер уже в договоре компании.",
    ]
    assert await refused(staff.olya, "link_numbers", contract="880000001", numbers=MARIA) == "no_numbers"
    assert await refused(staff.olya, "link_numbers", contract="1", numbers=MARIA) == "no_such_contract"
    assert await staff.olya.ask("issue_access", {"contract": "880000001"}) == Outcome("sent")
    phone, text = sms.sent[-1]
    assert phone == "+79261234564"
    session = staff.accounts.session(MARIA, "0555")
    signed = {"login": "880000001", "password": Secret(text.reveal().split(": ")[1][:8])}
    assert await session.ask("verify_company", signed) == Outcome("ok", {"company": "АО Василёк"})


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"contract": "12"}, "wrong_contract"),
        ({"tax_number": "7707083894"}, "wrong_tax_number"),
        ({"email": "docs@vasilek"}, "wrong_email"),
        ({"phone": "12"}, "wrong_number"),
        ({"company": "  "}, "no_name"),
        ({"language": "de"}, "no_such_kind"),
    ],
)
async def test_a_company_is_refused_with_the_reason(staff: Staff, changed: dict[str, str], code: str) -> None:
    assert await refused(staff.olya, "register_company", **{**NEW_COMPANY, **changed}) == code


def test_tax_numbers_have_check_digits() -> None:
    assert all(map(is_tax_number, ("7707083893", "7830002293", "500100732259")))
    assert not any(
        map(is_tax_number, ("7707083892", "500100732258", "500100732269", "770708389", "٧٧٠٧٠٨٣٨٩٣"))
    )


async def applied(accounts: Accounts, numbers: str, line: str = NOBODY) -> str:
    session = accounts.session(line, "0555")
    asked = {"company": "Ромашка", "entrepreneur": "Котов Пётр", "contact": NOBODY, "numbers": numbers}
    assert (await session.ask("apply_for_access", asked)).name == "ok"
    async with accounts.desk.store.read() as reader:
        return (await reader.find(Application))[-1].id


async def test_an_application_is_checked_granted_and_access_goes_to_the_contact_on_record(
    staff: Staff, sms: KeptSms
) -> None:
    one = await applied(staff.accounts, f"{MARIA}, {NOBODY}", MARIA)
    checked = (await staff.olya.ask("check_application", {"application": one})).values
    numbers = checked["numbers"]
    assert isinstance(numbers, tuple)
    assert checked["contracts"] == COMPANY
    assert [(n["allowed"], n["own"]) for n in numbers] == [("yes", "yes"), ("no", "no")]
    granted = await staff.olya.ask("grant_application", {"application": one, "contract": COMPANY})
    assert (granted.name, granted.values["count"], granted.values["access"]) == ("granted", 1, "sent")
    assert [phone for phone, _ in sms.sent] == ["+79263330001"]
    async with staff.accounts.desk.store.read() as reader:
        (told,) = await reader.find(Message, recipient=NOBODY)
        (linked,) = await reader.find(Subscriber, phone=MARIA)
    assert COMPANY in told.text
    assert linked.segment == "company"
    again = {"application": one, "contract": COMPANY}
    assert await refused(staff.olya, "grant_application", **again) == "decided_already"
    assert await staff.olya.ask("applications", {}) == Outcome("none")


async def test_an_application_is_refused_with_the_reason(staff: Staff) -> None:
    one = await applied(staff.accounts, NOBODY)
    asked = {"application": one, "contract": COMPANY}
    assert await refused(staff.olya, "grant_application", **asked) == "no_numbers"
    asked = {"application": one, "reason": "Нет доверенности"}
    assert await staff.olya.ask("refuse_application", asked) == Outcome("ok", {"company": "Ромашка"})
    assert await refused(staff.olya, "refuse_application", **asked) == "decided_already"
    assert await refused(staff.olya, "check_application", application="0") == "no_such_application"
    async with staff.accounts.desk.store.read() as reader:
        (told,) = await reader.find(Message, recipient=NOBODY)
    assert told.text == "Заявка отклонена: Нет доверенности"


async def test_vouchers_are_imported_good_lines_only_and_codes_stay_secret(
    staff: Staff, maria: Session
) -> None:
    good = "1234 5678 9012 3456"
    known = good.replace(" ", "")
    lines = f"""{good},500,2027-12-31

123,100,2027-12-31
111122223333,x,2027-12-31
{known},100,2027-12-31
111122223334,100,2020-01-01
111122223335,0.5,2027-12-31
nothing
111122223336,-5,2027-01-01"""
    outcome = await staff.anna.ask("import_vouchers", {"lines": Secret(lines)})
    assert (outcome.values["count"], outcome.values["amount"]) == (1, 500_00)
    bad = outcome.values["bad"]
    assert isinstance(bad, tuple)
    assert [one["line"] for one in bad] == [3, 4, 5, 6, 7, 8, 9]
    assert bad[2]["reason"] == "Карта с таким кодом уже есть."
    async with staff.accounts.desk.store.read() as reader:
        written = repr([await reader.find(Voucher), await reader.find(StaffAction)])
    assert "1234567890123456" not in written.replace(" ", "")
    allowed = await maria.ask("check_voucher", {"voucher": Secret("1234567890123456")})
    assert allowed.values["amount"] == 500_00


async def test_a_card_that_staff_made_known_replaces_another(staff: Staff, accounts: Accounts) -> None:
    known = "8970101234567890123"
    lines = f"""{known}, 55554444

{known},55554444
1,55554444
{known[:-1]}4,5555444
{known[:-1]}5 55554444"""
    outcome = await staff.anna.ask("import_sims", {"lines": Secret(lines)})
    assert outcome.values["count"] == 1
    bad = outcome.values["bad"]
    assert isinstance(bad, tuple)
    assert [one["line"] for one in bad] == [3, 4, 5, 6]
    assert bad[0]["reason"] == "Карта с таким номером уже есть."
    async with staff.accounts.desk.store.read() as reader:
        assert "55554444" not in repr([await reader.find(SimCard), await reader.find(StaffAction)])
    assert await staff.olya.ask("import_sims", {"lines": Secret("1")}) == Outcome("seniors_only")
    office = accounts.session(TEAM[0][0], "0555")
    office.caller.contract, office.caller.proof = await contract_id(accounts), "password"
    given = {"phone": TEAM[1][0], "sim": known, "puk": Secret("55554444")}
    assert (await office.ask("check_replace_sim", given)).name == "allowed"


async def contract_id(accounts: Accounts) -> str:
    async with accounts.desk.store.read() as reader:
        return (await reader.find(Contract, number=COMPANY))[0].id
