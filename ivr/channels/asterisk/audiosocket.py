"""The AudioSocket codec: bytes in, messages out; no sockets, no clock.

Rules, from Asterisk 22's res_audiosocket.c and app_audiosocket.c:

1. A message is kind (1 byte), length (2 bytes, network order), payload.
2. Asterisk connects and sends one `Identified` (16 bytes) first; then `Sound` and `Key` messages.
3. Sound is 16-bit signed linear, 8 kHz, mono, little-endian; 320 bytes are 20 ms. Other lengths are allowed.
4. Asterisk takes from us only sound and a `Terminate`; anything else ends its application with an error.
5. A key comes once, at its release: one ASCII byte.
6. End of file is an input (`receive_data(b"")`); "need more" is the value `NEED_DATA`.
7. A kind that the protocol does not know is a `ProtocolError`, for good: the stream cannot be found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ivr.channels.asterisk.wire import NEED_DATA, Closed, NeedData
from ivr.errors import ProtocolError

FRAME_BYTES: Final = 320
"""One frame: 20 ms of 8 kHz 16-bit mono."""
FRAME_SECONDS: Final = 0.02
SAMPLE_RATE: Final = 8000

TERMINATE, IDENTITY, KEY, AUDIO, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
_HEADER = 3
_KEYS = frozenset(b"0123456789*#ABCD")


@dataclass(frozen=True, slots=True)
class Identified:
    """The first message: which call this connection belongs to."""

    call: UUID


@dataclass(frozen=True, slots=True)
class Sound:
    """What the caller's side sounds like, in 8 kHz s16le mono."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A key, at its release."""

    key: str


@dataclass(frozen=True, slots=True)
class Terminate:
    """The other side ends the stream in good order."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The other side reports an error; the code is its own."""

    code: int


Message = Identified | Sound | Key | Terminate | Failure


def message(kind: int, payload: bytes = b"") -> bytes:
    """Build one message of at most 65,535 bytes of payload."""
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


TERMINATE_MESSAGE: Final = message(TERMINATE)
SILENCE: Final = message(AUDIO, bytes(FRAME_BYTES))
"""One frame of silence with its header."""
_AUDIO_HEADER: Final = SILENCE[:_HEADER]


def payload(message: bytes) -> bytes:
    """Return what a message carries behind its header."""
    return message[_HEADER:]


def frames(pcm: bytes) -> list[bytes]:
    """Cut sound into frames with headers; the last one is filled up with silence."""
    rest = len(pcm) % FRAME_BYTES
    if rest:
        pcm += bytes(FRAME_BYTES - rest)
    return [_AUDIO_HEADER + pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]


class AudioSocketReader:
    """One end of an AudioSocket connection, without the connection."""

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._ended = False
        self._broken = False

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the peer; empty bytes are its end of file."""
        if not data:
            self._ended = True
        elif self._at == len(self._buffer):
            self._buffer, self._at = data, 0
        else:
            self._buffer, self._at = self._buffer[self._at :] + data, 0

    def next_event(self) -> Message | Closed | NeedData:
        """Return the next message, `Closed` once at the end, or NEED_DATA; ProtocolError if it is none."""
        if self._broken:
            raise ProtocolError("the audio stream lost step before")
        start = self._at
        body = start + _HEADER
        if len(self._buffer) < body:
            return self._at_end()
        end = body + int.from_bytes(self._buffer[start + 1 : body], "big")
        kind = self._buffer[start]
        if kind == AUDIO:
            if len(self._buffer) < end:
                return self._at_end()
            self._at = end
            return Sound(self._buffer[body:end])
        return self._other(kind, body, end)

    def _other(self, kind: int, body: int, end: int) -> Message | Closed | NeedData:
        self._refuse_unknown(kind, end - body)
        if len(self._buffer) < end:
            return self._at_end()
        self._at = end
        payload = self._buffer[body:end]
        if kind == KEY:
            return self._key(payload)
        if kind == IDENTITY:
            return Identified(UUID(bytes=payload))
        return Terminate() if kind == TERMINATE else Failure(payload[0] if payload else 0)

    def _refuse_unknown(self, kind: int, length: int) -> None:
        """Judge by the header alone, so that a stranger's bytes are not waited for."""
        lengths = {TERMINATE: (0, 0), IDENTITY: (16, 16), KEY: (1, 1), ERROR: (0, 1)}
        least, most = lengths.get(kind, (1, 0))
        if not least <= length <= most:
            self._broken = True
            raise ProtocolError(f"no AudioSocket message: kind {kind:#04x} of {length} bytes")

    def _key(self, payload: bytes) -> Key:
        if payload[0] not in _KEYS:
            self._broken = True
            raise ProtocolError("an AudioSocket key that no telephone has")
        return Key(payload.decode())

    def _at_end(self) -> Closed | NeedData:
        if not self._ended:
            return NEED_DATA
        early = self._at < len(self._buffer)
        self._ended = False
        self._buffer, self._at = b"", 0
        return Closed(early)
