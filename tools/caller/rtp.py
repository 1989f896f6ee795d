"""RTP packets (RFC 3550 section 5) and telephone events (RFC 4733 section 2). No I/O."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ivr.errors import ProtocolError

_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
KEYS = "0123456789*#ABCD"
"""Keys in the order of their event codes (RFC 4733 section 3.2)."""

EVENT_VOLUME = 10
"""Power of the tone the event stands for, in -dBm0."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet, without contributing sources and extension."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def pack(self) -> bytes:
        """The bytes on the wire; the counters wrap here."""
        return (
            _HEADER.pack(
                0x80,
                self.payload_type | (0x80 if self.marker else 0),
                self.sequence & 0xFFFF,
                self.timestamp & 0xFFFFFFFF,
                self.ssrc,
            )
            + self.payload
        )


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """State of one key: `duration` in samples since it went down; `end` when it is up."""

    key: str
    end: bool
    duration: int

    def pack(self) -> bytes:
        """The payload on the wire."""
        flags = (0x80 if self.end else 0) | EVENT_VOLUME
        return _EVENT.pack(KEYS.index(self.key), flags, min(self.duration, 0xFFFF))


def parse_packet(data: bytes) -> Packet:
    """Read one datagram; raises ProtocolError for anything that is not RTP version 2."""
    if len(data) < _HEADER.size:
        raise ProtocolError(f"RTP packet of {len(data)} bytes is shorter than its header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise ProtocolError(f"RTP version {first >> 6}, expected 2")
    begin = _payload_begin(data, first)
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if (first & 0x20 and data[-1] == 0) or end < begin:
        raise ProtocolError("RTP padding is longer than the payload, or none at all")
    return Packet(second & 0x7F, sequence, timestamp, ssrc, data[begin:end], bool(second & 0x80))


def parse_event(payload: bytes) -> KeyEvent:
    """Read the payload of a telephone event; raises ProtocolError."""
    if len(payload) < _EVENT.size:
        raise ProtocolError(f"telephone event of {len(payload)} bytes")
    code, flags, duration = _EVENT.unpack_from(payload)
    if code >= len(KEYS):
        raise ProtocolError(f"telephone event {code} is no key")
    return KeyEvent(KEYS[code], bool(flags & 0x80), duration)


def _payload_begin(data: bytes, first: int) -> int:
    begin = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(data) < begin + 4:
            raise ProtocolError("RTP header extension is cut off")
        begin += 4 + 4 * int.from_bytes(data[begin + 2 : begin + 4], "big")
    if begin > len(data):
        raise ProtocolError("RTP header says more than the packet holds")
    return begin
