"""What every synthesizer hands to the corpus: 8 kHz speech with the time of each broad phone."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

SAMPLE_RATE = 8000
WIDE_RATE = 16000
"""What the recorded voices are handled at before they go to the telephone."""

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled phrase."""

    text: str
    voice: str
    samples: Samples
    """PCM at 8 kHz."""
    starts: npt.NDArray[np.float32]
    """Seconds at which each phone starts; the last phone ends with the samples."""
    phones: npt.NDArray[np.int16]
    """Number of each phone in the language's phone set, -1 where it is not known."""


def to_telephone_rate(samples: Samples, rate: int) -> Samples:
    """Resample PCM to 8 kHz."""
    return resampled(samples, rate, SAMPLE_RATE)


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """Resample PCM from one rate to another."""
    if rate == wanted:
        return samples
    out = soxr.resample(samples.astype(np.float32), rate, wanted)
    clipped: Samples = np.clip(np.round(out), -32768, 32767).astype(np.int16)
    return clipped


def read_wav(data: bytes, wanted: int = SAMPLE_RATE) -> Samples:
    """Decode a mono 16-bit WAV file and resample it."""
    with wave.open(io.BytesIO(data)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return resampled(samples, file.getframerate(), wanted)
