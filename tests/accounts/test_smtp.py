"""E-mail over SMTP against a real mail server on loopback: attachments, TLS, refusals, cuts at every
place."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ivr.accounts import messages
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.outbox import Attachment, NotNow, Refused, deliver_due, pause
from ivr.accounts.ports import Store
from ivr.accounts.records_services import Message
from ivr.accounts.senders import SmtpOptions, SmtpSender
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError
from tests.accounts.postgres import free_port

pytestmark = pytest.mark.parametrize("store", ["memory"], indirect=True)
NAME, WORD = "ivr", "s3cret-word"


class Sink:
    """Keeps mails; answers RCPT and DATA as told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipient_answer = self.data_answer = "250 fine"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.data_answer.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.data_answer


def authenticated(
    server: object, session: object, envelope: object, mechanism: str, data: object
) -> AuthResult:
    given = (getattr(data, "login", b""), getattr(data, "password", b""))
    return AuthResult(success=given == (NAME.encode(), WORD.encode()))


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    """A mail server without TLS."""
    made, port = Sink(), free_port()
    server = Controller(made, hostname="127.0.0.1", port=port)
    server.start()
    yield made, port
    server.stop()


async def written(accounts: Accounts) -> Message:
    async with accounts.desk.store.write() as work:
        made = await messages.write(
            accounts.desk, work, "email", "maria@example.org", "Привет,\n.\nточка", subject="Тема ё"
        )
        await work.commit()
    return made


async def state(accounts: Accounts, message: Message) -> tuple[str, int]:
    async with accounts.desk.store.read() as reader:
        found = await reader.get(Message, message.id)
    assert found is not None
    return found.state, found.tries


async def test_an_email_arrives_with_its_document(accounts: Accounts, sink: tuple[Sink, int]) -> None:
    server, port = sink
    message, content = await written(accounts), bytes(range(256)) * 300
    await SmtpSender(SmtpOptions(port=port)).deliver(
        message, Attachment("акт.pdf", content, "application/pdf")
    )
    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == ("maria@example.org", "Тема ё")
    assert mail["Message-ID"] == f"<{message.id}@localhost>"
    body, part = list(mail.walk())[1:]
    assert body.get_content().replace("\r\n", "\n") == "Привет,\n.\nточка\n"
    assert part.get_content_type() == "application/pdf"
    assert (part.get_filename(), part.get_payload(decode=True)) == ("акт.pdf", content)


@pytest.mark.parametrize(
    ("place", "answer", "after"),
    [
        ("recipient_answer", "550 nobody", ("failed", 1)),
        ("recipient_answer", "450 busy", ("queued", 1)),
        ("data_answer", "552 too large", ("failed", 1)),
        ("data_answer", "451 later", ("queued", 1)),
        ("recipient_answer", "250 fine", ("sent", 1)),
    ],
)
async def test_refusals_for_good_and_for_now(
    accounts: Accounts, sink: tuple[Sink, int], place: str, answer: str, after: tuple[str, int]
) -> None:
    setattr(sink[0], place, answer)
    message = await written(accounts)
    await deliver_due(accounts.desk, {"email": SmtpSender(SmtpOptions(port=sink[1]))})
    assert await state(accounts, message) == after
    assert len(sink[0].mails) == (after[0] == "sent")


async def test_a_server_that_is_away_costs_no_try(accounts: Accounts) -> None:
    message, sender = await written(accounts), SmtpSender(SmtpOptions(port=free_port()))
    await deliver_due(accounts.desk, {"email": sender})
    assert await state(accounts, message) == ("queued", 0)
    with pytest.raises(NotNow, match="did not take it"):
        await sender.check()


async def test_what_is_no_mail_is_refused(store: Store) -> None:
    now = datetime.now(UTC)
    message = Message("1", "email", "a@b.example\r\nBcc: x@y.example", "", "", now, now)
    with pytest.raises(Refused, match="cannot be written"):
        await SmtpSender(SmtpOptions(port=free_port())).deliver(message, None)


@asynccontextmanager
async def cutting_server(cut: str) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A mail server that breaks off once: inside `data`, after the `dot` with the mail kept, or at the
    `answer` to QUIT; it keeps the mails it got whole."""
    kept: list[bytes] = []
    cuts = [cut]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line.split(b":")[0].split()[0].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                if cuts == ["data"]:
                    await reader.readline()
                    break
                kept.append(await reader.readuntil(b"\r\n.\r\n"))
                if cuts == ["dot"]:
                    break
            if verb == b"QUIT" and cuts == ["answer"]:
                break
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
        cuts.clear()
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], kept


@pytest.mark.parametrize(("cut", "copies"), [("data", 1), ("dot", 2), ("answer", 1)])
async def test_a_cut_loses_nothing_and_doubles_only_after_the_final_dot(
    accounts: Accounts, clock: VirtualClock, cut: str, copies: int
) -> None:
    message = await written(accounts)
    async with cutting_server(cut) as (port, kept):
        sender = SmtpSender(SmtpOptions(port=port, timeout=5))
        for _ in range(3):
            await deliver_due(accounts.desk, {"email": sender})
            clock.advance(pause(3))
    assert (await state(accounts, message))[0] == "sent"
    assert len(kept) == copies
    ids = {message_from_bytes(mail, policy=policy.default)["Message-ID"] for mail in kept}
    assert ids == {f"<{message.id}@localhost>"}  # whoever has both sees that they are one


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(pem, kind, plain))
    return folder / "cert.pem", folder / "key.pem"


async def test_starttls_and_the_password_are_required_and_checked(
    accounts: Accounts, certificate: tuple[Path, Path]
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    made, port = Sink(), free_port()
    server = Controller(
        made, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True,
        authenticator=authenticated, auth_required=True,
    )  # fmt: skip
    server.start()
    try:
        right = SmtpOptions(
            port=port, user=NAME, password=Secret(WORD), start_tls=True, ca_file=str(certificate[0])
        )
        message = await written(accounts)
        await SmtpSender(right).deliver(message, None)
        assert len(made.mails) == 1
        untrusted = replace(right, ca_file="", timeout=0.5)
        wrong = replace(right, password=Secret("no"), timeout=0.5)
        open_ = SmtpOptions(port=port, timeout=0.5)
        for options in (untrusted, wrong, open_):
            with pytest.raises(AccountsError) as told:
                await SmtpSender(options).deliver(message, None)
            assert isinstance(told.value, NotNow)
            assert WORD not in repr(told.value) + repr(options)
        assert len(made.mails) == 1
    finally:
        server.stop()
