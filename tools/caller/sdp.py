"""Session descriptions (RFC 8866) as far as a telephone call needs: one audio stream, G.711, key events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.errors import ProtocolError
from tools.caller.g711 import LAWS, Law

EVENTS = 101
"""Payload type we offer for telephone events."""


@dataclass(frozen=True, slots=True)
class Media:
    """Where the other side wants its audio, and how."""

    host: str
    port: int
    law: Law
    events: int | None
    """Payload type of telephone events; None when the other side takes no keys."""


def describe(port: int, laws: Sequence[Law]) -> bytes:
    """An offer, or an answer with one law: audio to 127.0.0.1:`port`, 20 ms a packet."""
    types = [law.payload_type for law in laws]
    lines = [
        "v=0",
        f"o=- {port} 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, types))} {EVENTS}",
        *(f"a=rtpmap:{law.payload_type} {law.name}/8000" for law in laws),
        f"a=rtpmap:{EVENTS} telephone-event/8000",
        f"a=fmtp:{EVENTS} 0-16",
        "a=ptime:20",
        "a=sendrecv",
        "",
    ]
    return "\r\n".join(lines).encode()


def parse_media(body: bytes) -> Media:
    """Read an offer or answer; raises ProtocolError when it holds no G.711 audio for us."""
    text = body.decode("utf-8", errors="replace")
    stream = re.search(r"^m=audio (\d{1,5})(?:/\d+)? RTP/AVP ([\d ]+)", text, re.MULTILINE)
    address = re.search(r"^c=IN IP4 (\d{1,3}(?:\.\d{1,3}){3})\b", text, re.MULTILINE)
    if not stream or not address:
        raise ProtocolError("session description has no audio stream or no address")
    laws = [LAWS[number] for number in map(int, stream.group(2).split()) if number in LAWS]
    port = int(stream.group(1))
    if not laws or not 0 < port < 65536:
        raise ProtocolError("session description offers no G.711")
    events = re.search(r"^a=rtpmap:(\d{1,3}) telephone-event/8000", text, re.MULTILINE)
    return Media(address.group(1), port, laws[0], int(events.group(1)) if events else None)
