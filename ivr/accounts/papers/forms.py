"""Formats of documents: what each is called, its media type, how a paper becomes one, how it is kept."""

from __future__ import annotations

import base64

from ivr.accounts.papers import plain
from ivr.accounts.papers.model import Paper
from ivr.accounts.papers.protect import PDF, XLSX

FORMATS = {"pdf": PDF, "xlsx": XLSX, "csv": "text/csv", "txt": "text/plain", "html": "text/html"}
"""Format -> media type."""


def rendered(paper: Paper, form: str, fonts: str) -> bytes:
    """Return a paper in one of FORMATS; takes seconds for thousands of rows: not for the event loop.

    The libraries of PDF and XLSX are loaded with the first document: most processes never make one.
    """
    if form == "pdf":
        from ivr.accounts.papers.pdf import as_pdf  # noqa: PLC0415 - see above

        return as_pdf(paper, fonts)
    if form == "xlsx":
        from ivr.accounts.papers.sheet import as_xlsx  # noqa: PLC0415 - see above

        return as_xlsx(paper)
    written = {"csv": plain.as_csv, "txt": plain.as_text, "html": plain.as_html}[form]
    return written(paper).encode()


def kept(content: bytes, media_type: str) -> str:
    """Return content as records keep it: text as it is, anything else as base64."""
    return content.decode() if is_text(media_type) else base64.b64encode(content).decode("ascii")


def content_of(kept: str, media_type: str) -> bytes:
    """Return what `kept` kept."""
    return kept.encode() if is_text(media_type) else base64.b64decode(kept)


def is_text(media_type: str) -> bool:
    """Tell whether documents of this type are text."""
    return media_type.startswith("text/")
