"""Every use case that the API offers is used once with success; the others have a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.corporate.preparing import prepare_documents
from ivr.accounts.door import Accounts, declared_use_cases
from ivr.accounts.individual.top_up import issue_voucher
from ivr.accounts.seed import COMPANY, TEAM
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Secret
from ivr.web.operations import LOGINS, NOT_OFFERED, operations
from ivr.web.words import OF_OUTCOMES
from tests.accounts.helpers import JOHN, MARIA, RICH, called
from tests.web.helpers import PASSWORD, Answer, Api, choose_company_password

OLGA, ILYA, KIRILL, STEPAN = (phone for phone, *_ in TEAM)
VOUCHERS = ("4081726354901827", "4081726354901828")
DOMAIN = """set_password change_password balance packages extend_package month_summary statement top_up
promised_payment top_up_other transfer spend_bonus options connect disconnect connect_by_code tariff
change_tariff forwarding black_list ringback_tone block_number operations ask_expert voice_settings numbers
find_number employees tags tariffs limits charges payments documents reconciliation_report order_history
fixed_services manager"""
"""domain.md's functions, but for what only a call can do: recover_password and replace_sim."""

Asked = tuple[str, Mapping[str, object]]

INDIVIDUAL: tuple[Asked, ...] = (
    ("set_password", {"password": PASSWORD, "again": PASSWORD}),
    ("change_password", {"password": PASSWORD, "new": "90517263", "again": "90517263"}),
    ("balance", {}),
    ("packages", {}),
    ("check_extend_package", {"kind": "data"}),
    ("month_summary", {}),
    ("operations", {}),
    ("statement", {"by": "sms"}),
    ("check_voucher", {"voucher": VOUCHERS[0]}),
    ("check_top_up_other", {"phone": JOHN, "voucher": VOUCHERS[1]}),
    ("payment_link", {"amount": 500_00}),
    ("check_transfer", {"phone": "8 926 123-45-68", "amount": 100_00}),
    ("check_promised_payment", {"amount": 100_00}),
    ("bonus_offers", {}),
    ("check_bonus_offer", {"offer": "pay100"}),
    ("options", {}),
    ("tariff", {}),
    ("tariffs", {}),
    ("set_forwarding", {"kind": "busy", "phone": MARIA}),
    ("forwarding", {}),
    ("remove_forwarding", {"kind": "all"}),
    ("black_list_add", {"phone": MARIA}),
    ("black_list", {}),
    ("black_list_remove", {"phone": MARIA}),
    ("ringback_tone", {}),
    ("ask_expert", {"topic": "роуминг"}),
    ("set_language", {"language": "ru"}),
    ("voice_settings", {}),
    ("change_voice_settings", {"setting": "rate", "value": "150"}),
    ("block_number", {}),
    ("unblock_number", {"password": "90517263"}),
)
COMPANYS: tuple[Asked, ...] = (
    ("numbers", {}),
    ("find_number", {"query": "белов"}),
    ("employees", {}),
    ("set_employee", {"phone": KIRILL, "name": "Белов Кирилл", "position": "курьер"}),
    ("import_employees", {"lines": f"{STEPAN},Громов Степан\n12,Никто"}),
    ("tags", {}),
    ("tag_numbers", {"numbers": f"{OLGA}, {ILYA}", "tag": "склад"}),
    ("untag_numbers", {"numbers": "склад", "tag": "склад"}),
    ("check_tariff_for", {"numbers": "delivery", "tariff": "courier", "starts": "2026-12-01"}),
    ("check_option_for", {"numbers": "all", "option": "pbx"}),
    ("check_disconnect_for", {"numbers": "all", "option": "pbx"}),
    ("set_limit", {"numbers": KIRILL, "amount": 1000_00}),
    ("limits", {}),
    ("charges", {}),
    ("company_balance", {}),
    ("payments", {"first": "2026-11-01", "least": 100, "type": "bank"}),
    ("order_document", {"kind": "act", "first": "2026-11-01", "last": "2026-11-22", "format": "csv"}),
    ("order_call_detail", {"phone": KIRILL, "first": "2026-11-01", "last": "2026-11-22"}),
    ("reconciliation_report", {"first": "2026-11-01", "last": "2026-11-22"}),
    ("schedule_document", {"kind": "invoice", "format": "csv"}),
    ("documents", {}),
    ("order_history", {}),
    ("set_company_forwarding", {"phone": KIRILL, "kind": "busy", "to": STEPAN}),
    ("company_forwarding", {"phone": KIRILL}),
    ("remove_company_forwarding", {"phone": KIRILL, "kind": "all"}),
    ("fixed_services", {}),
    ("manager", {}),
)


