"""Short messages out: to a file of this machine for development, kept in a list for tests."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError


class FileSms:
    """Writes every message to a file only its owner may read: a stand-in for the operator's message
    centre."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, phone: str, text: Secret) -> None:
        """Append one line. Raises AccountsError when the file cannot be written."""
        try:
            await asyncio.to_thread(self._append, f"{phone} {text.reveal()}\n")
        except OSError as fault:
            raise AccountsError(f"the message file cannot be written: {type(fault).__name__}") from fault

    async def close(self) -> None:
        """Nothing to let go of."""

    def _append(self, line: str) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line)


class KeptSms:
    """Keeps messages for a test to read; `broken` makes every sending fail."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Secret]] = []
        self.broken = False

    async def send(self, phone: str, text: Secret) -> None:
        """Keep the message, or raise AccountsError when broken."""
        if self.broken:
            raise AccountsError("the message centre does not answer")
        self.sent.append((phone, text))

    async def close(self) -> None:
        """Nothing to let go of."""
