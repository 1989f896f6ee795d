"""A paper as XLSX: amounts are numbers, dates are dates, texts are texts and never formulas or links."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # the wheel ships no types

from ivr.accounts.papers.model import Cell, Column, Paper

_CHARACTERS = 96
"""Of a page's width, shared among the columns."""
_FILLED = 1.0
"""Of a line, that wrapped words fill in a proportional font."""
_LINE, _TALLEST = 15.0, 409.0
"""Points of a line, and of the tallest row there may be."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST = 32_767
"""Characters that one cell holds (ECMA-376, part 1, 18.3.1.96)."""


def as_xlsx(paper: Paper) -> bytes:
    """Return the paper as a workbook of one sheet; the heading stays in sight and repeats in print."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, _OPTIONS) as book:
        _Sheet(book, paper).write()
    return memory.getvalue()


class _Sheet:
    """Writes one paper from the top down."""

    def __init__(self, book: Any, paper: Paper) -> None:
        self._paper = paper
        self._sheet = book.add_worksheet()
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._bold = book.add_format({"bold": True})
        self._head = book.add_format({"bold": True, "border": 1, "bg_color": "#EEEEEE", "text_wrap": True})
        date_format = "yyyy-mm-dd" if paper.language == "en" else "dd.mm.yyyy"
        cell = {"border": 1, "valign": "top"}
        self._formats = {
            "text": book.add_format({**cell, "text_wrap": True}),
            "phone": book.add_format({**cell, "num_format": "@"}),
            "money": book.add_format({**cell, "num_format": "#,##0.00"}),
            "count": book.add_format({**cell, "num_format": "0"}),
            "date": book.add_format({**cell, "num_format": date_format, "align": "left"}),
        }
        self._sum = book.add_format({"bold": True, "num_format": "#,##0.00"})
        self._row = 0

    def write(self) -> None:
        """Write everything."""
        paper, sheet = self._paper, self._sheet
        self._line(paper.title, self._title)
        for label, text in paper.facts:
            self._line(f"{label}: {text}")
        self._row += 1
        for place, column in enumerate(paper.columns):
            sheet.write_string(self._row, place, column.name, self._head)
        head = self._row
        self._row += 1
        for row in paper.rows:
            self._cells(row, paper.columns)
        self._row += 1
        for label, kopecks in paper.totals:
            sheet.write_string(self._row, 0, label, self._bold)
            sheet.write_number(self._row, len(paper.columns) - 1, kopecks / 100, self._sum)
            self._row += 1
        for who in paper.signatures:
            self._row += 1
            self._line(f"{who} ____________________")
        self._page(head)

    def _line(self, text: str, style: Any = None) -> None:
        self._sheet.write_string(self._row, 0, text[:_LONGEST], style)
        self._row += 1

    def _cells(self, row: Sequence[Cell], columns: Sequence[Column]) -> None:
        lines = max(self._lines(cell, column) for cell, column in zip(row, columns, strict=True))
        if lines > 1:  # not every program finds the height of wrapped text by itself
            self._sheet.set_row(self._row, min(lines * _LINE, _TALLEST))
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            style = self._formats[column.kind]
            if cell is None:
                self._sheet.write_blank(self._row, place, None, style)
            elif isinstance(cell, date):
                self._sheet.write_datetime(self._row, place, cell, style)
            elif isinstance(cell, int):
                value = cell / 100 if column.kind == "money" else cell
                self._sheet.write_number(self._row, place, value, style)
            else:
                self._sheet.write_string(self._row, place, cell[:_LONGEST], style)
        self._row += 1

    def _lines(self, cell: Cell, column: Column) -> int:
        characters = self._width(column) * _FILLED
        return -int(-len(cell) // characters) if isinstance(cell, str) else 1

    def _width(self, column: Column) -> float:
        return _CHARACTERS * column.share / sum(one.share for one in self._paper.columns)

    def _page(self, head: int) -> None:
        paper, sheet = self._paper, self._sheet
        for place, column in enumerate(paper.columns):
            sheet.set_column(place, place, self._width(column))
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&R" + paper.page.format(page="&P", pages="&N"))
