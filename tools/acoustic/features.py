"""Kaldi's MFCC features in NumPy, as Vosk computes them with ``conf/mfcc.conf``.

Rules (Kaldi ``feat/feature-window.cc``, ``feat/mel-computations.cc``): 25 ms windows each 10 ms,
only whole windows; mean removed, pre-emphasis 0.97, Povey window, power spectrum of 256 points,
40 mel bins between 40 and 3800 Hz, logarithm, orthonormal DCT, lifter 22; no energy.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tools.acoustic.speech import SAMPLE_RATE

Floats = npt.NDArray[np.float32]

WINDOW, SHIFT, DIMENSION = 200, 80, 40
LOW_HZ, HIGH_HZ = 40.0, 3800.0
_POINTS, _LIFTER, _PREEMPHASIS = 256, 22.0, np.float32(0.97)
DITHER = 6.0
"""Standard deviation of the noise that Kaldi adds to every sample (16-bit scale), decision 0072."""
_FLOOR = np.float32(np.finfo(np.float32).eps)


def _mel(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 1127.0 * np.log1p(hertz / 700.0)


@lru_cache(maxsize=64)
def _mel_bank(warp: float) -> Floats:
    """Return the triangular filters, ``(129, 40)``; ``warp`` stretches the frequency axis."""
    lowest, highest = _mel(np.array([LOW_HZ, HIGH_HZ]))
    edges = np.linspace(float(lowest), float(highest), DIMENSION + 2)
    hertz = np.arange(_POINTS // 2 + 1) * SAMPLE_RATE / _POINTS
    mel = _mel(hertz * warp)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (mel - left) / (centre - left), (right - mel) / (right - centre)
    bank = np.maximum(0, np.minimum(rising, falling))
    bank[-1] = 0  # Kaldi leaves the Nyquist bin out
    out: Floats = bank.astype(np.float32)
    return out


@lru_cache(maxsize=1)
def _window() -> Floats:
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))
    return np.power(hann, 0.85).astype(np.float32)


@lru_cache(maxsize=1)
def _dct() -> Floats:
    k, n = np.arange(DIMENSION)[None, :], np.arange(DIMENSION)[:, None]
    matrix = np.sqrt(2 / DIMENSION) * np.cos(np.pi / DIMENSION * (n + 0.5) * k)
    matrix[:, 0] = np.sqrt(1 / DIMENSION)
    lifter = 1 + 0.5 * _LIFTER * np.sin(np.pi * np.arange(DIMENSION) / _LIFTER)
    out: Floats = (matrix * lifter).astype(np.float32)
    return out


def frame_count(samples: int) -> int:
    """Return how many feature frames ``samples`` give."""
    return 0 if samples < WINDOW else 1 + (samples - WINDOW) // SHIFT


def mfcc(samples: npt.NDArray[np.floating], warp: float = 1.0) -> Floats:
    """Return ``(frames, 40)`` coefficients of 8 kHz samples in the 16-bit scale (not -1..1)."""
    count = frame_count(len(samples))
    if count == 0:
        return np.zeros((0, DIMENSION), np.float32)
    wave = np.ascontiguousarray(samples, np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(wave, WINDOW)[::SHIFT][:count].copy()
    frames -= frames.mean(axis=1, keepdims=True)
    frames[:, 1:] -= _PREEMPHASIS * frames[:, :-1].copy()
    frames[:, 0] *= 1 - _PREEMPHASIS
    spectrum = np.fft.rfft(frames * _window(), _POINTS, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    energies = np.maximum(power.astype(np.float32) @ _mel_bank(round(warp, 2)), _FLOOR)
    result: Floats = np.log(energies) @ _dct()
    return result