class Course:
    """A session that goes through a list, confirms whatever is prepared, and remembers what it did."""

    def __init__(self, api: Api, group: str) -> None:
        self._api, self._group = api, group
        self.done: set[str] = set()
        self.listed: set[tuple[str, str]] = set()
        """Use cases and their lists that had an item."""

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Answer:
        answer = await self._api.post(f"/v1/{self._group}/{name}", arguments, Idempotency_Key=uuid4().hex)
        assert answer.status == 200, (name, answer.body)
        self.done.add(name)
        full = (one for one, value in answer.values.items() if isinstance(value, list) and value)
        self.listed.update((name, one) for one in full)
        then = declared_use_cases()[name].prepares
        if then:
            confirmed = await self.ask(then, {"operation": answer.values["operation"]})
            assert confirmed.code == "done"
        return answer


async def test_every_use_case_of_a_subscriber_works(api: Api, accounts: Accounts, sms: KeptSms) -> None:
    for code in VOUCHERS:
        await issue_voucher(accounts.desk, Secret(code), 300_00, days=30)
    await (await called(accounts, RICH)).ask("recover_password", {})
    temporary = sms.sent[-1][1].reveal().split(": ")[1][:8]
    course = Course(await api.login(RICH, temporary), "individual")
    found = {name: await course.ask(name, arguments) for name, arguments in INDIVIDUAL}
    available = {name: found[name].values["available"] for name in ("options", "tariffs", "ringback_tone")}
    assert all("spoken" not in item for items in available.values() for item in items)
    by_month = [item for item in available["options"] if item["period"] == "в месяц"]
    await course.ask("check_option", {"option": by_month[0]["option"]})
    await course.ask("options", {})
    await course.ask("check_disconnect", {"option": by_month[0]["option"]})
    await course.ask("check_code", {"code": by_month[0]["code"]})
    await course.ask("check_tariff", {"tariff": available["tariffs"][0]["tariff"]})
    await course.ask("check_ringback_tone", {"melody": available["ringback_tone"][0]["melody"]})
    await course.ask("ringback_tone_off", {})
    offered = {one.name for one in operations() if one.group == "individual" and one.access == "session"}
    assert course.done == offered
    assert lists("individual") - course.listed == set()
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_every_use_case_of_a_company_works(
    api: Api, accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    applied = await api.ask(
        "apply_for_access",
        "company",
        company="ИП Котов",
        entrepreneur="Котов Пётр",
        numbers=JOHN,
        contact=MARIA,
    )
    assert applied.values == {"count": 1}
    await choose_company_password(accounts, sms)
    caller = accounts.session(OLGA, "0555")
    clock.advance(timedelta(minutes=2))  # until another temporary password may go out
    await caller.ask("company_access", {"contract": COMPANY, "tax_number": "7701234567"})
    temporary = sms.sent[-1][1].reveal().split(": ")[1][:8]
    first = Course(await company(api, temporary), "company")
    await first.ask("set_company_password", {"password": PASSWORD, "again": PASSWORD})
    course = Course(await company(api, PASSWORD), "company")
    found = {name: await course.ask(name, arguments) for name, arguments in COMPANYS}
    assert found["import_employees"].values["bad"][0]["line"] == 2
    await prepare_documents(accounts.desk)
    order = found["order_document"].values["order"]
    await course.ask("send_again", {"order": order})
    await course.ask("protect_document", {"order": order, "password": PASSWORD})
    offered = {one.name for one in operations() if one.group == "company" and one.access == "session"}
    assert course.done | first.done == offered
    assert lists("company") - course.listed == set()
    assert await audit.check_ledger(accounts.desk.store) == []


async def company(api: Api, password: str) -> Api:
    answer = await api.post("/v1/company/login", {"login": COMPANY, "password": password})
    assert answer.status == 200, answer.body
    return api.with_headers(Authorization=f"Bearer {answer.body['session']['token']}")


def test_the_whole_domain_is_offered_or_has_its_reason() -> None:
    names = {one.name for one in operations() if one.group != "payments"}  # which no call can ask for
    assert names | NOT_OFFERED.keys() == declared_use_cases().keys()
    assert not names & NOT_OFFERED.keys()
    assert set(DOMAIN.split()) <= names
    assert LOGINS.keys() <= names
    assert all(len(reason) > 20 for reason in NOT_OFFERED.values())


def test_every_outcome_is_a_success_or_has_its_words() -> None:
    """What is no success by its name must be told as a problem, with what to do next."""
    outcomes = {name for one in operations() for name in one.case.declaration.outcomes}
    successes = outcomes - OF_OUTCOMES.keys() - {"sign_in_first"}
    assert successes == {
        *("allowed", "already", "changing", "checked", "done", "none", "nothing", "off", "ok", "on"),
        *("option", "ordered", "sent", "some", "tariff"),
    }
    assert OF_OUTCOMES.keys() <= outcomes
    for problem in OF_OUTCOMES.values():
        assert problem.detail.ru
        assert problem.detail.en


def lists(group: str) -> set[tuple[str, str]]:
    """Every list that the use cases of a group answer."""
    cases = [one.case.declaration for one in operations() if one.group == group]
    return {
        (case.name, name)
        for case in cases
        for values in case.values.values()
        for name, value in values.items()
        if value.type == "list"
    }
