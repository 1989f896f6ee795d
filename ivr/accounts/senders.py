"""Ways out for messages: SMTP for e-mail, the SMS port for short messages, a file to look at while
developing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import aiosmtplib

from ivr.accounts.outbox import Attachment, NotNow, Refused
from ivr.accounts.ports import Sms
from ivr.accounts.records_services import Message
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError


@dataclass(frozen=True, slots=True)
class SmtpOptions:
    """Where e-mail is handed over."""

    host: str = "127.0.0.1"
    """Mail server."""
    port: int = 25
    """Its port."""
    sender: str = "voice-account@localhost"
    """From."""
    user: str = ""
    """Login name; empty: no login."""
    password: Secret | None = None
    """Its password."""
    start_tls: bool = False
    """True: STARTTLS is required."""
    tls: bool = False
    """True: TLS from the first byte (port 465)."""
    ca_file: str = ""
    """Certificates that the server's must come from; empty: the system's."""
    timeout: float = 20.0
    """Seconds for each network step."""


class SmtpSender:
    """Hands e-mail to a mail server, RFC 5321; the message's own id is its Message-ID, so a retry can be
    recognised.

    The server's answer to the final dot is the only news of who has the message. When the connection breaks
    before the dot, nobody has it (RFC 5321, 4.1.1.4); when it breaks after the dot and before the answer is
    read, nobody can know, and it goes out again: RFC 1047 describes that window, which no client can close.
    """

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options

    async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
        """Hand one e-mail over. Raises NotNow, Refused, AccountsError."""
        try:
            mail = written(message, attachment, self._options.sender)
        except ValueError as fault:
            raise Refused("the message cannot be written as e-mail") from fault
        client = await self._connected()
        try:
            await client.send_message(mail)
        except (aiosmtplib.SMTPException, OSError) as fault:
            client.close()
            raise _renamed(fault) from fault
        await _goodbye(client)
        return ()

    async def check(self) -> None:
        """See whether the server lets us in. Raises NotNow."""
        await _goodbye(await self._connected())

    async def _connected(self) -> aiosmtplib.SMTP:
        client = self._client()
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            client.close()
            raise NotNow(f"the mail server did not take it: {type(fault).__name__}") from fault
        return client

    def _client(self) -> aiosmtplib.SMTP:
        options = self._options
        return aiosmtplib.SMTP(
            hostname=options.host,
            port=options.port,
            username=options.user or None,
            password=options.password.reveal() if options.password else None,
            start_tls=options.start_tls and not options.tls,
            use_tls=options.tls,
            cert_bundle=options.ca_file or None,
            timeout=options.timeout,
        )


async def _goodbye(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError):  # all is done: how the goodbye goes is no matter
        client.close()


def _renamed(fault: Exception) -> AccountsError:
    """Return our error: the addressee or the mail is refused for good, we are, or it is to be tried again."""
    refusals = fault.recipients if isinstance(fault, aiosmtplib.SMTPRecipientsRefused) else [fault]
    told = f"the mail server did not take it: {type(fault).__name__}"
    about_mail = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
    codes = [one.code for one in refusals if isinstance(one, about_mail)]
    if len(codes) == len(refusals) and all(code >= 500 for code in codes):
        return Refused(told)
    return NotNow(told) if isinstance(fault, aiosmtplib.SMTPSenderRefused) else AccountsError(told)


class SmsSender:
    """Hands short messages to the SMS port."""

    def __init__(self, port: Sms) -> None:
        self._port = port

    async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
        """Hand one short message over. Raises AccountsError."""
        await self._port.send(message.recipient, Secret(message.text))
        return ()


class FileSender:
    """Writes e-mails into a folder, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
        """Write one e-mail. Raises AccountsError."""
        try:
            await asyncio.to_thread(self._write, message, attachment)
        except OSError as fault:
            raise AccountsError(f"the mail folder cannot be written: {type(fault).__name__}") from fault
        return ()

    def _write(self, message: Message, attachment: Attachment | None) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mail = written(message, attachment, SmtpOptions().sender)
        (self._folder / f"{message.id}.eml").write_bytes(mail.as_bytes())


def written(message: Message, attachment: Attachment | None, sender: str) -> EmailMessage:
    """Return the message as an e-mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message.recipient, message.subject
    mail["Date"] = format_datetime(message.created)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail.set_content(message.text)
    if attachment is not None:
        main, _, sub = attachment.kind.partition("/")
        mail.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    return mail
