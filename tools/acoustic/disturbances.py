"""Sounds that are not speech, before and after a training phrase: the network learns to call them filler.

A slam, a cough, a chord or other people's talk that stands alone must become no word. Everything is drawn at
random and coarse: thumps, shaped noise, breaths, tones, chords. Levels are relative to the phrase's speech.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tools.acoustic.codecs import Floats
from tools.acoustic.features import DITHER
from tools.acoustic.speech import SAMPLE_RATE

_SHARE = 0.2
"""Share of the silences around phrases in which something is heard."""
_LONGEST = 1.3
"""Most seconds that a silence grows by."""
_LOUD = 10 ** (-16 / 20)
"""From this level on, relative to the speech, a sound is the filler; below, it belongs to the silence."""
_SHORTEST = 0.12
"""What is loud for less than this many seconds is a click: silence."""
_HOP = 80
_DEAD = 2.5 * DITHER
"""Level (16-bit scale) below which a line is closed, or silence is suppressed on it."""
_QUIETEST, _ABOVE = 0.05, 2.0
"""A line's noise is as loud as its quietest twentieth; what stands out is so many decibels above."""

Babble = Callable[[int], Floats]


def around(
    samples: Floats, lead: int, length: int, rng: np.random.Generator, babble: Babble
) -> tuple[Floats, int, npt.NDArray[np.bool_]]:
    """Put disturbances into the silences of a placed phrase; at times the silences grow for it.

    Returns the samples, the new lead and, for each 10 ms, whether a disturbance is to be called the filler.
    """
    speech = samples[lead : lead + length]
    level = float(np.sqrt(np.mean(speech**2))) + 1e-3
    parts = [_silence(len(part), rng, level, babble) for part in (samples[:lead], samples[lead + length :])]
    before, after = parts
    joined = np.concatenate([before, speech, after]).astype(np.float32)
    loud = np.concatenate([_loud(before, level), np.zeros(length, bool), _loud(after, level)])
    return joined, len(before), loud[::_HOP]


def stands_out(line: Floats) -> npt.NDArray[np.bool_]:
    """Return, for each 10 ms of what comes over the line, whether it is louder than the line's own noise.

    A disturbance that does not is silence: where such were called the filler, zeros became filler.
    """
    level = np.sqrt((np.pad(line, (0, -len(line) % _HOP)).reshape(-1, _HOP) ** 2).mean(axis=1))
    alive = level[level > _DEAD]
    noise = float(np.quantile(alive, _QUIETEST)) if len(alive) else 0.0
    out: npt.NDArray[np.bool_] = level > max(_DEAD, 10 ** (_ABOVE / 20) * noise)
    return out


def _silence(count: int, rng: np.random.Generator, level: float, babble: Babble) -> Floats:
    """Return the silence beside a phrase, with or without something in it."""
    if rng.random() > _SHARE:
        return np.zeros(count, np.float32)
    size = count + int(rng.uniform(0.1, _LONGEST) * SAMPLE_RATE)
    out = np.zeros(size, np.float32)
    for _ in range(int(rng.integers(1, 3))):
        sound = _one(rng, babble)[: size - _HOP]
        start = int(rng.integers(0, size - len(sound)))
        out[start : start + len(sound)] += sound * np.float32(level * 10 ** (rng.uniform(-22, 8) / 20))
    return out


def _loud(samples: Floats, level: float) -> npt.NDArray[np.bool_]:
    """Return, for each sample, whether it lies in a loud stretch that is long enough to be the filler."""
    padded = np.pad(samples, (0, -len(samples) % _HOP)).reshape(-1, _HOP)
    frames = np.sqrt((padded**2).mean(axis=1)) > level * _LOUD
    edges = np.flatnonzero(np.diff(np.concatenate([[0], frames.astype(np.int8), [0]])))
    for start, stop in edges.reshape(-1, 2):
        if (stop - start) * _HOP < _SHORTEST * SAMPLE_RATE:
            frames[start:stop] = False
    return np.repeat(frames, _HOP)[: len(samples)]


def _one(rng: np.random.Generator, babble: Babble) -> Floats:
    """Return one sound whose loudest part has unit power, 0.05 to 1.2 s long."""
    kind = rng.random()
    if kind < 0.3:
        sound = _thumps(rng)
    elif kind < 0.55:
        sound = _bursts(rng)
    elif kind < 0.75:
        sound = _notes(rng)
    elif kind < 0.9:
        sound = babble(int(rng.uniform(0.2, 1.2) * SAMPLE_RATE))
    else:
        sound = _breath(rng)
    power = (np.pad(sound, (0, -len(sound) % 400)).reshape(-1, 400) ** 2).mean(axis=1)
    out: Floats = (sound / (np.sqrt(power.max()) + 1e-6)).astype(np.float32)
    return out


