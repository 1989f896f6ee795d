"""The receiving half of a call's media: what is heard, placed on one time line, and how well it came. No I/O.

Rules:
1. A packet belongs where its time stamp says, not where it happened to arrive.
2. A new source, or a time stamp that jumps more than half a second from the arrival, starts a new stretch at
   its arrival: Asterisk changes both when its applications change.
3. A frame is sound when its level is above `LOUD`; speech is three sounding frames out of five.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from ivr.errors import ProtocolError
from tools.caller.g711 import LAWS, Samples
from tools.caller.rtp import KeyEvent, Packet, parse_event, parse_packet

SAMPLE_RATE = 8000
LOUD = 150.0
"""RMS of a sounding frame (about -47 dBFS): comfort noise and codec idle patterns are below, quiet speech
above."""

SPEECH_WINDOW = 5
SPEECH_FRAMES = 3
REBASE_SAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Frame:
    """One voice packet as it came in."""

    arrived: float
    packet: Packet
    samples: Samples
    level: float
    """RMS of its samples."""


class Ear:
    """Collects the packets of one stream."""

    def __init__(self, events: int | None) -> None:
        self._events = events
        self._last_key: tuple[int, int] | None = None
        self._newest: tuple[int, int] = (-1, 0)
        self.frames: list[Frame] = []
        self.keys: list[tuple[float, str]] = []
        """Keys that the other side pressed: arrival of the key's end, key."""
        self.lost = 0
        """Packets missing between those that came, by sequence number."""
        self.duplicates = 0
        """Packets that came twice or out of order."""
        self.malformed = 0
        """Datagrams that were no RTP of ours."""

    def receive(self, data: bytes, now: float) -> Frame | None:
        """Take one datagram; the frame, if it was voice."""
        try:
            packet = parse_packet(data)
            self._count(packet)
            if packet.payload_type == self._events:
                self._take_key(packet, parse_event(packet.payload), now)
                return None
        except ProtocolError:
            self.malformed += 1
            return None
        law = LAWS.get(packet.payload_type)
        if law is None:
            self.malformed += 1
            return None
        samples = law.decode(packet.payload)
        frame = Frame(now, packet, samples, _level(samples))
        self.frames.append(frame)
        return frame

    def speech_since(self, moment: float) -> float | None:
        """Arrival of the first sounding frame of speech at or after `moment`; None when there is none yet."""
        first = bisect_left(self.frames, moment, key=lambda frame: frame.arrived)
        for index in range(first, len(self.frames)):
            if self.frames[index].level >= LOUD:
                window = self.frames[index : index + SPEECH_WINDOW]
                if sum(frame.level >= LOUD for frame in window) >= SPEECH_FRAMES:
                    return self.frames[index].arrived
        return None

    @property
    def undecided_since(self) -> float:
        """Arrival of the first frame that speech may yet begin with; what was before is known to be none."""
        return self.frames[-SPEECH_WINDOW:][0].arrived if self.frames else 0.0

    def last_sound(self, since: float) -> float | None:
        """Arrival of the latest sounding frame at or after `since`; None when all is silent."""
        for frame in reversed(self.frames):
            if frame.arrived < since:
                return None
            if frame.level >= LOUD:
                return frame.arrived
        return None

    def max_gap_ms(self, since: float = 0.0) -> float:
        """The longest time between two packets from `since` on; 0 when fewer than two came."""
        arrivals = np.array([frame.arrived for frame in self.frames if frame.arrived >= since])
        return float(np.diff(arrivals).max() * 1000) if arrivals.size > 1 else 0.0

    def track(self, origin: float) -> Samples:
        """Everything heard, on a time line whose sample 0 is the moment `origin`."""
        placed = list(zip(self._places(origin), self.frames, strict=True))
        length = max((place + frame.samples.size for place, frame in placed), default=0)
        track = np.zeros(max(length, 0), dtype=np.int16)
        for place, frame in placed:
            begin = max(place, 0)
            samples = frame.samples[begin - place :]
            track[begin : begin + samples.size] = samples
        return track

    def _places(self, origin: float) -> list[int]:
        """Sample position of each frame by rules 1 and 2."""
        places: list[int] = []
        source, stamp, start = -1, 0, 0
        for frame in self.frames:
            arrived = round((frame.arrived - origin) * SAMPLE_RATE)
            place = start + _signed(frame.packet.timestamp - stamp)
            if frame.packet.ssrc != source or abs(place - arrived) > REBASE_SAMPLES:
                source, stamp, start = frame.packet.ssrc, frame.packet.timestamp, arrived
                place = arrived
            places.append(place)
        return places

    def _count(self, packet: Packet) -> None:
        """Keys and voice share one row of numbers; it begins anew with each source."""
        source, newest = self._newest
        step = (packet.sequence - newest) & 0xFFFF
        if source == packet.ssrc and (step == 0 or step > 0x8000):
            self.duplicates += 1
            return
        if source == packet.ssrc:
            self.lost += step - 1
        self._newest = (packet.ssrc, packet.sequence)

    def _take_key(self, packet: Packet, event: KeyEvent, now: float) -> None:
        name = (packet.ssrc, packet.timestamp)
        if event.end and name != self._last_key:
            self._last_key = name
            self.keys.append((now, event.key))


def _level(samples: Samples) -> float:
    exact = samples.astype(np.float32)
    return float(np.sqrt(np.dot(exact, exact) / exact.size)) if exact.size else 0.0


def _signed(step: int) -> int:
    """A difference of 32-bit time stamps, as a signed number."""
    return (step + 0x80000000 & 0xFFFFFFFF) - 0x80000000
