"""Numbers dictated with pauses, through the real ears: the line is silent in a pause, so nothing is heard."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

from ivr.bootstrap import load_script
from ivr.dialogue.events import Event, Heard
from ivr.grammar.model import Expectation, Grammar, Language, ValueType
from ivr.settings import load_settings
from ivr.speech.comfort import comfort_noise
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES, SAMPLE_RATE
from tests.speech.lines import Turn, frames_of, needs_model, noise, on_a_line
from tools.acoustic.texts import DIGITS
from tools.caller.voice import speak

VOICES: dict[Language, tuple[str, ...]] = {"ru": ("ru", "ru+f2"), "en": ("en-us", "en-us+m3")}
PAUSES = (0.15, 0.5)
NOISE = 250.0
"""Root mean square of the line's noise: some 20 dB below the speech."""


def dictated(words: list[str], voice: str, chance: random.Random) -> bytes:
    """Return the words one by one, with pauses of chance in which the flush asks for them."""
    parts = [speak(words[0], voice)]
    for word in words[1:]:
        parts += [np.zeros(round(chance.uniform(*PAUSES) * SAMPLE_RATE), np.int16), speak(word, voice)]
    return np.concatenate(parts).astype("<i2").tobytes()


async def heard_of(ears: GrammarEars, sound: bytes, grammar: Grammar, language: Language) -> str:
    """Return all words that one turn reported."""
    told: list[Event] = []
    hearing = ears.open(Turn(grammar, language=language), told.append)
    for frame in frames_of(sound):
        hearing.feed(frame)
        await hearing.settled()
    hearing.close()
    return " ".join(event.hypotheses[0].words for event in told if isinstance(event, Heard))


@dataclass(frozen=True, slots=True)
class Dictation:
    """A number on a line, and what may be said there."""

    language: Language
    said: str
    line: bytes
    grammar: Grammar


@pytest.fixture(params=[(language, voice) for language in VOICES for voice in VOICES[language]])
def dictation(request: pytest.FixtureRequest) -> Dictation:
    language, voice = request.param
    book = load_script(load_settings()).content.phrases[language]
    grammar = book.grammar(Expectation((), ValueType("digits", 4, 12)))
    chance = random.Random(f"pauses {voice}")
    said = chance.choices(DIGITS[language], k=7)
    return Dictation(language, " ".join(said), on_a_line(dictated(said, voice, chance), NOISE), grammar)


@needs_model
async def test_no_digit_is_heard_in_a_pause(ears: GrammarEars, dictation: Dictation) -> None:
    heard = await heard_of(ears, dictation.line, dictation.grammar, dictation.language)
    assert heard == dictation.said


def samples(sound: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(sound, "<i2").astype(np.float64)


def test_comfort_noise_is_as_long_as_asked_for_and_as_loud_as_the_quietest_frames() -> None:
    loud, quiet = noise(0.08, 2000, 5), noise(0.1, 100, 6)
    made = samples(comfort_noise(loud + quiet, 0.3))
    assert made.size == round(0.3 * SAMPLE_RATE)
    assert np.sqrt((made**2).mean()) == pytest.approx(np.sqrt((samples(quiet) ** 2).mean()), rel=0.02)
    assert not samples(comfort_noise(bytes(5 * FRAME_BYTES), 0.3)).any()


def test_comfort_noise_has_the_silences_spectrum_and_no_period() -> None:
    low = np.cumsum(samples(noise(0.1, 100, 7)))  # brown: nearly all of it low
    made = samples(comfort_noise((low - low.mean()).astype("<i2").tobytes(), 0.3))
    power = np.abs(np.fft.rfft(made)) ** 2
    assert power[: power.size // 8].sum() > 0.9 * power.sum()
    white = samples(comfort_noise(noise(0.1, 500, 8), 0.3))
    for period in (FRAME_BYTES // 2, SAMPLE_RATE // 10):
        alike = white[period:] @ white[:-period] / (white @ white)
        assert abs(alike) < 0.1


def test_the_same_silence_gives_the_same_noise() -> None:
    assert comfort_noise(noise(0.1, 90, 9), 0.3) == comfort_noise(noise(0.1, 90, 9), 0.3)
