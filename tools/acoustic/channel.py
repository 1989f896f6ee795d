"""Turn clean synthetic speech into a caller on a line: another throat, a room, noise, a telephone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.acoustic.codecs import Floats, a_law, gsm, lose_packets, mu_law
from tools.acoustic.features import DITHER
from tools.acoustic.speech import SAMPLE_RATE

Complex = npt.NDArray[np.complexfloating]


@dataclass(frozen=True, slots=True)
class Placed:
    """Speech set into silence on the time line of one training example."""

    samples: Floats
    lead: int
    """Samples of silence before the speech."""
    speed: float
    """How many times faster than synthesised the speech plays."""
    length: int
    """Samples of speech."""


def place(speech: Floats, rng: np.random.Generator, speeds: tuple[float, float]) -> Placed:
    """Change speed (and with it pitch and throat) and put silence around; levels are untouched."""
    speed = float(np.exp(rng.uniform(np.log(speeds[0]), np.log(speeds[1]))))
    count = int(len(speech) / speed)
    faster = np.interp(np.arange(count) * speed, np.arange(len(speech)), speech).astype(np.float32)
    lead, tail = (int(rng.uniform(0.05, 0.4) * SAMPLE_RATE) for _ in range(2))
    return Placed(np.pad(faster, (lead, tail)), lead, speed, count)


def _smooth_response(rng: np.random.Generator, bins: int) -> Floats:
    """Return a random microphone: 4.5 dB steps over seven points, a tilt, perhaps a telephone's band."""
    axis = np.linspace(0, 1, bins)
    decibels = np.interp(axis, np.linspace(0, 1, 7), rng.normal(0, 4.0, 7)) + rng.uniform(-9, 9) * (
        axis - 0.3
    )
    if rng.random() < 0.6:
        hertz = axis * SAMPLE_RATE / 2
        low, high = rng.uniform(80, 320), rng.uniform(3200, 3900)
        decibels = (
            decibels
            - 10 * np.log10(1 + (low / np.maximum(hertz, 1)) ** 4)
            - 10 * np.log10(1 + (hertz / high) ** 24)
        )
    return np.power(10, np.maximum(decibels, -50) / 20).astype(np.float32)


def _room(rng: np.random.Generator, points: int) -> Complex:
    """Return a room's response: the direct sound and an exponential tail of 30 to 250 ms."""
    length = int(rng.uniform(0.03, 0.25) * SAMPLE_RATE)
    tail = rng.standard_normal(length) * np.exp(-np.arange(length) / (length / 5))
    tail[0] = 0
    tail *= rng.uniform(0.1, 0.7) / np.sqrt((tail**2).sum())
    tail[0] = 1
    return np.fft.rfft(tail, points)


def _noise(rng: np.random.Generator, points: int, babble: Callable[[int], Floats]) -> Floats:
    """Return noise of unit power: coloured, with hum, or other people talking."""
    kind = rng.random()
    if kind < 0.25:
        return _unit(babble(points))
    size = 1 << (points - 1).bit_length()  # a quick length for the transform
    spectrum = np.fft.rfft(rng.standard_normal(size).astype(np.float32))
    axis = np.linspace(0.01, 1, len(spectrum))
    spectrum *= axis ** -rng.uniform(0, 1.2)
    if rng.random() < 0.25:  # what another device brings has that device's band
        low, high = (rng.uniform(*ends) * 2 / SAMPLE_RATE for ends in ((50, 350), (2500, 3900)))
        spectrum[(axis < low) | (axis > high)] *= 10 ** (-rng.uniform(10, 60) / 20)
    noise = _unit(np.fft.irfft(spectrum, size)[:points])
    if kind < 0.9:
        return noise
    turns = 2 * np.pi * 50 * np.arange(points) / SAMPLE_RATE
    return _unit(noise + 2 * np.sum([np.sin(k * turns) / k for k in range(1, 6)], axis=0))


def _unit(noise: npt.NDArray[np.floating]) -> Floats:
    out: Floats = (noise / (np.sqrt(np.mean(noise**2)) + 1e-6)).astype(np.float32)
    return out


def _gate(clean: Floats, threshold: float) -> Floats:
    """Return 1 where the speaker is loud enough and 0 elsewhere, in steps of 20 ms: silence suppression."""
    hop = SAMPLE_RATE // 50
    padded = np.pad(clean, (0, -len(clean) % hop)).reshape(-1, hop)
    loud = np.abs(padded).max(axis=1) > threshold * np.abs(clean).max()
    return np.repeat(loud, hop)[: len(clean)].astype(np.float32)


def _line(samples: Floats, rng: np.random.Generator) -> Floats:
    """Apply clipping, a codec and packet loss at a random level."""
    out = samples
    if rng.random() < 0.05:
        limit = np.abs(out).max() * rng.uniform(0.3, 0.8)
        out = np.clip(out, -limit, limit)
    out = np.clip(out, -32700, 32700)
    codec = rng.random()
    if codec < 0.45:
        out = a_law(out)
    elif codec < 0.6:
        out = mu_law(out)
    elif codec < 0.75:
        out = gsm(out)
    if rng.random() < 0.1:
        out = lose_packets(out, rng, rng.uniform(0.005, 0.05))
    return out + np.float32(DITHER) * rng.standard_normal(len(out)).astype(np.float32)


def _microphone(x: Floats, rng: np.random.Generator) -> Floats:
    """Return what the caller's telephone makes of what it hears, mostly in a room."""
    if rng.random() < 0.1:
        return x
    size = 1 << (len(x) + 2000).bit_length()
    spectrum = np.fft.rfft(x, size) * _smooth_response(rng, size // 2 + 1)
    if rng.random() < 0.35:
        spectrum *= _room(rng, size)
    return np.fft.irfft(spectrum, size)[: len(x)].astype(np.float32)


def _noisy(x: Floats, rng: np.random.Generator, babble: Callable[[int], Floats]) -> Floats:
    """Add a noise 3 to 45 dB below; at times it waxes and wanes, as a street's does."""
    noise = _noise(rng, len(x), babble)
    if rng.random() < 0.3:
        turns = np.arange(len(x)) / SAMPLE_RATE * rng.uniform(0.1, 1.0) + rng.random()
        noise *= (1 + rng.uniform(0, 0.7) * np.sin(2 * np.pi * turns)).astype(np.float32)
    level = np.sqrt(np.mean(x**2)) / 10 ** (rng.uniform(3, 45) / 20)
    return x + np.float32(level) * noise


def through_line(placed: Placed, rng: np.random.Generator, babble: Callable[[int], Floats]) -> Floats:
    """Return what the recogniser gets; ``babble(count)`` supplies other people's speech.

    Noise is around the caller, where the microphone colours it as it does the speech, or comes from the line.
    """
    x, points = placed.samples, len(placed.samples)
    where = rng.random()
    if where < 0.5:
        x = _noisy(x, rng, babble)
    x = _microphone(x, rng)
    inside = x[placed.lead : placed.lead + placed.length]
    x = x * np.float32(10 ** rng.uniform(2.2, 3.7) / (np.sqrt(np.mean(inside**2)) + 1e-3))
    if 0.4 < where < 0.9:
        x = _noisy(x, rng, babble)
    if rng.random() < 0.15:
        x = x * _gate(placed.samples, rng.uniform(0.005, 0.03))
    if rng.random() < 0.3:  # the line opens and closes: the noise starts after silence and ends before it
        x[: int(rng.uniform(0, placed.lead))] = 0
        x[points - int(rng.uniform(0, points - placed.lead - placed.length)) :] = 0
    return _line(x, rng)
