"""Who speaks in the benches: voices held out of training, and a telephone line for them."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from bench.hearing.listener import RATE, Samples
from bench.noises import fan
from tools.acoustic.codecs import Floats, a_law
from tools.acoustic.espeak import espeak
from tools.acoustic.festival import festival_say
from tools.acoustic.speech import WIDE_RATE, to_telephone_rate
from tools.acoustic.stress import with_stress
from tools.acoustic.voices import held_out_variants

Speaker = Callable[[str], Samples]
Line = Callable[[Samples, np.random.Generator, float], Samples]
"""From speech, chance and decibels that a noise is below it to what the recogniser gets."""

_ESPEAK = {"ru": ("ru",), "en": ("en-us", "en")}
_LEVEL = 3000.0


def robot(language: str) -> Speaker:
    """Return our own robot's voice: plain eSpeak NG at its usual rate."""
    return lambda text: _espeak_says(text, _ESPEAK[language][-1], 150, 50)


def held_out_synthetic(language: str, rng: random.Random) -> Speaker:
    """Return a speaker who draws an unheard eSpeak NG variant, a rate and a pitch for each phrase."""

    def say(text: str) -> Samples:
        voice = f"{rng.choice(_ESPEAK[language])}+{rng.choice(held_out_variants())}"
        return _espeak_says(text, voice, rng.randint(120, 200), rng.randint(30, 70))

    return say


def festival_voice(voice: str) -> Speaker:
    """Return a Festival voice; the Russian one is told where our words are stressed, as in training."""
    written = with_stress if voice.startswith("msu_ru") else str
    return lambda text: to_telephone_rate(festival_say([written(text)], voice, 1.0)[0][0], WIDE_RATE)


def _espeak_says(text: str, voice: str, rate: int, pitch: int) -> Samples:
    engine = espeak()
    return to_telephone_rate(engine.say(text, voice, rate, pitch).samples, engine.sample_rate)


def through_telephone(samples: Samples, rng: np.random.Generator, snr: float | None) -> Samples:
    """Return the speech at a usual level with line noise ``snr`` decibels below, through A-law."""
    speech = _at_usual_level(samples)
    if snr is not None:
        speech += rng.standard_normal(len(speech)).astype(np.float32) * _LEVEL / 10 ** (snr / 20)
    return _coded(speech)


def behind_a_fan(samples: Samples, rng: np.random.Generator, snr: float) -> Samples:
    """Return the speech with a fan's or a road's noise ``snr`` decibels below, through A-law."""
    speech = _at_usual_level(samples)
    noise = fan(len(speech) / RATE, _LEVEL / 10 ** (snr / 20), rng)
    return _coded(speech + noise.astype(np.float32))


def _at_usual_level(samples: Samples) -> Floats:
    speech = samples.astype(np.float32)
    return np.pad(speech * (_LEVEL / (float(np.sqrt(np.mean(speech**2))) + 1e-6)), int(0.4 * RATE))


def _coded(speech: Floats) -> Samples:
    return np.clip(a_law(np.clip(speech, -32700, 32700)), -32768, 32767).astype(np.int16)
