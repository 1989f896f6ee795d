"""A call as a stereo WAV: the caller on the left, the robot on the right, on one time line."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples


def write_stereo(path: Path, caller: Samples, robot: Samples) -> None:
    """Write both sides, int16 at 8 kHz, as `Call.spoken` and `Call.heard` return them."""
    both = np.zeros((max(caller.size, robot.size), 2), dtype="<i2")
    both[: caller.size, 0] = caller
    both[: robot.size, 1] = robot
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(both.tobytes())
