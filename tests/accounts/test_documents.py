"""Documents: ordered, made, sent, sent again, protected, scheduled."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import pyzipper  # type: ignore[import-untyped]  # the wheel ships no types

from ivr.accounts.clock import VirtualClock
from ivr.accounts.corporate.preparing import StoredDocuments, prepare_documents
from ivr.accounts.door import Accounts, Session
from ivr.accounts.records_company import Document, Order
from ivr.accounts.records_services import Message
from ivr.accounts.seed import COMPANY
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.helpers import refusal, told
from tests.accounts.test_corporate import OLGA, PASSWORD, STEPAN, get_access

PERIOD = {"first": "2026-11-01", "last": "2026-11-22"}


@pytest.fixture
async def company(accounts: Accounts, sms: KeptSms) -> Session:
    await get_access(accounts, sms)
    session = accounts.session(OLGA, "0555")
    await session.ask("verify_company", {"login": COMPANY, "password": PASSWORD})
    return session


async def made(accounts: Accounts) -> list[Document]:
    async with accounts.desk.store.read() as reader:
        return await reader.find(Document)


async def buy(company: Session) -> None:
    outcome = await company.ask("check_option_for", {"numbers": STEPAN, "option": "fleet"})
    await company.ask("connect_for", {"operation": outcome.values["operation"]})


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("csv", "phone,name,rubles\n+79263330004,Громов Степан Юрьевич,200.00\n,total,200.00\n"),
        ("txt", "phone\tname\trubles\n+79263330004\tГромов Степан Юрьевич\t200.00\n\ttotal\t200.00\n"),
    ],
)
async def test_a_document_is_made_and_sent(
    accounts: Accounts, company: Session, form: str, content: str
) -> None:
    await buy(company)
    ordered = await company.ask("order_document", {"kind": "act", "format": form, **PERIOD})
    assert ordered.values["name"] == "акт"
    order = str(ordered.values["order"])
    assert await refusal(company, "send_again", order=order) == "not_ready"
    assert await prepare_documents(accounts.desk) == 1
    assert await prepare_documents(accounts.desk) == 0
    (document,) = await made(accounts)
    assert (document.name, document.content) == (f"act-20261101-20261122.{form}", content)
    attached = await StoredDocuments(accounts.desk).find(order)
    assert attached.content == content.encode()
    assert await company.ask("send_again", {"order": order}) == Outcome(
        "ok", {"email": "office@romashka.example"}
    )
    async with accounts.desk.store.read() as reader:
        mails = await reader.find(Message, channel="email")
    assert [mail.document for mail in mails] == [order, order]


async def test_the_detail_of_one_number_and_the_history(accounts: Accounts, company: Session) -> None:
    await company.ask("order_call_detail", {"phone": OLGA, "format": "html", **PERIOD})
    await prepare_documents(accounts.desk)
    (document,) = await made(accounts)
    assert document.content.startswith("<table><tr><td>day</td>")
    history = (await company.ask("order_history", {})).values
    assert history["count"] == 1


async def test_a_reconciliation_report_is_announced(accounts: Accounts, company: Session) -> None:
    await buy(company)
    await company.ask("reconciliation_report", PERIOD)
    await prepare_documents(accounts.desk)
    (document,) = await made(accounts)
    assert document.content.splitlines() == [
        "day,what,rubles",
        "2026-11-01,opening,0.00",
        "2026-11-22,платёж компании,50000.00",
        "2026-11-22,услуга Контроль транспорта на номера,-200.00",
        "2026-11-22,closing,49800.00",
    ]
    async with accounts.desk.store.read() as reader:
        texts = [message.text for message in await reader.find(Message, recipient=OLGA)]
    assert "Готово: акт сверки за период 01.11.2026-22.11.2026." in texts


async def test_a_protected_document_opens_with_its_password_only(
    accounts: Accounts, company: Session
) -> None:
    ordered = await company.ask("order_document", {"kind": "invoice", "format": "csv", **PERIOD})
    order = str(ordered.values["order"])
    await prepare_documents(accounts.desk)
    plain = (await made(accounts))[0].content
    assert await company.ask("protect_document", {"order": order, "password": PASSWORD}) == Outcome("ok")
    assert await refusal(company, "protect_document", order=order, password=PASSWORD) == "already_protected"
    attached = await StoredDocuments(accounts.desk).find(order)
    assert attached.name.endswith(".csv.zip")
    with pyzipper.AESZipFile(io.BytesIO(attached.content)) as archive:
        name = archive.namelist()[0]
        archive.setpassword(b"00000000")
        with pytest.raises(RuntimeError, match="Bad password"):
            archive.read(name)
        archive.setpassword(PASSWORD.reveal().encode())
        assert archive.read(name).decode() == plain


async def test_a_schedule_orders_each_month_once_also_after_a_pause(
    accounts: Accounts, company: Session, clock: VirtualClock
) -> None:
    scheduled = await company.ask("schedule_document", {"kind": "tax_paper", "format": "txt"})
    assert scheduled == Outcome("ok", {"next": date(2026, 12, 1)})
    offered = (await company.ask("documents", {})).values
    assert offered["scheduled"] == ({"kind": "tax_paper", "name": "счёт-фактура", "next": date(2026, 12, 1)},)
    assert told(offered["documents"]) == [
        {"kind": "invoice", "name": "счёт"},
        {"kind": "act", "name": "акт"},
        {"kind": "tax_paper", "name": "счёт-фактура"},
    ]
    clock.advance(timedelta(days=75))
    for _ in range(2):
        await prepare_documents(accounts.desk)
    async with accounts.desk.store.read() as reader:
        orders = await reader.find(Order, order="first")
    assert [(one.first, one.last, one.state) for one in orders] == [
        (date(2026, 11, 1), date(2026, 11, 30), "ready"),
        (date(2026, 12, 1), date(2026, 12, 31), "ready"),
        (date(2027, 1, 1), date(2027, 1, 31), "ready"),
    ]
    await company.ask("schedule_document", {"kind": "tax_paper", "format": "off"})
    clock.advance(timedelta(days=40))
    assert await prepare_documents(accounts.desk) == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "poem"}, "no_such_document"),
        ({"format": "pdf"}, "no_such_kind"),
        ({"first": "2026-11-23", "last": "2026-11-23"}, "wrong_date"),
        ({"first": "2026-11-02", "last": "2026-11-01"}, "wrong_date"),
        ({"first": "2020-01-01"}, "wrong_date"),
    ],
)
async def test_orders_are_refused_with_the_reason(
    company: Session, changed: dict[str, str], code: str
) -> None:
    asked = {"kind": "act", "format": "csv", **PERIOD, **changed}
    assert await refusal(company, "order_document", **asked) == code


async def test_another_companys_orders_do_not_exist(company: Session) -> None:
    assert await refusal(company, "send_again", order="0" * 32) == "no_such_order"
    secret = Secret("x" * 8)
    assert await refusal(company, "protect_document", order="0" * 32, password=secret) == "no_such_order"
