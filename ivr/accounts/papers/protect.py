"""Putting a finished document under a password of its reader's.

PDF: AES-256 of PDF 2.0 (revision 6), no permissions without the password. XLSX: agile encryption of
[MS-OFFCRYPTO], AES-256, which Excel and LibreOffice open by asking for the password. CSV, text and HTML
know no encryption: a ZIP archive with WinZip AES-256.
"""

from __future__ import annotations

import io

import pyzipper  # type: ignore[import-untyped]  # the wheel ships no types

from ivr.dialogue.queries import Secret

PDF, XLSX, ZIP = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
)


def protected(name: str, media_type: str, content: bytes, password: Secret) -> tuple[str, str, bytes]:
    """Return name, media type and content of the protected document."""
    if media_type == PDF:
        return name, PDF, _pdf(content, password.reveal())
    if media_type == XLSX:
        return name, XLSX, _xlsx(content, password.reveal())
    return f"{name}.zip", ZIP, _archive(name, content, password.reveal())


def _pdf(content: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - loaded with the first such document

    memory = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, algorithm="AES-256")
    writer.write(memory)
    return memory.getvalue()


def _xlsx(content: bytes, password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - as above

    memory = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, memory)
    return memory.getvalue()


def _archive(name: str, content: bytes, password: str) -> bytes:
    memory = io.BytesIO()
    with pyzipper.AESZipFile(
        memory, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        archive.writestr(name, content)
    return memory.getvalue()
