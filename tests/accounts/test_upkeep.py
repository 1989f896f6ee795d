"""What is due, from end to end on SQLite: changes, schedules and reports go through upkeep and the outbox
to a mail server and a message centre - once, also after weeks of downtime, a kill, and with several
processes at it."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from pypdf import PdfReader

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.outbox import Sender, pause
from ivr.accounts.receipts import note_receipt
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Order
from ivr.accounts.records_services import Message
from ivr.accounts.seed import COMPANY
from ivr.accounts.senders import SmtpOptions, SmtpSender
from ivr.accounts.smpp.sender import SmppSms
from ivr.accounts.smpp.session import SmppOptions, SmppSession
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from ivr.accounts.upkeep import Upkeep
from ivr.dialogue.queries import Secret
from tests.accounts.helpers import MARIA, done
from tests.accounts.papers import workbook_texts
from tests.accounts.postgres import free_port
from tests.accounts.test_corporate import KIRILL, OLGA, PASSWORD, get_access
from tests.accounts.test_smtp import Sink
from tests.support.smsc import Centre, message_centre

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
PROJECT = Path(__file__).parents[2]
PERIOD = {"first": "2026-11-01", "last": "2026-11-22"}


@pytest.fixture
async def company(accounts: Accounts, sms: KeptSms) -> Session:
    await get_access(accounts, sms)
    session = accounts.session(OLGA, "0555")
    await session.ask("verify_company", {"login": COMPANY, "password": PASSWORD})
    return session


class World:
    """A mail server, a message centre, and upkeep that is connected to both."""

    def __init__(self, accounts: Accounts, sink: Sink, mail_port: int, centre: Centre) -> None:
        self.sink, self.centre = sink, centre
        options = SmppOptions("127.0.0.1", centre.port, "ivr", Secret("secret"))
        self.sms = SmppSms(SmppSession(options, partial(note_receipt, accounts.desk)), "0505")
        senders: dict[str, Sender] = {"sms": self.sms, "email": SmtpSender(SmtpOptions(port=mail_port))}
        self.upkeep = Upkeep(accounts.desk, senders, link=self.sms)

    def texts(self) -> list[str]:
        """Return the short messages, by phone and text."""
        return sorted(
            f"{one.destination} {_text(one.content, one.coding, one.esm_class)}" for one in self.centre.taken
        )


def _text(content: bytes, coding: int, esm_class: int) -> str:
    body = content[7:] if esm_class else content
    return body.decode("utf-16-be" if coding == 8 else "ascii")


@pytest.fixture
async def world(accounts: Accounts) -> AsyncIterator[World]:
    sink, port = Sink(), free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    async with message_centre() as centre:
        made = World(accounts, sink, port, centre)
        yield made
        await made.sms.close()
    server.stop()


async def test_changes_schedules_and_reports_arrive_once_after_weeks_of_downtime(
    accounts: Accounts, company: Session, world: World, clock: VirtualClock
) -> None:
    asked = {"numbers": KIRILL, "tariff": "courier", "starts": "2026-12-01"}
    checked = await company.ask("check_tariff_for", asked)
    await company.ask("change_tariff_for", {"operation": checked.values["operation"]})
    await company.ask("schedule_document", {"kind": "invoice", "format": "xlsx"})
    assert (await company.ask("reconciliation_report", PERIOD)).name == "ordered"
    await world.upkeep.round()
    (report,) = world.sink.mails
    assert (report["To"], report["Subject"]) == ("office@romashka.example", "акт сверки")
    (attached,) = report.iter_attachments()
    assert attached.get_filename() == "reconciliation-20261101-20261122.pdf"
    page = PdfReader(io.BytesIO(attached.get_payload(decode=True))).pages[0].extract_text()  # type: ignore[arg-type]  # decoded
    assert "Сальдо конечное" in page
    announced = "Готово: акт сверки за период 01.11.2026-22.11.2026."
    assert f"{OLGA[1:]} {announced}" in world.texts()
    clock.advance(timedelta(days=45))
    for _ in range(3):
        await world.upkeep.round()
    scheduled = world.sink.mails[1:]
    names = [next(mail.iter_attachments()).get_filename() for mail in scheduled]
    assert sorted(map(str, names)) == ["invoice-20261101-20261130.xlsx", "invoice-20261201-20261231.xlsx"]
    december = next(mail for mail in scheduled if "01.12.2026" in mail.get_body().get_content())  # type: ignore[union-attr]  # it has one
    rows = workbook_texts(next(december.iter_attachments()).get_payload(decode=True))  # type: ignore[arg-type]  # decoded
    assert rows[0][0] == "Счёт"
    async with accounts.desk.store.read() as reader:
        (kirill,) = await reader.find(Subscriber, phone=KIRILL)
        left = await reader.find(Message, state="queued")
    assert (kirill.tariff, left) == ("courier", [])
    assert len({mail["Message-ID"] for mail in world.sink.mails}) == len(world.sink.mails) == 3
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_a_statement_goes_with_an_email_as_it_was_when_asked_for(
    accounts: Accounts, maria: Session, world: World, clock: VirtualClock
) -> None:
    async with accounts.desk.store.write() as work:
        (who,) = await work.find(Subscriber, phone=MARIA)
        await work.put(replace(who, email="maria@example.org"))
        await work.commit()
    assert (await maria.ask("statement", {"by": "email"})).values["lines"] == 2
    clock.advance(timedelta(seconds=1))
    await done(maria, "check_extend_package", "extend_package", kind="data")
    world.sink.data_answer = "451 later"
    await world.upkeep.round()
    world.sink.data_answer = "250 fine"
    clock.advance(timedelta(days=40))
    await world.upkeep.round()
    (mail,) = (one for one in world.sink.mails if one["To"] == "maria@example.org")
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "statement-20261101-20261122.pdf"
    page = PdfReader(io.BytesIO(attached.get_payload(decode=True))).pages[0].extract_text()  # type: ignore[arg-type]  # decoded
    text = " ".join(page.split()).replace("\N{NO-BREAK SPACE}", " ")
    for part in (
        "Абонент: +79261234567, Иванова Мария Петровна",
        "22.11.2026 12:00:00 пополнение счёта 695,50",
        "Начислено за период: 450,00",
    ):
        assert part in text
    assert "продление" not in text


async def test_what_is_away_is_caught_up_with(
    accounts: Accounts, company: Session, world: World, clock: VirtualClock
) -> None:
    await company.ask("order_document", {"kind": "act", "format": "pdf", **PERIOD})
    world.sink.data_answer = "451 later"
    world.centre.answer = lambda number: 0x58
    for _ in range(5):
        await world.upkeep.round()
        clock.advance(pause(6))
    assert world.sink.mails == []
    world.sink.data_answer = "250 fine"
    world.centre.answer = lambda number: 0
    for _ in range(2):
        await world.upkeep.round()
    assert [mail["Subject"] for mail in world.sink.mails] == ["акт"]


async def test_killed_while_making_a_document_it_is_made_once_later(
    accounts: Accounts, company: Session, world: World, clock: VirtualClock
) -> None:
    await company.ask("reconciliation_report", PERIOD)
    assert isinstance(accounts.desk.store, SqlStore)
    url = f"sqlite+aiosqlite:///{accounts.desk.store.file}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.accounts.upkeep_victim", url, clock.now().isoformat(), cwd=PROJECT
    )
    assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL
    await world.upkeep.round()
    assert world.sink.mails == []  # still kept for the one who died
    clock.advance(timedelta(days=7))
    await asyncio.gather(*(world.upkeep.round() for _ in range(3)))
    assert len(world.sink.mails) == 1
    async with accounts.desk.store.read() as reader:
        (order,) = await reader.find(Order)
    assert (order.state, order.tries) == ("ready", 2)
