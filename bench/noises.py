"""What a caller's telephone picks up besides the caller, made by code: coughs, slams, music, babble, noise.

Everything is at 8 kHz and within a telephone's band (300 to 3400 Hz). A sound's level is the root mean square
of its loudest 100 ms, of 32768; a caller's speech is at about 2000. Rooms are an exponential decay of white
noise, 60 dB within 0.2 to 0.5 s. Nothing here was recorded: a cough is shaped noise with a voiced end, a slam
a thump with its rattle; babble is several eSpeak NG and Flite voices speaking at once what no menu expects.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.speech.audio import read_wav
from ivr.speech.ports import SAMPLE_RATE
from tools.caller.voice import speak
from tools.setup.hold_music import hold_music

Floats = NDArray[np.float64]
Chance = np.random.Generator
BAND = (300.0, 3400.0)
LOUD = (800.0, 4000.0)
"""Levels of sudden sounds, from far off to beside the telephone."""
BEHIND = (150.0, 900.0)
"""Levels of what goes on behind a caller: 7 to 23 dB below the caller's speech."""
TALK: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ru": (
        ("ru+m1", "вчера мы ездили на дачу и копали картошку до самого вечера"),
        ("ru+f1", "а она мне говорит зачем ты купил такие дорогие сапоги"),
        ("ru+m4", "погода портится надо бы закрыть окна в детской комнате"),
        ("ru+f3", "суп уже остыл садитесь все за стол и не шумите"),
        ("ru+m7", "поезд опоздал на полчаса и мы пропустили начало спектакля"),
        ("ru+f5", "кошка опять залезла на шкаф и уронила вазу с цветами"),
    ),
    "en": (
        ("en-us+m1", "yesterday we drove out to the lake and caught a very large fish"),
        ("en-gb+f1", "so she told me that the neighbours had painted their fence purple"),
        ("en-us+m4", "the weather is turning and somebody should close the kitchen window"),
        ("en-gb+f3", "dinner is getting cold so please come and sit at the table"),
        ("flite slt", "the train was late again and we missed the beginning of the film"),
        ("flite rms", "our cat climbed the bookshelf and knocked over a vase of flowers"),
    ),
}
"""Voices and sentences of people talking to one another."""


def white(seconds: float, chance: Chance) -> Floats:
    """Return white noise of level 1."""
    return chance.standard_normal(round(seconds * SAMPLE_RATE))


def band(samples: Floats, low: float = BAND[0], high: float = BAND[1]) -> Floats:
    """Return what lies between two frequencies."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(samples.size, 1 / SAMPLE_RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0
    return np.asarray(np.fft.irfft(spectrum, samples.size))


def at_level(samples: Floats, level: float) -> Floats:
    """Return the samples with their loudest 100 ms at this root mean square."""
    size = SAMPLE_RATE // 10
    padded = np.pad(samples, (0, -samples.size % size)).reshape(-1, size)
    loudest = float(np.sqrt((padded**2).mean(axis=1).max(initial=0.0)))
    return samples * (level / max(loudest, 1e-9))


def in_a_room(samples: Floats, chance: Chance) -> Floats:
    """Return the sound with a room's echo after it."""
    decay = chance.uniform(0.2, 0.5)
    tail = white(decay, chance) * 10 ** (-3 * np.arange(round(decay * SAMPLE_RATE)) / (decay * SAMPLE_RATE))
    tail *= 0.3 / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    return np.convolve(samples, tail)


def burst(seconds: float, attack: float, chance: Chance) -> Floats:
    """Return noise that rises within `attack` seconds and has fallen by 30 dB at its end."""
    moments = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    shape = np.minimum(1, moments / attack) * 10 ** (-1.5 * np.maximum(0, moments - attack) / seconds)
    return white(seconds, chance)[: moments.size] * shape


def cough(chance: Chance) -> Floats:
    """Return one to three coughs: an explosion of air, and mostly the voice that follows it."""
    parts: list[Floats] = []
    for _ in range(int(chance.integers(1, 4))):
        formant = chance.uniform(500, 1400)
        air = band(burst(chance.uniform(0.12, 0.3), 0.006, chance), 300, 3400)
        air += 2 * band(
            burst(air.size / SAMPLE_RATE, 0.006, chance)[: air.size], formant * 0.8, formant * 1.25
        )
        voice = _voiced(chance.uniform(0.05, 0.2), chance) * chance.uniform(0, 1.5)
        parts += [air, voice, np.zeros(round(chance.uniform(0.05, 0.3) * SAMPLE_RATE))]
    return np.concatenate(parts)


def _voiced(seconds: float, chance: Chance) -> Floats:
    """Return a falling buzz of 90 to 250 Hz."""
    moments = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = chance.uniform(90, 250) * (1 - 0.3 * moments / seconds)
    return band(np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE)), 300, 2500) * np.hanning(
        moments.size
    )


