"""Voice activity: is this 20 ms frame speech?

WebRTC's detector alone keeps saying yes for 100 ms after a word; a level alone says yes to a rattling
line. Both together end exactly with the word and stay silent in noise (decision 0006 has the numbers); while
our prompt is heard, a frame must also be louder than the prompt's echo can be (`echo.py`, decision 0040).
"""

from __future__ import annotations

import math

import numpy as np
import webrtcvad  # type: ignore[import-untyped]  # the wheel ships no types

from ivr.speech.echo import EchoBound
from ivr.speech.ports import SAMPLE_RATE

LOWEST_LEVEL = 40.0
"""Root mean square below which nothing is speech: -58 dBFS, under the noise of any real line."""
FIRST_FLOOR = 200.0
"""Highest noise taken for granted at the start (-44 dBFS): the caller may be speaking already."""
_FALL, _RISE, _RISE_IN_SPEECH = 0.3, 1.008, 1.003
"""Per frame: the floor follows a quieter line within 60 ms, a louder one by 17 dB a second at most."""


class NoiseFloor:
    """Follows the power of the line's noise: down fast, up slowly, slower while somebody speaks."""

    def __init__(self, margin_db: float) -> None:
        self._margin = 10 ** (margin_db / 10)
        self._floor = math.inf

    @property
    def power(self) -> float:
        """The line's noise as it is taken to be; infinite before the first frame."""
        return self._floor

    def exceeded(self, power: float) -> bool:
        """Take one frame's power; return whether it stands out of the noise."""
        if self._floor == math.inf:
            self._floor = min(power, FIRST_FLOOR**2)
        elif power < self._floor:
            self._floor += _FALL * (power - self._floor)
        else:
            self._floor *= _RISE if power < self._floor * self._margin else _RISE_IN_SPEECH
        return power > max(self._floor * self._margin, LOWEST_LEVEL**2)


class LineActivity:
    """`VoiceActivity`: speech by WebRTC's detector, above the noise floor, and no echo of ours."""

    def __init__(self, aggressiveness: int = 2, margin_db: float = 8.0) -> None:
        self._detector = webrtcvad.Vad(aggressiveness)
        self._floor = NoiseFloor(margin_db)
        self._echo = EchoBound()

    def sent(self, frame: bytes) -> None:
        """Take a frame of ours as it goes out to the caller."""
        self._echo.sent(_power(frame))

    def speech(self, frame: bytes) -> bool:
        """Return whether this frame (320 bytes) is speech. All detectors see every frame: they adapt."""
        power = _power(frame) + 1.0
        loud = self._floor.exceeded(power)
        ours = not self._echo.exceeded(power, self._floor.power)
        return bool(self._detector.is_speech(frame, SAMPLE_RATE)) and loud and not ours


def _power(frame: bytes) -> float:
    samples = np.frombuffer(frame, "<i2").astype(np.float32)
    return float(samples @ samples) / max(samples.size, 1)
