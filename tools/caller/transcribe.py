"""What was said on a line, by recognising it: the project's own models, a list of words to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import vosk

from ivr.grammar.model import Language
from ivr.speech.models import choose
from ivr.speech.ports import SpeechOptions
from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples

PROJECT = Path(__file__).parents[2]
SILENCE_SECONDS = 0.45
"""A pause this long ends a stretch of speech."""
LOUD = 200
"""Peak in a 20 ms frame, int16, that counts as sound."""
UNKNOWN = "[unk]"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of speech between two pauses."""

    start: float
    """Seconds from the recording's beginning."""
    end: float
    words: str


def stretches(samples: Samples) -> list[tuple[float, float]]:
    """Return (start, end) in seconds of every stretch of sound."""
    frame = SAMPLE_RATE // 50
    count = samples.size // frame
    loud = np.abs(samples[: count * frame].reshape(count, frame)).max(axis=1) > LOUD
    found: list[tuple[int, int]] = []
    for index in np.flatnonzero(loud):
        if found and index - found[-1][1] <= SILENCE_SECONDS * 50:
            found[-1] = (found[-1][0], int(index))
        else:
            found.append((int(index), int(index)))
    return [(first / 50, (last + 1) / 50) for first, last in found]


def recognise(samples: Samples, language: Language, phrases: Iterable[str]) -> str:
    """Return what was said, as words out of `phrases`; what is none of them is left out."""
    grammar = json.dumps([*sayable(phrases, language), UNKNOWN], ensure_ascii=False)
    recogniser = vosk.KaldiRecognizer(model(language), SAMPLE_RATE, grammar)
    pause = np.zeros(SAMPLE_RATE // 4, dtype=np.int16)
    recogniser.AcceptWaveform(np.concatenate((pause, samples, pause)).tobytes())
    text = str(json.loads(recogniser.FinalResult())["text"])
    return " ".join(word for word in text.split() if word != UNKNOWN)


def sayable(phrases: Iterable[str], language: Language) -> list[str]:
    """Return the phrases whose every word the model knows."""
    find = model(language).vosk_model_find_word
    return [phrase for phrase in dict.fromkeys(phrases) if all(find(word) >= 0 for word in phrase.split())]


def transcribe(samples: Samples, language: Language, phrases: Iterable[str]) -> list[Stretch]:
    """Return every stretch of speech with its words."""
    phrases = tuple(phrases)
    return [
        Stretch(start, end, recognise(cut(samples, start, end), language, phrases))
        for start, end in stretches(samples)
    ]


def cut(samples: Samples, start: float, end: float) -> Samples:
    """Return the part between two moments in seconds."""
    return samples[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]


@lru_cache(maxsize=4)
def model(language: Language) -> vosk.Model:
    """Return the model that the project's settings choose for a language."""
    vosk.SetLogLevel(-1)
    folders = (PROJECT / "var/models", PROJECT / "models", PROJECT.parent / "shared/models")
    return vosk.Model(str(choose(language, SpeechOptions(model_folders=folders))))
