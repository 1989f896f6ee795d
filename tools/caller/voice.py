"""A caller's voice for scripts and tests: eSpeak NG, any of its voices, as the telephone carries it."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples

LEVEL = 9000.0
"""Peak of a caller's speech, int16."""


@lru_cache(maxsize=512)
def speak(text: str, voice: str = "ru", words_a_minute: int = 150) -> Samples:
    """Return the sentence as int16 samples at 8 kHz, silence around it cut away. `voice`: as `ru+f3`."""
    with tempfile.TemporaryDirectory() as scratch:
        spoken = Path(scratch) / "spoken.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(words_a_minute), "-w", str(spoken), text]
        subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL)  # noqa: S603 - no shell
        with wave.open(str(spoken)) as reader:
            rate = reader.getframerate()
            samples = np.frombuffer(reader.readframes(reader.getnframes()), dtype="<i2")
    narrow = soxr.resample(samples.astype(np.float32), rate, SAMPLE_RATE, quality="HQ")
    loud = np.flatnonzero(np.abs(narrow) > 150)
    cut = narrow[loud[0] : loud[-1] + 1] if loud.size else narrow
    return np.asarray(cut * (LEVEL / max(1.0, float(np.abs(cut).max()))), dtype=np.int16)
