"""The sending half of a call's media: what is said and pressed, a packet each 20 ms. No I/O, no clock.

Rules:
1. A packet goes out at every tick, silence when there is nothing to say: a telephone never falls mute.
2. Keys win: while a key is down, its event packets take the place of the voice (RFC 4733), which waits.
3. Every event packet of a key bears the time stamp of its beginning; the last one is sent three times.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tools.caller.g711 import Law, Samples
from tools.caller.rtp import KEYS, KeyEvent, Packet

FRAME = 160
"""Samples in a packet: 20 ms at 8 kHz."""

KEY_FRAMES = 5
KEY_GAP_FRAMES = 4
"""A key is down for 100 ms and up for 80 ms: what a quick finger does."""

_TONES = {key: (low, high) for key, low, high in zip(
    "123A456B789C*0#D",
    [697] * 4 + [770] * 4 + [852] * 4 + [941] * 4,
    [1209, 1336, 1477, 1633] * 4,
    strict=True,
)}  # fmt: skip
"""The two frequencies of each key (ITU-T Q.23), for what a recording plays back."""

Done = Callable[[float], None]


@dataclass(slots=True)
class _Sound:
    codes: bytes
    done: Done
    sent: int = 0


@dataclass(slots=True)
class _Key:
    key: str
    down: Done
    up: Done
    began: int = 0
    frames: int = 0


class Mouth:
    """Builds the packets of one stream."""

    def __init__(self, law: Law, events: int | None) -> None:
        self._law = law
        self._events = events
        self._silence = bytes([law.silence]) * FRAME
        self._sounds: deque[_Sound] = deque()
        self._keys: deque[_Key] = deque()
        self._gap = 0
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._base = secrets.randbits(31)
        self._said: list[tuple[int, bytes]] = []
        self._pressed: list[tuple[int, str]] = []
        self.frames = 0
        """Ticks so far."""

    def say(self, samples: Samples, done: Done) -> None:
        """Queue int16 samples at 8 kHz; `done(time)` is called when the last of them has been sent."""
        self._sounds.append(_Sound(self._law.encode(samples), done))

    def press(self, key: str, down: Done, up: Done) -> None:
        """Queue one key; the callbacks get the moments it goes down and up."""
        if key not in KEYS:
            raise ValueError(f"{key!r} is no key of a telephone")
        if self._events is None:
            raise ValueError("the other side takes no keys (no telephone-event in its session description)")
        self._keys.append(_Key(key, down, up))

    def tick(self, now: float) -> list[bytes]:
        """The packets of this 20 ms frame: one, or three at the end of a key."""
        packets = self._key_packets(now) if self._key_is_due() else [self._voice_packet(now)]
        self.frames += 1
        return packets

    def said(self) -> Samples:
        """Everything sent, from frame 0, with the tones of the keys in it."""
        track = np.zeros(self.frames * FRAME, dtype=np.int16)
        for frame, codes in self._said:
            track[frame * FRAME : frame * FRAME + len(codes)] = self._law.decode(codes)
        for frame, key in self._pressed:
            place = slice(frame * FRAME, (frame + KEY_FRAMES) * FRAME)
            track[place] = key_tone(key)[: track[place].size]
        return track

    def cancel(self, now: float) -> None:
        """The call is over: whoever waits for a sound or a key is told."""
        for sound in self._sounds:
            sound.done(now)
        for key in self._keys:
            key.up(now)
        self._sounds.clear()
        self._keys.clear()

    def _key_is_due(self) -> bool:
        self._gap -= 1
        return bool(self._keys) and (self._gap < 0 or self._keys[0].frames > 0)

    def _key_packets(self, now: float) -> list[bytes]:
        key = self._keys[0]
        if key.frames == 0:
            key.began = self._timestamp()
            self._pressed.append((self.frames, key.key))
            key.down(now)
        key.frames += 1
        end = key.frames == KEY_FRAMES
        payload = KeyEvent(key.key, end, key.frames * FRAME).pack()
        packets = [self._packet(self._events or 0, key.began, payload, marker=key.frames == 1)]
        if not end:
            return packets
        self._keys.popleft()
        self._gap = KEY_GAP_FRAMES
        key.up(now)
        return packets + [self._packet(self._events or 0, key.began, payload) for _ in range(2)]

    def _voice_packet(self, now: float) -> bytes:
        codes = self._silence
        if self._sounds:
            sound = self._sounds[0]
            piece = sound.codes[sound.sent : sound.sent + FRAME]
            sound.sent += FRAME
            self._said.append((self.frames, piece))
            codes = piece + self._silence[len(piece) :]
            if sound.sent >= len(sound.codes):
                self._sounds.popleft()
                sound.done(now)
        return self._packet(self._law.payload_type, self._timestamp(), codes, marker=self.frames == 0)

    def _timestamp(self) -> int:
        return self._base + self.frames * FRAME

    def _packet(self, kind: int, timestamp: int, payload: bytes, *, marker: bool = False) -> bytes:
        self._sequence += 1
        return Packet(kind, self._sequence, timestamp, self._ssrc, payload, marker).pack()


def key_tone(key: str) -> Samples:
    """The two tones of a key for as long as it is down, at a modest level."""
    time = np.arange(KEY_FRAMES * FRAME) / 8000
    low, high = _TONES[key]
    return np.asarray(
        2000 * (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)), dtype=np.int16
    )