def slam(chance: Chance) -> Floats:
    """Return a door, a cup, a dropped receiver: one or two knocks with what rattles after them."""
    parts: list[Floats] = []
    for _ in range(int(chance.integers(1, 3))):
        thump = burst(chance.uniform(0.08, 0.25), 0.001, chance)
        rattle = burst(chance.uniform(0.05, 0.4), 0.01, chance) * chance.uniform(0, 0.3)
        knock = np.pad(band(thump, 100, chance.uniform(600, 2500)) * 2, (0, rattle.size))
        knock[-rattle.size :] += rattle
        parts += [knock, np.zeros(round(chance.uniform(0.02, 0.2) * SAMPLE_RATE))]
    return np.concatenate(parts)


def music(chance: Chance, seconds: float = 4.0) -> Floats:
    """Return a piece of the music on hold, or of plucked chords over a drum."""
    if chance.random() < 0.5:
        whole = _hold_music()
        first = int(chance.integers(0, whole.size - round(seconds * SAMPLE_RATE)))
        return whole[first : first + round(seconds * SAMPLE_RATE)]
    beat = chance.uniform(0.25, 0.5)
    played = np.zeros(round((seconds + 2) * SAMPLE_RATE))
    for number in range(int(seconds / beat)):
        at = round(number * beat * SAMPLE_RATE)
        root = 220 * 2 ** (chance.choice([0, 3, 5, 7, 10]) / 12)
        for step in (0, chance.choice([3, 4]), 7, 12):
            _add(played, _plucked(root * 2 ** (step / 12), 1.2, chance), at)
        _add(played, burst(0.08, 0.002, chance) * (0.8 if number % 2 else 0.3), at)
    return played[: round(seconds * SAMPLE_RATE)]


@lru_cache(maxsize=1)
def _hold_music() -> Floats:
    return hold_music().astype(np.float64)


def _add(track: Floats, sound: Floats, at: int) -> None:
    room = track[at : at + sound.size]
    room += sound[: room.size]


def _plucked(hertz: float, seconds: float, chance: Chance) -> Floats:
    """Return a plucked string (Karplus and Strong, 1983)."""
    period = max(2, round(SAMPLE_RATE / hertz))
    rows = [white(period / SAMPLE_RATE, chance)[:period]]
    for _ in range(round(seconds * SAMPLE_RATE / period)):
        last = rows[-1]
        rows.append(0.498 * (last + np.roll(last, 1)))
    return np.concatenate(rows)


def babble(chance: Chance, language: str = "ru", seconds: float = 4.0) -> Floats:
    """Return three to five people talking at once, none of them to us."""
    length = round(seconds * SAMPLE_RATE)
    mixed = np.zeros(length)
    talkers = TALK[language]
    for number in chance.choice(len(talkers), int(chance.integers(3, 6)), replace=False):
        said = _talker(*talkers[number])
        start = int(chance.integers(0, said.size))
        mixed += np.resize(np.roll(said, -start), length) * chance.uniform(0.5, 1.0)
    return mixed


@lru_cache(maxsize=32)
def _talker(voice: str, words: str) -> Floats:
    if voice.startswith("flite "):
        return _flite(words, voice.removeprefix("flite "))
    return speak(words, voice).astype(np.float64)


def _flite(words: str, voice: str) -> Floats:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["flite", "-voice", voice, "-t", words, "-o", str(path)]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603 - fixed words
        sound = read_wav(path.read_bytes(), path.name)
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float64)
    return np.asarray(soxr.resample(samples, sound.rate, SAMPLE_RATE))


SUDDEN: Mapping[str, Callable[[Chance], Floats]] = {"cough": cough, "slam": slam}


def disturbance(kind: str, chance: Chance, language: str = "ru") -> NDArray[np.int16]:
    """Return one cough, slam, piece of music or babble, in a room, at a level of chance."""
    if kind in SUDDEN:
        sound, levels = in_a_room(SUDDEN[kind](chance), chance), LOUD
    elif kind == "music":
        sound, levels = in_a_room(music(chance, chance.uniform(1.5, 4.0)), chance), BEHIND
    else:
        sound, levels = in_a_room(babble(chance, language, chance.uniform(1.5, 4.0)), chance), BEHIND
    level = np.exp(chance.uniform(*np.log(levels)))
    return np.clip(at_level(band(sound), level), -32000, 32000).astype(np.int16)


KINDS = ("cough", "slam", "music", "babble")


def line_noise(seconds: float, decibels: float, chance: Chance, speech: float = 2000.0) -> Floats:
    """Return a line's white noise so many decibels below speech."""
    return white(seconds, chance) * speech / 10 ** (decibels / 20)


def fan(seconds: float, level: float, chance: Chance) -> Floats:
    """Return a fan's or a road's noise: pink, slowly waxing and waning."""
    size = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(chance.standard_normal(size))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 50))
    moments = np.arange(size) / SAMPLE_RATE
    waves = 1 + 0.4 * np.sin(2 * np.pi * moments * 0.3)
    return at_level(band(np.asarray(np.fft.irfft(spectrum, size))) * waves, level)
