"""Comfort noise: what a line sounds like when nobody speaks.

Recogniser models look ahead, so the last words of an answer are known only after more sound. Silence repeated
over and over is no silence: its period is a pitch, and digits were heard in it. Noise of the same power and
spectrum, as a receiver makes for a sender that fell silent (RFC 3389), is taken for what it is.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ivr.speech.ports import FRAME_BYTES, SAMPLE_RATE

_FRAME = FRAME_BYTES // 2
_WINDOW = np.hanning(_FRAME)
_QUIETEST = 5
"""Frames that are taken for the line's noise: louder ones may be the end of a word, a breath, a click."""
_BAND = 9
"""Bins of 50 Hz: the spectrum of so short a noise is known no finer, its peaks are chance."""
_HIGHEST = 32767


def comfort_noise(line: bytes, seconds: float) -> bytes:
    """Return so many seconds of noise like the quietest of this; both 16 bits at 8 kHz.

    `line`: whole frames, at least one. The same line gives the same noise.
    """
    frames = np.frombuffer(line, "<i2").reshape(-1, _FRAME).astype(np.float64)
    powers = np.mean(np.square(frames), axis=1)
    quiet = np.argsort(powers, kind="stable")[:_QUIETEST]
    spectrum = np.mean(np.square(np.abs(np.fft.rfft(frames[quiet] * _WINDOW))), axis=0)
    padded = np.pad(spectrum, _BAND // 2, mode="edge")
    smooth = np.convolve(padded, np.full(_BAND, 1 / _BAND), mode="valid")
    noise = _shaped(np.sqrt(smooth), round(seconds * SAMPLE_RATE))
    noise *= np.sqrt(powers[quiet].mean()) / (np.sqrt(np.mean(np.square(noise))) + 1e-9)
    return bytes(np.clip(np.round(noise), -_HIGHEST, _HIGHEST).astype("<i2").tobytes())


def _shaped(amplitudes: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return white noise with these amplitudes from 0 to half the sampling rate."""
    white = _white(count)
    places = np.linspace(0, len(amplitudes) - 1, len(white))
    shape = np.interp(places, np.arange(len(amplitudes)), amplitudes)
    return np.asarray(np.fft.irfft(white * shape, count))


@lru_cache(maxsize=4)
def _white(count: int) -> NDArray[np.complex128]:
    """Return the spectrum of so many samples of white noise, always the same."""
    return np.asarray(np.fft.rfft(np.random.default_rng(0).standard_normal(count)))
