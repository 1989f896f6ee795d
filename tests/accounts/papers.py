"""Reading documents as their readers would: with other libraries than those that wrote them, where there
are any."""

from __future__ import annotations

import io

import msoffcrypto
from msoffcrypto.exceptions import InvalidKeyError
from openpyxl import load_workbook
from pypdf import PdfReader


def opens(form: str, content: bytes, password: str) -> bool:
    """Tell whether a protected document opens with this password; one that opens without any fails."""
    if form == "pdf":
        reader = PdfReader(io.BytesIO(content))
        assert reader.is_encrypted
        return bool(reader.decrypt(password)) and len(reader.pages) > 0
    return bool(workbook_texts(content, password)) if _fits(content, password) else False


def workbook_texts(content: bytes, password: str = "") -> list[list[object]]:
    """Return the cells of a workbook, row by row."""
    if password:
        opened = io.BytesIO()
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        file.load_key(password=password)
        file.decrypt(opened)
        content = opened.getvalue()
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _fits(content: bytes, password: str) -> bool:
    file = msoffcrypto.OfficeFile(io.BytesIO(content))
    assert file.is_encrypted()
    try:
        file.load_key(password=password, verify_password=True)
    except InvalidKeyError:
        return False
    return True
