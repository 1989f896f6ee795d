"""The pipe between us and the synthesis process: length-prefixed messages, one request at a time.

1. A message is four bytes of length, big endian, then that many bytes: one kind byte and the body.
2. To the engine: `SAY` (JSON). From it: one `READY` (JSON), then per `SAY` one `SOUND` or one `FAULT`.
3. A length outside 1..LONGEST, an unknown kind or a broken body is `ProtocolError`: the process is replaced.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

from ivr.errors import ProtocolError

READY, SAY, SOUND, FAULT = b"R", b"S", b"A", b"F"
LONGEST = 32 * 1024 * 1024
"""Bytes of the longest message: some twelve minutes of sound."""
HEAD = struct.Struct(">I")
_RATE = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Say:
    """One phrase for the engine. The text is no part of its repr: it may hold what one caller owns."""

    text: str
    voice: str
    words_a_minute: int

    def __repr__(self) -> str:
        return f"Say({len(self.text)} characters, voice={self.voice!r})"


def message(kind: bytes, body: bytes) -> bytes:
    """Return the message as it goes through the pipe."""
    return HEAD.pack(len(body) + 1) + kind + body


def length(head: bytes) -> int:
    """Return how many bytes follow this four-byte head."""
    (size,) = HEAD.unpack(head)
    if not 1 <= size <= LONGEST:
        raise ProtocolError(f"synthesis pipe: message of {size} bytes")
    return int(size)


def say(order: Say) -> bytes:
    """Return the request as a message."""
    body = {"text": order.text, "voice": order.voice, "rate": order.words_a_minute}
    return message(SAY, json.dumps(body, ensure_ascii=False).encode())


def read_say(payload: bytes) -> Say:
    """Read the request out of a message's payload (kind byte and body)."""
    if payload[:1] != SAY:
        raise ProtocolError("synthesis pipe: a request was expected")
    try:
        body = json.loads(payload[1:])
        return Say(str(body["text"]), str(body["voice"]), int(body["rate"]))
    except (ValueError, KeyError, TypeError):
        raise ProtocolError("synthesis pipe: broken request") from None


def sound(samples: bytes, rate: int) -> bytes:
    """Return sound as a message: four bytes of sample rate, then s16le samples."""
    return message(SOUND, _RATE.pack(rate) + samples)


def read_answer(payload: bytes) -> tuple[bytes, int] | str:
    """Read an answer: samples and their rate, or the engine's complaint."""
    kind, body = payload[:1], payload[1:]
    if kind == FAULT:
        return body.decode("utf-8", "replace")
    if kind != SOUND or len(body) < _RATE.size or len(body) % 2:
        raise ProtocolError("synthesis pipe: an answer was expected")
    return body[_RATE.size :], int(_RATE.unpack_from(body)[0])


def read_ready(payload: bytes) -> str:
    """Read the engine's greeting: its name and version."""
    if payload[:1] != READY:
        raise ProtocolError("synthesis pipe: the engine did not greet")
    return payload[1:].decode("utf-8", "replace")
