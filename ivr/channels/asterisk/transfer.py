"""Handing a caller to people: Asterisk's queues, and what their end means to a flow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.channels.asterisk.agi_commands import Command, execute, get_variable, set_variable
from ivr.errors import SettingsError

STATUS: Final = "QUEUESTATUS"
_PLAIN = re.compile(r"[\w.-]*")


@dataclass(frozen=True, slots=True)
class QueueTarget:
    """One transfer target of the flows."""

    queue: str
    """Name in queues.conf."""
    options: str = "c"
    """app_queue's options; `c`: the caller stays with us when the person hangs up first."""
    seconds: int = 60
    """Longest wait for a person."""

    def __post_init__(self) -> None:
        """Refuse what would spill into the application's other arguments: SettingsError."""
        if not self.queue or not _PLAIN.fullmatch(self.queue) or not _PLAIN.fullmatch(self.options):
            raise SettingsError(f"a queue target may hold letters, digits, _ . - only: {self.queue!r}")

    def command(self) -> Command:
        """The command that puts the caller into the queue and returns when that is over."""
        return execute("Queue", f"{self.queue},{self.options},,,{self.seconds}")


CLEAR_STATUS: Final = set_variable(STATUS, "")
READ_STATUS: Final = get_variable(STATUS)

OUTCOMES: Final[Mapping[str, str]] = {
    "CONTINUE": "answered",
    "TIMEOUT": "no_answer",
    "JOINEMPTY": "no_answer",
    "LEAVEEMPTY": "no_answer",
    "JOINUNAVAIL": "no_answer",
    "LEAVEUNAVAIL": "no_answer",
    "FULL": "busy",
    "WITHDRAWN": "failed",
}
"""QUEUESTATUS (app_queue.c) -> what `TransferEnded` says. No status at all: there is no such queue."""


def outcome(status: str | None) -> str:
    """Return what a queue's status means to a flow."""
    return OUTCOMES.get(status or "", "failed")
