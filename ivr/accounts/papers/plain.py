"""A paper as CSV (for other programs), text (tabs) or HTML.

1. Machines read CSV and text: amounts with a point and without groups, dates as ISO 8601; CSV begins with a
   byte order mark, without which spreadsheets take Cyrillic for something else.
2. A text cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection):
   names and reasons are written by strangers. Numbers and phones are ours and cannot be one.
"""

from __future__ import annotations

import csv
import html
import io
from datetime import date

from ivr.accounts.papers.model import Cell, Kind, Paper, amount, shown

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return a text of one line that no spreadsheet takes for a formula."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def as_csv(paper: Paper) -> str:
    """Return the table as CSV."""
    return "\ufeff" + _separated(paper, ",")


def as_text(paper: Paper) -> str:
    """Return the table with tabs between cells."""
    return _separated(paper, "\t")


def as_html(paper: Paper) -> str:
    """Return the whole paper as one page without scripts or outside parts."""
    language = paper.language
    facts = "".join(f"<p>{_escaped(label)}: {_escaped(text)}</p>" for label, text in paper.facts)
    head = "".join(f"<th>{_escaped(column.name)}</th>" for column in paper.columns)
    kinds = [column.kind for column in paper.columns]
    lines = (
        "".join(f"<td>{_escaped(shown(*pair, language))}</td>" for pair in zip(row, kinds, strict=True))
        for row in paper.rows
    )
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    totals = "".join(
        f"<p>{_escaped(label)}: {amount(kopecks, language)}</p>" for label, kopecks in paper.totals
    )
    title = _escaped(paper.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>table{border-collapse:collapse}td,th{border:1px solid;padding:2px 6px}</style></head>"
        f"<body><h1>{title}</h1>{facts}\n<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"
        f"{totals}</body></html>\n"
    )


def _separated(paper: Paper, delimiter: str) -> str:
    memory = io.StringIO()
    writer = csv.writer(memory, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.name for column in paper.columns])
    kinds = [column.kind for column in paper.columns]
    for row in paper.rows:
        writer.writerow([_plain(*pair) for pair in zip(row, kinds, strict=True)])
    empty = [""] * (len(kinds) - 2)
    for label, kopecks in paper.totals:
        writer.writerow([label, *empty, _rubles(kopecks)])
    return memory.getvalue()


def _plain(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return _rubles(cell) if kind == "money" else str(cell)
    return cell if kind == "phone" else harmless(cell)


def _rubles(kopecks: int) -> str:
    return f"{'-' if kopecks < 0 else ''}{abs(kopecks) // 100}.{abs(kopecks) % 100:02}"


def _escaped(text: str) -> str:
    return html.escape(text)
