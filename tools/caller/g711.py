"""ITU-T G.711: A-law and mu-law, by tables made once from the recommendation's segments.

Linear samples are int16; A-law keeps their upper 13 bits, mu-law their upper 14. Codes are as on the wire:
A-law with its even bits inverted, mu-law inverted whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Levels = NDArray[np.int64]

_CODES = np.arange(128)
"""Codes of the positive half before any bits are inverted: three bits of segment, four bits of step."""

_SEGMENT, _STEP = _CODES >> 4, _CODES & 15


def _alaw_levels() -> tuple[Levels, Levels]:
    """G.711 table 1a in 16-bit units: decision value (where a code begins) and decoded value (its middle)."""
    half = 8 << np.maximum(_SEGMENT - 1, 0)
    middle = np.where(_SEGMENT == 0, (_STEP << 4) + 8, ((_STEP << 4) + 0x108) << np.maximum(_SEGMENT - 1, 0))
    return middle - half, middle


def _mulaw_levels() -> tuple[Levels, Levels]:
    """G.711 table 2a likewise; the bias of 33 is 132 in 16 bits."""
    middle = (((_STEP << 3) + 0x84) << _SEGMENT) - 0x84
    return middle - (4 << _SEGMENT), middle


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One of the two laws."""

    payload_type: int
    """Static RTP payload type (RFC 3551)."""

    name: str
    """Encoding name in SDP."""

    silence: int
    """Code of the smallest positive value."""

    _values: Samples
    _encoding: NDArray[np.uint8]

    def encode(self, samples: Samples) -> bytes:
        """One byte for each int16 sample."""
        return self._encoding[np.asarray(samples, dtype=np.int16).view(np.uint16)].tobytes()

    def decode(self, codes: bytes) -> Samples:
        """One int16 sample for each byte."""
        return self._values[np.frombuffer(codes, dtype=np.uint8)]


def _law(payload_type: int, name: str, levels: tuple[Levels, Levels], invert: int) -> Law:
    """Both tables of one law; `invert` are the bits that differ on the wire (the sign bit is set for
    positive)."""
    begins, middles = levels
    values = np.concatenate((-middles, middles))[np.arange(256) ^ invert].astype(np.int16)
    samples = np.arange(65536, dtype=np.uint16).astype(np.int16).astype(np.int64)
    magnitudes = np.where(samples < 0, ~samples, samples)
    codes = np.searchsorted(begins, magnitudes, side="right") - 1
    encoding = ((codes | np.where(samples < 0, 0, 0x80)) ^ invert).astype(np.uint8)
    return Law(payload_type, name, int(encoding[0]), values, encoding)


ALAW = _law(8, "PCMA", _alaw_levels(), 0x55)
MULAW = _law(0, "PCMU", _mulaw_levels(), 0x7F)
LAWS = {law.payload_type: law for law in (ALAW, MULAW)}
