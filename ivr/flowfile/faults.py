"""What is wrong with a file, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from ivr.dialogue.flow import Place
from ivr.errors import ContentError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one file; printed as `flows/0505.yaml:41: steps.new_password.expect: message`."""

    place: Place
    """File and line (from 1; 0 when the fault is the file's as a whole)."""
    path: str
    """Dotted path inside the file, `steps.main_menu.options.balance.key`; empty for the whole file."""
    message: str
    """What is wrong, one sentence without a full stop."""
    remedy: str = ""
    """What to write instead, one sentence without a full stop; empty when the message says it."""
    severity: Severity = "error"
    """An error stops the flow from being used; a warning is for the author to judge."""

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}: " if self.path else f"{self.place}: "
        mark = "warning: " if self.severity == "warning" else ""
        return f"{where}{mark}{self.message}" + (f" ({self.remedy})" if self.remedy else "")


class Located(Protocol):
    """Anything that knows where it stands: a node of a read file."""

    @property
    def place(self) -> Place:
        """File and line."""

    @property
    def path(self) -> str:
        """Dotted path inside the file."""


class Faults:
    """Collects every fault of a run, so that an author mends a file once and not line by line."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def error(self, place: Place, path: str, message: str, remedy: str = "") -> None:
        """Note something that stops the file from being used."""
        self._found.append(Fault(place, path, message, remedy))

    def warning(self, place: Place, path: str, message: str, remedy: str = "") -> None:
        """Note something that works but that the author should look at."""
        self._found.append(Fault(place, path, message, remedy, "warning"))

    def refuse(self, at: Located, message: str, remedy: str = "") -> None:
        """Note an error at a node."""
        self.error(at.place, at.path, message, remedy)

    def __len__(self) -> int:
        return len(self._found)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Take over faults found elsewhere."""
        self._found.extend(faults)

    def sorted(self) -> list[Fault]:
        """All faults in the order of files and lines, each once."""
        unique = dict.fromkeys(self._found)
        return sorted(unique, key=lambda fault: (fault.place.file, fault.place.line, fault.path))


class FaultyContentError(ContentError):
    """Files that cannot be used; `faults` holds every reason, the message the first few."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        errors = [str(fault) for fault in self.faults if fault.severity == "error"]
        rest = f"\n... and {len(errors) - 10} more" if len(errors) > 10 else ""
        super().__init__("\n".join(errors[:10]) + rest, remedy="`ivr check` lists every fault")


def raise_if_wrong(faults: Faults) -> None:
    """Raise `FaultyContentError` when there is at least one error; warnings alone pass."""
    found = faults.sorted()
    if any(fault.severity == "error" for fault in found):
        raise FaultyContentError(found)
