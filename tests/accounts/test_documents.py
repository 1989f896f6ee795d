"""Documents: ordered, made, sent, sent again, protected, scheduled."""

from __future__ import annotations

import asyncio
import base64
import io
from datetime import date, timedelta

import pytest
import pyzipper  # type: ignore[import-untyped]  # the wheel ships no types
from pypdf import PdfReader

from ivr.accounts.attachments import StoredDocuments
from ivr.accounts.clock import VirtualClock
from ivr.accounts.corporate.contents import number_of
from ivr.accounts.corporate.preparing import prepare_documents
from ivr.accounts.door import Accounts, Session
from ivr.accounts.records_company import Document, Order
from ivr.accounts.records_services import Message
from ivr.accounts.seed import COMPANY
from ivr.accounts.sms import KeptSms
from ivr.accounts.staff import staff_session
from ivr.accounts.staff.registry import first_senior
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.conftest import NOON
from tests.accounts.helpers import EVERYWHERE, refusal, told
from tests.accounts.papers import opens
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
        (
            "csv",
            '\ufeffТелефон,Сотрудник,"Сумма, ₽"\n+79263330004,Громов Степан Юрьевич,200.00\n'
            "Итого,,200.00\nВ том числе НДС 22%,,36.07\n",
        ),
        (
            "txt",
            "Телефон\tСотрудник\tСумма, ₽\n+79263330004\tГромов Степан Юрьевич\t200.00\n"
            "Итого\t\t200.00\nВ том числе НДС 22%\t\t36.07\n",
        ),
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
    assert "<h1>Детализация номера</h1>" in document.content
    assert "<p>Абонент: +79263330001, Орлова Ольга Павловна</p>" in document.content
    history = (await company.ask("order_history", {})).values
    assert history["count"] == 1


def test_every_document_has_a_number_of_its_own() -> None:
    day = date(2026, 11, 1)
    ids = [f"schedule:c:{kind}:2026-11-01" for kind in ("act", "invoice")] + ["019a" * 8, "019b" * 8]
    orders = [Order(one, "c", "act", "", day, day, "pdf", NOON) for one in ids]
    numbers = [number_of(one) for one in orders]
    assert len(set(numbers)) == 4
    assert all(len(one) == 12 and one.isalnum() for one in numbers)


async def test_a_reconciliation_report_is_announced(accounts: Accounts, company: Session) -> None:
    await buy(company)
    await company.ask("reconciliation_report", PERIOD)
    await prepare_documents(accounts.desk)
    (document,) = await made(accounts)
    read = PdfReader(io.BytesIO(base64.b64decode(document.content)))
    text = read.pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ")
    for line in (
        "Акт сверки",
        "Заказчик: ООО Ромашка, ИНН 7701234567",
        "22.11.2026 платёж компании 50 000,00",
        "22.11.2026 услуга Контроль транспорта на номера 200,00",
        "Сальдо начальное: 0,00",
        "Сальдо конечное: 49 800,00",
        "Страница 1 из 1",
    ):
        assert line in " ".join(text.split()), line
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
        ({"format": "doc"}, "no_such_kind"),
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


async def test_one_that_cannot_be_made_holds_up_no_other_and_is_tried_again(
    accounts: Accounts, company: Session, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"kind": "act", **PERIOD}
    broken = str((await company.ask("order_document", {**asked, "format": "html"})).values["order"])
    fine = str((await company.ask("order_document", {**asked, "format": "txt"})).values["order"])
    monkeypatch.setattr("ivr.accounts.papers.plain.as_html", _breaks)
    assert await prepare_documents(accounts.desk) == 1
    assert [one.order for one in await made(accounts)] == [fine]
    for minutes in (1, 2, 4, 8):
        assert await prepare_documents(accounts.desk) == 0
        clock.advance(timedelta(minutes=minutes))
    assert await prepare_documents(accounts.desk) == 0
    async with accounts.desk.store.read() as reader:
        kept = await reader.get(Order, broken)
    assert kept is not None
    assert (kept.state, kept.tries) == ("failed", 5)
    monkeypatch.undo()
    clock.advance(timedelta(days=7))
    assert await prepare_documents(accounts.desk) == 0
    await first_senior(accounts.desk, "anna", "Анна")
    anna = staff_session(accounts.desk, "anna")
    assert (await anna.ask("retry_document", {"order": broken})).name == "ok"
    assert await prepare_documents(accounts.desk) == 1
    assert (await anna.ask("retry_document", {"order": broken})).values["code"] == "not_failed"
    listed = (await anna.ask("contract_orders", {"contract": COMPANY})).values["orders"]
    assert isinstance(listed, tuple)
    assert {one["state"] for one in listed} == {"ready"}
    sent = await anna.ask("resend_document", {"order": fine})
    assert sent == Outcome("ok", {"email": "office@romashka.example"})


def _breaks(paper: object) -> str:
    raise RuntimeError("broken")


@EVERYWHERE
async def test_many_at_once_make_each_document_once(accounts: Accounts, company: Session) -> None:
    await company.ask("order_document", {"kind": "act", "format": "txt", **PERIOD})
    counts = await asyncio.gather(*(prepare_documents(accounts.desk) for _ in range(5)))
    assert sum(counts) == 1
    async with accounts.desk.store.read() as reader:
        assert len(await reader.find(Message, channel="email")) == 1


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
async def test_a_protected_paper_is_stored_encrypted(accounts: Accounts, company: Session, form: str) -> None:
    ordered = await company.ask("order_document", {"kind": "invoice", "format": form, **PERIOD})
    order = str(ordered.values["order"])
    await prepare_documents(accounts.desk)
    assert await company.ask("protect_document", {"order": order, "password": PASSWORD}) == Outcome("ok")
    attached = await StoredDocuments(accounts.desk).find(order)
    assert attached.name == f"invoice-20261101-20261122.{form}"
    assert opens(form, attached.content, PASSWORD.reveal())
    assert not opens(form, attached.content, "00000000")
