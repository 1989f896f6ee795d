"""The echo of our own prompt: is this frame louder than it can be? Geigel's double-talk detector, learning.

Rules:

1. An echo comes within `LATEST` of what was sent, and is quieter than the loudest of that by the line's
   return loss. A frame that is no louder is not the caller. Geigel's detector takes 6 dB for every line and
   compares samples; here powers of 20 ms frames are compared, and the loss is learnt.
2. The loss is what was sent over what came back, both averaged over `MEMORY`: delays and pauses matter
   little. It begins as `FIRST_LOSS`, as if that had been heard.
3. Frames above the bound are the caller's and teach nothing; those just before them may be, and teach nothing
   either; the line's own noise is taken off, and what is suddenly loud counts as `LEAP` times the average.
4. While we are silent there is no echo, and nothing is learnt.
"""

from __future__ import annotations

from collections import deque
from typing import Final

LATEST: Final = 15
"""Frames: 300 ms, a long way round."""
MEMORY: Final = 20
"""Frames of what is averaged."""
DOUBTED: Final = 10
"""Frames before the caller is noticed that may be the caller's already."""
MARGIN: Final = 10**0.9
"""An echo's frame may be 9 dB louder than the average says."""
FIRST_LOSS: Final = 10**2.6
"""26 dB. ITU-T G.168 counts on 6 dB from a network alone; echo cancellers on the way give 20 more."""
LEAST_LOSS: Final = 10**1.3
LEAP: Final = 4.0
NOISE: Final = 2.0
"""A line's noise may be twice its floor."""
LEAST_ECHO: Final = 0.03
"""Part of a frame's power that counts as echo even when all of it may be noise."""
SOUNDING: Final = 150.0**2
"""Power from which what we sent is loud enough to be heard back."""
_USUAL: Final = 2000.0**2
"""Power of a prompt: how heavy the first guess weighs."""


class EchoBound:
    """How loud an echo can be just now on one line. Powers are mean squares of samples."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=LATEST)
        self._lessons: deque[tuple[float, float]] = deque()
        self._sent, self._back = _USUAL, _USUAL / FIRST_LOSS

    def sent(self, power: float) -> None:
        """Take the power of a frame that goes out to the caller; 0 for silence."""
        self._recent.append(power)

    def exceeded(self, power: float, floor: float) -> bool:
        """Take the powers of a caller's frame and of the line's noise; return whether it is no echo."""
        loudest = max(self._recent, default=0.0)
        if loudest < SOUNDING:
            return True
        if power * max(self._sent / self._back, LEAST_LOSS) > loudest * MARGIN:
            self._lessons.clear()
            return True
        sent = sum(self._recent) / len(self._recent)  # the echo of any of these may be coming back now
        self._lessons.append((sent, max(power - NOISE * floor, power * LEAST_ECHO)))
        if len(self._lessons) > DOUBTED:
            self._learn(*self._lessons.popleft())
        return False

    def _learn(self, sent: float, back: float) -> None:
        self._sent += (sent - self._sent) / MEMORY
        self._back += (min(back, self._back * LEAP) - self._back) / MEMORY
