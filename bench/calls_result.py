"""What a call bench found: rows with promises, what went wrong, what to know."""

from __future__ import annotations

from dataclasses import dataclass

from bench.calls_measures import Measured, table


@dataclass(frozen=True, slots=True)
class Result:
    """A bench's outcome."""

    rows: tuple[Measured, ...]
    faults: tuple[str, ...] = ()
    """Calls or samples that could not be taken; any makes the bench fail."""
    notes: tuple[str, ...] = ()
    """Lines of Markdown: conditions, counts, other tables."""

    @property
    def kept(self) -> bool:
        """Whether every promise that is due was kept and nothing went wrong."""
        return not self.faults and all(row.kept for row in self.rows)

    def markdown(self) -> str:
        """Return the result as text."""
        notes = [f"\n{text}\n" if text.startswith("|") else f"- {text}" for text in self.notes]
        wrong = [f"- went wrong: {fault}" for fault in self.faults]
        return "\n".join((table(self.rows), "", *notes, *wrong)).rstrip() + "\n"
