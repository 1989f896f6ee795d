"""A paper as PDF, A4: embedded DejaVu fonts, the table's heading on every page, "page 3 of 17" at its
foot."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from ivr.accounts.papers.model import Cell, Column, Paper, amount, shown
from ivr.errors import SetupError

_PLAIN, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_SIZE, _LEADING, _PADDING = 8, 10, 3
_WIDTH = A4[0] - 30 * mm
_TEXT = ParagraphStyle("text", fontName=_PLAIN, fontSize=_SIZE, leading=_LEADING, splitLongWords=True)
_HEAD = ParagraphStyle("head", _TEXT, fontName=_BOLD)
_NUMBER_HEAD = ParagraphStyle("number head", _HEAD, alignment=TA_RIGHT)
_TITLE = ParagraphStyle("title", _HEAD, fontSize=13, leading=17, spaceAfter=3 * mm)
_TOTAL = ParagraphStyle("total", _HEAD, alignment=TA_RIGHT, leading=13)
_LONGEST = 1000
"""Characters of a cell; a row cannot be cut over two pages."""
_NUMBERS = frozenset({"money", "count"})


def as_pdf(paper: Paper, fonts: str) -> bytes:
    """Return the paper as PDF. `fonts`: folder of the DejaVu fonts. Raises SetupError when they are
    missing."""
    load_fonts(fonts)
    memory = io.BytesIO()
    page = SimpleDocTemplate(
        memory, pagesize=A4, title=paper.title, lang=paper.language, author="", invariant=1,
        initialFontName=_PLAIN,
        leftMargin=15 * mm, rightMargin=15 * mm, topMargin=15 * mm, bottomMargin=18 * mm,
    )  # fmt: skip
    page.build(_story(paper), canvasmaker=_canvas_with(paper.page))
    return memory.getvalue()


@lru_cache(maxsize=4)
def load_fonts(folder: str) -> None:
    """Make the fonts known to the library, once. Raises SetupError."""
    try:
        for name in (_PLAIN, _BOLD):
            pdfmetrics.registerFont(TTFont(name, str(Path(folder) / f"{name}.ttf")))
        pdfmetrics.registerFontFamily(_PLAIN, normal=_PLAIN, bold=_BOLD, italic=_PLAIN, boldItalic=_BOLD)
    except (TTFError, OSError) as fault:
        raise SetupError(
            f"no DejaVu fonts for PDF in {folder}", remedy="apt-get install fonts-dejavu-core"
        ) from fault


def _story(paper: Paper) -> list[Flowable]:
    story: list[Flowable] = [Paragraph(escape(paper.title), _TITLE)]
    story += [Paragraph(f"<b>{escape(label)}:</b> {escape(text)}", _TEXT) for label, text in paper.facts]
    story += [Spacer(1, 4 * mm), _table(paper), Spacer(1, 3 * mm)]
    below: list[Flowable] = [
        Paragraph(f"{escape(label)}: {amount(kopecks, paper.language)}", _TOTAL)
        for label, kopecks in paper.totals
    ]
    for who in paper.signatures:
        below += [Spacer(1, 9 * mm), Paragraph(f"{escape(who)} ________________________", _TEXT)]
    return [*story, KeepTogether(below)]


def _table(paper: Paper) -> LongTable:
    shares = sum(column.share for column in paper.columns)
    widths = [_WIDTH * column.share / shares for column in paper.columns]
    heads: list[Any] = [
        Paragraph(escape(one.name), _NUMBER_HEAD if one.kind in _NUMBERS else _HEAD) for one in paper.columns
    ]
    rows: list[list[Any]] = [heads]
    rows += [_row(row, paper.columns, widths, paper.language) for row in paper.rows]
    style: list[Any] = [
        ("FONT", (0, 0), (-1, -1), _PLAIN, _SIZE, _LEADING),
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
    ]
    style += [
        ("ALIGN", (place, 0), (place, -1), "RIGHT")
        for place, column in enumerate(paper.columns)
        if column.kind in _NUMBERS
    ]
    return LongTable(rows, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _row(
    row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[float], language: str
) -> list[object]:
    """Return the cells; only those too wide for one line cost a paragraph each."""
    cells: list[object] = []
    for cell, column, width in zip(row, columns, widths, strict=True):
        text = _one_line(shown(cell, column.kind, language))
        fits = pdfmetrics.stringWidth(text, _PLAIN, _SIZE) <= width - 2 * _PADDING
        cells.append(text if fits else Paragraph(escape(text), _TEXT))
    return cells


def _one_line(text: str) -> str:
    """Return a text without line breaks and control characters, short enough for a row to fit on a page."""
    cleaned = "".join(one if one.isprintable() or one == "\N{NO-BREAK SPACE}" else " " for one in text)
    return cleaned if len(cleaned) <= _LONGEST else f"{cleaned[:_LONGEST]}..."


def _canvas_with(foot: str) -> type[Canvas]:
    """Return a canvas that keeps its pages until it knows how many there are."""

    class Numbered(Canvas):
        """Writes the foot of every page at the end."""

        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            """Keep the page."""
            self._kept.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]  # what the library's own showPage calls

        def save(self) -> None:
            """Write every page with its foot."""
            for kept in self._kept:
                self.__dict__.update(kept)
                self.setFont(_PLAIN, 7)
                text = foot.format(page=self.getPageNumber(), pages=len(self._kept))
                self.drawRightString(A4[0] - 15 * mm, 9 * mm, text)
                super().showPage()
            super().save()

    return Numbered
