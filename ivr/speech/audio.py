"""From an engine's sound to a telephone prompt: pure functions over arrays, no I/O.

The chain, in this order: resample to 8 kHz, cut what a telephone does not carry, trim silence to
defined lengths, set the loudness, fade both ends. Any change here raises `PIPELINE`, so that cached prompts
are made anew.
"""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.errors import SpeechError
from ivr.speech.ports import SAMPLE_RATE, Sound

PIPELINE = "1"
"""Version of everything in this module and in `pronunciation`: part of every cache key."""
LEAD_SECONDS = 0.03
"""Silence kept before the first sound."""
PAUSES = {".": 0.3, "!": 0.3, "?": 0.3, "…": 0.3, ":": 0.2, ";": 0.2, ",": 0.14, "—": 0.14}
"""Silence kept after the last sound, in seconds, by the text's last character."""
NO_PAUSE = 0.08
"""The same when the text ends in none of those."""
LOUDNESS = 0.1
"""Root mean square of the speaking parts, full scale being 1: -20 dBFS, a good telephone call's level."""
SILENCE = 0.01
"""Part of the peak below which a 10 ms stretch is silence (-40 dB)."""
LOW_CUT = (100.0, 180.0)
"""Hertz: nothing below the first passes, everything above the second; telephones carry from 300 on."""
FADE_SECONDS = 0.006
CEILING = 0.89
"""Highest sample after limiting (-1 dBFS)."""
_STRETCH = SAMPLE_RATE // 100
Samples = NDArray[np.float32]
"""Samples at 8 kHz, full scale being 1."""


def prompt(sound: Sound, text: str = "", volume: float = 1.0) -> bytes:
    """Return the sound as a prompt: 8 kHz s16le mono. Empty or silent sound gives a short silence."""
    samples = low_cut(resampled(sound))
    samples = trimmed(samples, pause_after(text))
    return to_bytes(loud(samples, volume))


def resampled(sound: Sound) -> Samples:
    """Return the samples at 8 kHz, full scale being 1."""
    whole = sound.samples[: len(sound.samples) // 2 * 2]
    samples: Samples = np.frombuffer(whole, "<i2").astype(np.float32) / np.float32(32768)
    if sound.rate == SAMPLE_RATE or not samples.size:
        return samples
    return np.asarray(soxr.resample(samples, sound.rate, SAMPLE_RATE), np.float32)


def low_cut(samples: Samples) -> Samples:
    """Return the samples without direct current and rumble, nothing shifted in time."""
    if not samples.size:
        return samples
    size = samples.size + SAMPLE_RATE // 4
    spectrum = np.fft.rfft(samples, size)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    low, high = LOW_CUT
    rise = np.clip((hertz - low) / (high - low), 0, 1)
    passed = np.fft.irfft(spectrum * (0.5 - 0.5 * np.cos(np.pi * rise)), size)
    return passed[: samples.size].astype(np.float32)


def pause_after(text: str) -> float:
    """Return how long a silence the text's end asks for, in seconds."""
    return PAUSES.get(text.rstrip()[-1:], NO_PAUSE)


def trimmed(samples: Samples, pause: float) -> Samples:
    """Return the sounding part with exactly `LEAD_SECONDS` before and `pause` seconds after it."""
    sounding = np.flatnonzero(_levels(samples) > SILENCE * max(float(np.abs(samples).max(initial=0)), 1e-4))
    lead, tail = (np.zeros(round(seconds * SAMPLE_RATE), np.float32) for seconds in (LEAD_SECONDS, pause))
    if not sounding.size:
        return np.concatenate([lead, tail])
    part = samples[int(sounding[0]) * _STRETCH : (int(sounding[-1]) + 1) * _STRETCH]
    return np.concatenate([lead, faded(part), tail])


def _levels(samples: Samples) -> Samples:
    """Return the highest sample of each 10 ms."""
    count = -(-samples.size // _STRETCH)
    padded = np.zeros(count * _STRETCH, np.float32)
    padded[: samples.size] = np.abs(samples)
    return np.asarray(padded.reshape(count, _STRETCH).max(axis=1, initial=0), np.float32)


def loud(samples: Samples, volume: float) -> Samples:
    """Return the samples at the telephone's loudness times `volume`, peaks bent rather than clipped."""
    speaking = samples[np.abs(samples) > SILENCE * np.abs(samples).max(initial=0)]
    if not speaking.size:
        return samples
    level = float(np.sqrt(np.mean(np.square(speaking, dtype=np.float64))))
    return limited(samples * np.float32(LOUDNESS * volume / max(level, 1e-6)))


def limited(samples: Samples) -> Samples:
    """Return the samples with everything above half of full scale bent smoothly below the ceiling."""
    knee = 0.5
    size = np.abs(samples)
    bent = knee + (CEILING - knee) * np.tanh((size - knee) / (CEILING - knee))
    return np.where(size > knee, np.sign(samples) * bent, samples).astype(np.float32)


def faded(samples: Samples) -> Samples:
    """Return the samples with a short fade at both ends, so that no edge clicks."""
    length = min(round(FADE_SECONDS * SAMPLE_RATE), samples.size // 2)
    if length == 0:
        return samples
    slope = np.linspace(0, 1, length, dtype=np.float32)
    result = samples.copy()
    result[:length] *= slope
    result[-length:] *= slope[::-1]
    return result


def to_bytes(samples: Samples) -> bytes:
    """Return the samples as s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def read_wav(data: bytes, name: str) -> Sound:
    """Read a 16 bit WAV file of any rate; channels are mixed. Errors: `SpeechError` naming the file."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            samples = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        raise SpeechError(f"{name}: not a WAV file", remedy="save it as 16 bit PCM WAV") from None
    if width != 2 or not 4000 <= rate <= 192_000 or not channels:
        raise SpeechError(f"{name}: {8 * width} bit at {rate} Hz", remedy="save it as 16 bit PCM WAV")
    if channels > 1:
        whole = samples[: len(samples) // (2 * channels) * 2 * channels]
        samples = np.frombuffer(whole, "<i2").reshape(-1, channels).mean(axis=1).astype("<i2").tobytes()
    return Sound(samples, rate)


def wav(samples: bytes) -> bytes:
    """Return 8 kHz s16le mono as a WAV file."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples)
    return held.getvalue()


def recording(path: Path, volume: float) -> bytes:
    """Return a studio recording as a prompt. Errors: `SpeechError`."""
    return prompt(read_wav(path.read_bytes(), path.name), ".", volume)
