"""Stand-ins for the engines, held to the same contract: deterministic, fast, nothing to install."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from ivr.errors import SpeechError
from ivr.grammar.model import Language
from ivr.speech.ports import SAMPLE_RATE, Decoded, HeardWord, Reading, Recogniser, Sound

_SECONDS_A_CHARACTER = 0.065
"""eSpeak NG's Russian at 150 words a minute, measured over the prompts."""


class FakeSynthesiser:
    """`Synthesiser` that says every text as a tone of its own, as long as the text would take."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        """True: every phrase is refused."""
        self.said: list[str] = []
        """Texts in the order they were said."""

    async def identify(self) -> str:
        """Return a fixed name."""
        return "fake 1"

    async def speak(
        self, text: str, language: Language, rate: float = 1.0, *, patient: bool = False
    ) -> Sound:
        """Return the text's tone."""
        await asyncio.sleep(0)
        if self.broken:
            raise SpeechError("the fake engine is broken")
        self.said.append(text)
        return tone(f"{language} {text}", len(text) * _SECONDS_A_CHARACTER / rate)

    async def close(self) -> None:
        """Nothing to let go of."""


def tone(name: str, seconds: float) -> Sound:
    """Return a tone whose pitch (300 to 1000 Hz) follows from the name."""
    hertz = 300 + int.from_bytes(blake2b(name.encode(), digest_size=2).digest(), "big") % 700
    moments = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = 0.3 * np.sin(2 * np.pi * hertz * moments)
    return Sound((wave * 32767).astype("<i2").tobytes(), SAMPLE_RATE)


class ScriptedRecognisers:
    """`RecogniserMaker` whose recognisers hear what the script says, one entry per stretch of speech."""

    def __init__(self, script: Iterable[Decoded | str] = (), *, broken: bool = False) -> None:
        self.script = list(script)
        self.broken = broken
        """True: no recogniser can be made."""
        self.phrases: list[tuple[str, ...]] = []
        """What each recogniser was made for."""

    def make(self, language: Language, phrases: tuple[str, ...]) -> Recogniser:
        """Return a recogniser over the common script."""
        if self.broken:
            raise SpeechError("the fake model is broken")
        self.phrases.append(phrases)
        return ScriptedRecogniser(self.script)


class ScriptedRecogniser:
    """`Recogniser` that hears the script's next entry once it got `DEAF_SECONDS` of sound."""

    DEAF_SECONDS = 0.1

    def __init__(self, script: list[Decoded | str]) -> None:
        self._script = script
        self._bytes = 0

    def accept(self, sound: bytes, *, hurried: bool = False) -> None:
        """Take some sound."""
        self._bytes += len(sound)

    def partial(self) -> str:
        """Return the entry's best words."""
        readings = self._decoded().readings
        return readings[0].text if readings else ""

    def finish(self) -> Decoded:
        """Return the entry and go on to the next."""
        decoded = self._decoded()
        if self._script and self._bytes:
            self._script.pop(0)
        self._bytes = 0
        return decoded

    def _decoded(self) -> Decoded:
        if not self._script or self._bytes < self.DEAF_SECONDS * SAMPLE_RATE * 2:
            return Decoded()
        entry = self._script[0]
        if isinstance(entry, Decoded):
            return entry
        return Decoded((reading(entry),) if entry else ())


def reading(words: str, score: float = 50.0, seconds: float = 0.4) -> Reading:
    """Return a reading of these words, each equally long; no words: an empty one."""
    return Reading(tuple(HeardWord(word, seconds) for word in words.split()), score)
