"""What speech tests share: telephone sound, small grammars, orders, the test model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from ivr.dialogue.events import Event
from ivr.errors import SpeechError
from ivr.grammar.model import Grammar, Language, Match
from ivr.speech.models import choose
from ivr.speech.ports import FRAME_BYTES, SAMPLE_RATE, SpeechOptions

ROOT = Path(__file__).parents[2]
_FOLDERS = (ROOT / "models", ROOT.parent / "shared" / "models")


def _test_model() -> Path:
    """The Russian model that tests use: of IVR_TEST_MODELS, else the project's own, else the prototype."""
    folders = (Path(os.environ["IVR_TEST_MODELS"]),) if "IVR_TEST_MODELS" in os.environ else _FOLDERS
    try:
        return choose("ru", replace(SpeechOptions(), model_folders=folders))
    except SpeechError:
        return folders[0] / "vosk-none-ru"


TEST_MODEL = _test_model()
MODELS = TEST_MODEL.parent
needs_model = pytest.mark.skipif(
    not TEST_MODEL.is_dir(), reason=f"no Russian model in {MODELS}: set IVR_TEST_MODELS to a folder of models"
)
DIGITS = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance, by shape."""

    text: str
    language: Language = "ru"
    prompt: str = "p"
    rate: float = 1.0
    volume: float = 1.0
    fixed: bool = True


class Menu:
    """A grammar of whole phrases."""

    def __init__(self, *phrases: str) -> None:
        self.recogniser_phrases = phrases

    def match(self, words: str) -> tuple[Match, ...]:
        return (Match(words),) if words in self.recogniser_phrases else ()

    def can_continue(self, words: str) -> bool:
        return any(phrase.startswith(f"{words} ") for phrase in self.recogniser_phrases)


class Digits:
    """A grammar of so many digits, and of "оператор"."""

    recogniser_phrases = (*DIGITS, "оператор")

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def match(self, words: str) -> tuple[Match, ...]:
        if words == "оператор":
            return (Match("operator"),)
        said = words.split()
        right = self._least <= len(said) <= self._most and set(said) <= set(DIGITS)
        return (Match("digits", words, is_value=True),) if right else ()

    def can_continue(self, words: str) -> bool:
        said = words.split()
        return len(said) < self._most and set(said) <= set(DIGITS)


@dataclass(frozen=True, slots=True)
class Turn:
    """A listening order, by shape."""

    grammar: Grammar
    turn: int = 1
    language: Language = "ru"
    complete_after: float = 0.2
    open_after: float = 0.8
    secret: bool = False


@dataclass(slots=True)
class Reports:
    """Keeps what a turn reports."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)


@dataclass(slots=True)
class Counts:
    """Keeps metrics."""

    totals: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str, amount: float) -> None:
        self.totals[name] = self.totals.get(name, 0) + amount


class LoudActivity:
    """Voice activity by the first sample alone: for tests that decide frame by frame."""

    def sent(self, frame: bytes) -> None:
        """Nothing comes back on this line."""

    def speech(self, frame: bytes) -> bool:
        return frame[:2] != b"\0\0"


def noise(seconds: float, level: float = 8.0, seed: int = 0) -> bytes:
    """White noise of this root mean square."""
    samples = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE)) * level
    return bytes(np.clip(samples, -32768, 32767).astype("<i2").tobytes())


SPEECH_FRAME = noise(0.02, 3000)
SILENT_FRAME = bytes(FRAME_BYTES)


def on_a_line(sound: bytes, level: float = 8.0, before: float = 0.6, after: float = 1.6) -> bytes:
    """The sound on a line with a noise floor, with line noise before and after."""
    samples = np.frombuffer(sound, "<i2").astype(np.int32)
    hiss = np.frombuffer(noise(len(sound) / 2 / SAMPLE_RATE, level, 1), "<i2")[: len(samples)]
    mixed = np.clip(samples[: len(hiss)] + hiss, -32768, 32767).astype("<i2").tobytes()
    return noise(before, level, 2) + bytes(mixed) + noise(after, level, 3)


def frames_of(sound: bytes) -> Iterator[bytes]:
    """The sound's whole frames."""
    for at in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
        yield sound[at : at + FRAME_BYTES]
