"""Ways out for messages: SMTP for e-mail, the SMS port for short messages, a file to look at while
developing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import aiosmtplib

from ivr.accounts.outbox import Attachment
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
    timeout: float = 20.0
    """Seconds for each network step."""


class SmtpSender:
    """Hands e-mail to a mail server, RFC 5321; the message's own id is its Message-ID, so a retry can be
    recognised."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options

    async def deliver(self, message: Message, attachment: Attachment | None) -> None:
        """Hand one e-mail over. Raises AccountsError."""
        options = self._options
        try:
            await aiosmtplib.send(
                written(message, attachment, options.sender),
                hostname=options.host,
                port=options.port,
                username=options.user or None,
                password=options.password.reveal() if options.password else None,
                start_tls=options.start_tls,
                timeout=options.timeout,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as fault:
            raise AccountsError(f"the mail server did not take it: {type(fault).__name__}") from fault


class SmsSender:
    """Hands short messages to the SMS port."""

    def __init__(self, port: Sms) -> None:
        self._port = port

    async def deliver(self, message: Message, attachment: Attachment | None) -> None:
        """Hand one short message over. Raises AccountsError."""
        await self._port.send(message.recipient, Secret(message.text))


class FileSender:
    """Writes e-mails into a folder, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, message: Message, attachment: Attachment | None) -> None:
        """Write one e-mail. Raises AccountsError."""
        try:
            await asyncio.to_thread(self._write, message, attachment)
        except OSError as fault:
            raise AccountsError(f"the mail folder cannot be written: {type(fault).__name__}") from fault

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
