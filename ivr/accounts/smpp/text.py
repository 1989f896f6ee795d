"""Texts as parts of SMS: GSM's alphabet is left to Latin texts it holds, all else is UCS-2; long ones are
joined.

A part of a longer message begins with a header that names the message (16-bit reference), how many parts
there are and which this is (3GPP TS 23.040, 9.2.3.24.8). The reference comes from the message's id: parts
sent again after a crash are recognised by the phone. No character is cut, not even one of two UTF-16 units.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

UCS2, ASCII = 8, 1
"""data_coding (SMPP 3.4, 5.2.19): UCS-2; IA5, which centres turn into what the phone reads."""
JOINED = 0x40
"""esm_class: the text begins with a header."""
_ALONE_UCS2, _JOINED_UCS2 = 140, 132
"""Octets of text in a message on its own, and beside a seven-octet header in whole units."""
_ALONE_ASCII, _JOINED_ASCII = 160, 152
_MOST = 255
_IA5 = re.compile(r"[A-Za-z0-9 \r\n!\"#%&'()*+,\-./:;<=>?_@$]*\Z")
"""Characters that GSM's alphabet and ASCII share, one septet each."""


@dataclass(frozen=True, slots=True)
class Part:
    """One submit_sm's worth."""

    coding: int
    esm_class: int
    content: bytes


def reference_of(message: str) -> int:
    """Return the 16-bit reference of a message id, always the same."""
    return zlib.crc32(message.encode()) & 0xFFFF


def parts_of(text: str, reference: int) -> list[Part]:
    """Return a text in parts. Raises ValueError for one longer than 255 parts."""
    if _IA5.match(text):
        return _joined(_cut(text.encode("ascii"), _ALONE_ASCII, _JOINED_ASCII), ASCII, reference)
    encoded = text.encode("utf-16-be", "replace")
    return _joined(_cut(encoded, _ALONE_UCS2, _JOINED_UCS2), UCS2, reference)


def _cut(encoded: bytes, alone: int, joined: int) -> list[bytes]:
    if len(encoded) <= alone:
        return [encoded]
    pieces = []
    while encoded:
        end = joined
        if alone == _ALONE_UCS2 and len(encoded) > end and 0xD8 <= encoded[end - 2] <= 0xDB:
            end -= 2  # the first half of a pair goes with the second
        pieces.append(encoded[:end])
        encoded = encoded[end:]
    return pieces


def _joined(pieces: list[bytes], coding: int, reference: int) -> list[Part]:
    if len(pieces) == 1:
        return [Part(coding, 0, pieces[0])]
    if len(pieces) > _MOST:
        raise ValueError("a text of more than 255 parts")
    head = b"\x06\x08\x04" + reference.to_bytes(2, "big")
    count = len(pieces).to_bytes(1, "big")
    return [
        Part(coding, JOINED, head + count + number.to_bytes(1, "big") + piece)
        for number, piece in enumerate(pieces, start=1)
    ]