def _shaped(count: int, rng: np.random.Generator) -> Floats:
    """Return noise with two resonances and a tilt."""
    points = 1 << (count - 1).bit_length()  # a quick length for the transform
    hertz = np.fft.rfftfreq(points, 1 / SAMPLE_RATE)
    shape = np.exp(-hertz / rng.uniform(400, 6000))
    for _ in range(2):
        shape += rng.uniform(0, 3) * np.exp(-(((hertz - rng.uniform(100, 3500)) / rng.uniform(60, 500)) ** 2))
    spectrum = np.fft.rfft(rng.standard_normal(points)) * shape
    return np.fft.irfft(spectrum, points)[:count].astype(np.float32)


def _fading(count: int, attack: float, decay: float) -> Floats:
    """Return an envelope that rises within ``attack`` and falls by e within ``decay`` seconds."""
    seconds = np.arange(count) / SAMPLE_RATE
    out: Floats = (np.minimum(seconds / attack, 1) * np.exp(-seconds / decay)).astype(np.float32)
    return out


def _thumps(rng: np.random.Generator) -> Floats:
    """Return something that falls or is shut: one to four hits, each with its rattle."""
    out = np.zeros(int(1.2 * SAMPLE_RATE), np.float32)
    start = 0
    for _ in range(int(rng.integers(1, 5))):
        count = len(out) - start
        hit = _shaped(count, rng) * _fading(count, rng.uniform(0.001, 0.01), np.exp(rng.uniform(-4.2, -1.6)))
        out[start:] += np.float32(rng.uniform(0.3, 1)) * hit
        start += int(rng.uniform(0.04, 0.35) * SAMPLE_RATE)
        if start >= len(out) - SAMPLE_RATE // 10:
            break
    return out


def _bursts(rng: np.random.Generator) -> Floats:
    """Return one to three throaty bursts of noise, at times with a voiced end."""
    parts: list[Floats] = []
    pitch = rng.uniform(80, 320)
    for _ in range(int(rng.integers(1, 4))):
        count = int(rng.uniform(0.12, 0.4) * SAMPLE_RATE)
        burst = _shaped(count, rng) * _fading(count, rng.uniform(0.004, 0.03), rng.uniform(0.05, 0.2))
        if rng.random() < 0.5:
            turns = np.cumsum(np.full(count, pitch) * np.linspace(1.1, 0.8, count)) / SAMPLE_RATE
            voiced = np.sum([np.sin(2 * np.pi * k * turns) / k for k in range(1, 9)], axis=0)
            rise = np.linspace(0, 1, count) ** 2 * np.linspace(1, 0, count)
            burst = burst / (np.abs(burst).max() + 1e-6) + (rng.uniform(0.2, 1.5) * voiced * rise)
        parts += [burst.astype(np.float32), np.zeros(int(rng.uniform(0.02, 0.2) * SAMPLE_RATE), np.float32)]
    return np.concatenate(parts)


def _notes(rng: np.random.Generator) -> Floats:
    """Return some notes or chords, plucked or held."""
    out = np.zeros(int(rng.uniform(0.3, 1.2) * SAMPLE_RATE), np.float32)
    step = int(rng.uniform(0.1, 0.5) * SAMPLE_RATE)
    root = rng.uniform(100, 900)
    for start in range(0, len(out) - 400, step):
        count = len(out) - start
        seconds = np.arange(count) / SAMPLE_RATE
        for _ in range(int(rng.integers(1, 4))):
            hertz = root * 2 ** (int(rng.integers(-5, 13)) / 12)
            partials = range(1, max(2, min(int(rng.integers(1, 7)), int(3800 / hertz) + 1)))
            wave = np.sum([np.sin(2 * np.pi * k * hertz * seconds) / k for k in partials], axis=0)
            out[start:] += (wave * _fading(count, rng.uniform(0.003, 0.05), rng.uniform(0.1, 1))).astype(
                np.float32
            )
    return out


def _breath(rng: np.random.Generator) -> Floats:
    """Return a breath, or wind on the microphone: noise that swells and goes."""
    count = int(rng.uniform(0.25, 1.0) * SAMPLE_RATE)
    return (_shaped(count, rng) * np.hanning(count)).astype(np.float32)
