"""An ear on a caller's line: recognises, as it comes, what the robot says; finds expected sentences in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from difflib import SequenceMatcher

import vosk

from ivr.grammar.model import Language
from ivr.grammar.prompts import PromptBook
from tools.caller.call import Call
from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples
from tools.caller.robot_words import sentences, words_of
from tools.caller.transcribe import UNKNOWN, model

LISTEN_EVERY = 0.2
"""Seconds between two looks at what came."""
ENOUGH = 0.6
"""Share of an expected sentence's words that must be recognised, in their order."""
ENOUGH_AROUND_VALUES = 0.5
"""The same where the words of values must all be there besides."""
STEM = 5
"""Letters by which a word is known: endings and short function words are what recognition loses."""
UNITS = (
    *("рубл", "копе", "процент", "балл", "секунд", "минут", "недел", "мегабайт", "гигабайт", "попыт"),
    *("ruble", "kopeck", "percent", "minute", "hour", "week", "month", "megabyte", "gigabyte", "message"),
)
"""What is counted is known by its beginning, even in a value: agreement is tested with texts."""


class _Recognition:
    """What one recogniser has made of a call so far, and up to where it was looked through."""

    def __init__(self, language: Language, phrases: Iterable[str]) -> None:
        grammar = json.dumps([*phrases, UNKNOWN], ensure_ascii=False)
        self._recogniser = vosk.KaldiRecognizer(model(language), SAMPLE_RATE, grammar)
        self._final: list[str] = []
        self._partial: list[str] = []
        self.cursor = 0

    @property
    def heard(self) -> list[str]:
        return [fold(word) for word in (*self._final, *self._partial) if word != UNKNOWN]

    @property
    def left(self) -> list[str]:
        return self.heard[self.cursor :]

    def decode(self, new: bytes) -> None:
        if self._recogniser.AcceptWaveform(new):
            self._final += json.loads(self._recogniser.Result())["text"].split()
            self._partial = []
        else:
            self._partial = json.loads(self._recogniser.PartialResult())["partial"].split()


class LineEar:
    """Listens to one call in one language. `heard` is everything recognised so far.

    Two recognisers listen: one knows the words of sums by themselves, too, and at times hears a number in a
    short word; the other knows only sentences. A third knows nothing but the sentence that is waited
    for: among hundreds a short one is at times another. A sentence was said when any of them has heard it.
    """

    def __init__(self, call: Call, book: PromptBook, language: Language, also: Iterable[str] = ()) -> None:
        """`also`: sentences that are not in the book, such as Asterisk's own announcements."""
        self._call = call
        self._language: Language = language
        known = [*sentences(book), *(" ".join(words_of(text)) for text in also)]
        whole = [" ".join(words_of(text)) for text in book.plain_sentences()]
        self._recognitions = [_Recognition(language, phrases) for phrases in (known, whole)]
        self._fed = 0

    @property
    def heard(self) -> list[str]:
        """All words recognised so far."""
        return self._recognitions[0].heard

    async def hears(self, text: str, within: float, exact: Iterable[str] = ()) -> None:
        """Wait until the sentence is heard; `exact`: words that must all be there. AssertionError if not."""
        wanted, musts = [fold(word) for word in words_of(text)], [fold(word) for word in exact]
        alone = [] if musts else [_Recognition(self._language, [" ".join(words_of(text))])]
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not self._found(wanted, musts, alone):
            over = self._call.ended.done()
            if over or loop.time() > deadline:
                left = " / ".join(" ".join(one.left) for one in self._recognitions)
                raise AssertionError(f"not heard: {text!r}; heard: {left!r}")
            await asyncio.sleep(LISTEN_EVERY)
            samples = self._call.heard()
            new, self._fed = samples[self._fed :], samples.size
            await asyncio.to_thread(self._decode, new, alone)

    def _found(self, wanted: list[str], musts: list[str], alone: list[_Recognition]) -> bool:
        """Look for a sentence in what is left; what lies before it is not looked through again."""
        ends = [find(wanted, musts, one.left) for one in self._recognitions]
        if all(end is None for end in (*ends, *(find(wanted, musts, one.left) for one in alone))):
            return False
        for one, end in zip(self._recognitions, ends, strict=True):
            one.cursor += len(one.left) if end is None else end
        return True

    def _decode(self, new: Samples, alone: list[_Recognition]) -> None:
        for one in (*self._recognitions, *alone):
            one.decode(new.tobytes())


def find(wanted: list[str], musts: list[str], heard: list[str]) -> int | None:
    """Return the index after the place where the wanted words were heard, None if they were not."""
    said = [without_number(word) for word in heard]
    known = [without_number(word)[:STEM] for word in wanted]
    matcher = SequenceMatcher(None, known, [word[:STEM] for word in said], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    matched = sum(block.size for block in blocks)
    enough = ENOUGH_AROUND_VALUES if musts else ENOUGH
    if not wanted or matched < enough * len(wanted):
        return None
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    if last - first > 2 * len(wanted) + 2 or not {without_number(word) for word in musts} <= {
        *said[first:last]
    }:
        return None
    return last


def without_number(word: str) -> str:
    """Return a word; of a unit, only what all its forms have in common."""
    return next((unit for unit in UNITS if word.startswith(unit)), word)


def fold(word: str) -> str:
    """Return a word as it is compared."""
    return word.lower().replace("ё", "е")
