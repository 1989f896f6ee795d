"""Kokoro, a neural voice with many speakers, through ONNX Runtime: English, without the times of its phones.

Its phonemes are those of ``misaki``, which its makers wrote for it; here they come from eSpeak NG's by the
same table (misaki's ``espeak.py``). ``tools/setup/models.sh`` puts model and voices into the cache; why, and
on which terms: decision 0074.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.acoustic.espeak import espeak
from tools.acoustic.paths import cache_folder
from tools.acoustic.speech import WIDE_RATE, Samples, resampled

_EDITION = "kokoro-1"
"""The cache's folder, as in ``tools/setup/kokoro.sh``."""
RATE = 24000
_STYLES = (-1, 1, 256)
"""A voice has one style for each number of phonemes."""
_QUIET = 0.01
"""Of full scale: what is quieter before and after the speech is cut off but for ..."""
_MARGIN = RATE // 20
"""... this many samples."""

HELD_OUT = frozenset({"af_sky", "am_puck", "bf_lily", "bm_fable"})
"""Voices that no training phrase uses."""
_ACCENTS = {"en-us": "a", "en": "b"}
"""eSpeak NG's voice whose phonemes are said -> how the names of the voices that say them begin."""

_FROM_ESPEAK = {
    "ʔˌn\u0329": "tᵊn", "ʔn\u0329": "tᵊn", "ʔn": "tᵊn", "ʔ": "t", "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ",
    "e^ɪ": "A", "e": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "ə^l": "ᵊl", "ʲo": "jo", "ʲə": "jə", "ʲ": "", "ɚ": "əɹ",
    "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l", "\u0303": "",
}  # fmt: skip
_AMERICAN = {"o^ʊ": "O", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": ""}
_BRITISH = {"e^ə": "ɛː", "iə": "ɪə", "ə^ʊ": "Q"}
_SYLLABIC = re.compile("(\\S)\u0329")


class KokoroError(RuntimeError):
    """The model is not there."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One of Kokoro's voices, or a speaker of our making between two of them."""

    accent: str
    """A key of ``_ACCENTS``."""
    voice: str
    other: str
    share: float
    """Of the other voice in it, up to a half."""

    @property
    def name(self) -> str:
        """Return a name that tells what it is made of."""
        return f"{self.voice}-{round(100 * self.share)}-{self.other}"


def root() -> Path:
    """Return the folder that holds Kokoro."""
    return cache_folder() / _EDITION


def phonemes(text: str, accent: str) -> str:
    """Return a text in Kokoro's phonemes; a comma is a pause."""
    return ", ".join(_as_misaki(espeak().phonemes(part, accent, tie="^"), accent) for part in text.split(","))


def _as_misaki(ipa: str, accent: str) -> str:
    for old in sorted(_FROM_ESPEAK, key=len, reverse=True):
        ipa = ipa.replace(old, _FROM_ESPEAK[old])
    ipa = _SYLLABIC.sub(r"ᵊ\1", ipa)
    for old, new in (_AMERICAN if accent == "en-us" else _BRITISH).items():
        ipa = ipa.replace(old, new)
    return (ipa.replace("o", "ɔ") if accent == "en-us" else ipa).replace("^", "").strip()


class Kokoro:
    """The model; take it from :func:`kokoro`. Errors: :class:`KokoroError`."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "model.onnx").is_file():
            raise KokoroError(f"no Kokoro in {folder}: run tools/setup/models.sh")
        self._folder = folder
        self._numbers: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))[
            "vocab"
        ]
        self._styles: dict[str, npt.NDArray[np.float32]] = {}

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - to make models

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def voices(self, accent: str) -> list[str]:
        """Return the voices of an accent that may teach."""
        found = sorted(path.stem for path in (self._folder / "voices").glob(f"{_ACCENTS[accent]}[fm]_*.bin"))
        return [name for name in found if name not in HELD_OUT]

    def draw(self, accent: str, rng: random.Random) -> Speaker:
        """Draw a speaker of an accent."""
        voice, other = rng.sample(self.voices(accent), 2)
        return Speaker(accent, voice, other, round(rng.uniform(0, 0.5), 2))

    def say(self, text: str, speaker: Speaker, speed: float = 1.0) -> Samples:
        """Return ``text`` as a speaker says it, at 16 kHz."""
        numbers = [self._numbers[one] for one in phonemes(text, speaker.accent) if one in self._numbers]
        style = (1 - speaker.share) * self._style(speaker.voice) + speaker.share * self._style(speaker.other)
        given = {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": style[len(numbers)].astype(np.float32),
            "speed": np.array([speed], np.float32),
        }
        said = self._session.run(None, given)[0].reshape(-1)
        loud = np.flatnonzero(np.abs(said) > _QUIET)
        if not len(loud):
            return np.zeros(0, np.int16)
        cut = said[max(0, loud[0] - _MARGIN) : loud[-1] + _MARGIN]
        return resampled(np.round(np.clip(cut, -1, 1) * 32000).astype(np.int16), RATE, WIDE_RATE)

    def _style(self, voice: str) -> npt.NDArray[np.float32]:
        if voice not in self._styles:
            path = self._folder / "voices" / f"{voice}.bin"
            self._styles[voice] = np.fromfile(path, "<f4").reshape(_STYLES)
        return self._styles[voice]


@lru_cache(maxsize=1)
def kokoro() -> Kokoro:
    """Return the process's only model."""
    return Kokoro(root())
