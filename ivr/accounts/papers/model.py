"""What a document says, whatever it is written as: a heading, who it is between, one table, totals,
signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["text", "money", "date", "phone", "count"]
Cell = str | int | date | None
"""Money and counts are int (kopecks), dates are dates, the rest is text; None is an empty cell."""


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """Who issues documents, and with which fonts."""

    operator: str = "Оператор связи"
    """The operator's name in law."""
    tax_number: str = ""
    """Its INN; empty: not shown."""
    address: str = ""
    """Its address in law; empty: not shown."""
    bank: str = ""
    """Account, bank and its code, one line; empty: not shown."""
    vat: int = 22
    """Percent of value added tax that prices include; 0: the operator pays none."""
    fonts: str = "/usr/share/fonts/truetype/dejavu"
    """Folder of DejaVuSans.ttf and DejaVuSans-Bold.ttf, which PDF embeds (Debian's fonts-dejavu-core)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table."""

    name: str
    """Its heading."""
    kind: Kind
    """Kind of its cells."""
    share: int
    """Its part of the page's width, relative to the others."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in one language."""

    title: str
    language: str
    """"ru" or "en"."""
    facts: Sequence[tuple[str, str]]
    """What stands above the table: label, text."""
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[tuple[str, int]]
    """What stands below the table: label, kopecks."""
    signatures: Sequence[str] = ()
    """Who signs."""
    page: str = "Страница {page} из {pages}"
    """What stands at the foot of each page."""


def amount(kopecks: int, language: str) -> str:
    """Return kopecks as rubles for people: `-1 234,50` or `-1,234.50`."""
    whole, rest = divmod(abs(kopecks), 100)
    grouped = f"{whole:,}" if language == "en" else f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{'-' if kopecks < 0 else ''}{grouped}{'.' if language == 'en' else ','}{rest:02}"


def shown(cell: Cell, kind: Kind, language: str) -> str:
    """Return a cell as people read it."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat() if language == "en" else f"{cell:%d.%m.%Y}"
    if kind == "money" and isinstance(cell, int):
        return amount(cell, language)
    return str(cell)
