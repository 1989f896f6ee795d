"""Messages out: sent, tried again with growing pauses, given up; e-mail over SMTP with its document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from ivr.accounts import messages
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.outbox import TRIES, Attachment, deliver_due, pause
from ivr.accounts.records_services import Message
from ivr.accounts.senders import FileSender, SmsSender, SmtpOptions, SmtpSender
from ivr.accounts.sms import KeptSms
from ivr.accounts.upkeep import Upkeep
from ivr.errors import AccountsError
from tests.accounts.helpers import EVERYWHERE, MARIA, called
from tests.accounts.postgres import free_port


async def write(accounts: Accounts, channel: str = "sms", document: str | None = None) -> Message:
    async with accounts.desk.store.write() as work:
        to = MARIA if channel == "sms" else "maria@example.org"
        made = await messages.write(
            accounts.desk, work, channel, to, "Привет", subject="Тема", document=document
        )
        await work.commit()
    return made


async def kept(accounts: Accounts, message: Message) -> Message:
    async with accounts.desk.store.read() as reader:
        found = await reader.get(Message, message.id)
    assert found is not None
    return found


@EVERYWHERE
async def test_a_message_goes_out_once(accounts: Accounts, sms: KeptSms) -> None:
    message = await write(accounts)
    senders = {"sms": SmsSender(sms)}
    sent = await asyncio.gather(*(deliver_due(accounts.desk, senders) for _ in range(3)))
    assert sum(sent) == 1
    assert [(phone, text.reveal()) for phone, text in sms.sent] == [(MARIA, "Привет")]
    assert (await kept(accounts, message)).state == "sent"


async def test_a_failed_one_is_tried_again_later_and_at_last_given_up(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    message, senders = await write(accounts), {"sms": SmsSender(sms)}
    sms.broken = True
    assert await deliver_due(accounts.desk, senders) == 0
    assert await deliver_due(accounts.desk, senders) == 0
    assert (await kept(accounts, message)).tries == 1
    for tries in range(1, TRIES):
        clock.advance(pause(tries))
        await deliver_due(accounts.desk, senders)
    assert ((await kept(accounts, message)).state, (await kept(accounts, message)).tries) == ("failed", TRIES)
    sms.broken = False
    clock.advance(timedelta(days=2))
    assert await deliver_due(accounts.desk, senders) == 0


async def test_a_broken_channel_does_not_hold_up_another(accounts: Accounts, sms: KeptSms) -> None:
    lost, fine = await write(accounts, "pigeon"), await write(accounts)
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 1
    assert (await kept(accounts, lost)).state == "queued"
    assert (await kept(accounts, fine)).state == "sent"


def test_pauses_grow_to_six_hours() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3, 12)] == [30, 60, 120, 21600]


async def test_a_rolled_back_effect_sends_nothing(accounts: Accounts, sms: KeptSms) -> None:
    async with accounts.desk.store.write() as work:
        await messages.write(accounts.desk, work, "sms", MARIA, "Привет")
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 0


@asynccontextmanager
async def mail_server(answers: dict[bytes, bytes]) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A mail server that takes everything, unless told otherwise; give its port and the mails it got."""
    mails: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line.split(b":")[0].split()[0].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                mails.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(answers.get(verb, b"250 fine\r\n"))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], mails


async def test_an_email_arrives_with_its_document(accounts: Accounts) -> None:
    message = await write(accounts, "email")
    attached = Attachment("акт.csv", b"a,b\n", "text/csv")
    async with mail_server({b"QUIT": b"221 bye\r\n"}) as (port, mails):
        await SmtpSender(SmtpOptions(port=port)).deliver(message, attached)
    mail = message_from_bytes(mails[0].replace(b"\r\n.\r\n", b"\r\n"), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("maria@example.org", "Тема")
    assert mail["Message-ID"] == f"<{message.id}@localhost>"
    body, part = list(mail.walk())[1:]
    assert body.get_content() == "Привет\r\n" or body.get_content() == "Привет\n"
    assert (part.get_filename(), part.get_payload(decode=True)) == ("акт.csv", b"a,b\n")


async def test_a_refusing_or_absent_mail_server_is_our_error(accounts: Accounts) -> None:
    message = await write(accounts, "email")
    async with mail_server({b"RCPT": b"550 nobody\r\n", b"QUIT": b"221 bye\r\n"}) as (port, mails):
        with pytest.raises(AccountsError, match="did not take it"):
            await SmtpSender(SmtpOptions(port=port)).deliver(message, None)
        assert mails == []
    with pytest.raises(AccountsError, match="did not take it"):
        await SmtpSender(SmtpOptions(port=free_port())).deliver(message, None)


async def test_mails_can_be_written_to_a_folder(accounts: Accounts, tmp_path: Path) -> None:
    message = await write(accounts, "email")
    assert await deliver_due(accounts.desk, {"email": FileSender(tmp_path / "mail")}) == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Тема"
    assert (await kept(accounts, message)).state == "sent"


async def test_a_round_of_upkeep_does_everything(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    maria = await called(accounts, MARIA)
    await maria.ask("statement", {"by": "sms"})
    clock.advance(timedelta(days=19))
    await Upkeep(accounts.desk, {"sms": SmsSender(sms)}).round()
    texts = [text.reveal() for phone, text in sms.sent if phone == MARIA]
    assert len(texts) == 2
    assert texts[1] == "Не хватает денег на оплату: Классический."
