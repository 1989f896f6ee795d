"""From the end of the caller's words to our first sound, and how many were understood.

A menu word (half of all) or any sentence of the phrase book, said by one of several eSpeak NG voices 0.8 to
1.4 s after the menu has ended. The end of the words is the last sample above -40 dB of their peak, at the
place in its packet where it lies; a packet is taken to hold the 20 ms before it is sent, as a telephone's
does. The first sound is found as in `latency`. Understood means that the answer which sounds is the one that
the key of the same option gives in the same call: the two are compared by their spectra, and nothing inside
the product is asked. A short turn of the robot's is the question whether it heard well; it is told yes.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bench.calls_lines import LONGEST_ANSWER, Options, callers_turn, note, on_lines, robots_turn
from bench.calls_measures import ALIKE, Measured, Promise, likeness
from bench.calls_result import Result
from ivr.bootstrap import load_script
from ivr.grammar.model import LANGUAGES, Language
from tests.support.script_call import VOICES
from tests.support.stack import Node
from tools.caller.call import Call
from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples
from tools.caller.voice import speak

PROMISES = (
    Promise(0.5, 700),
    Promise(0.95, 1000),
    Promise(0.5, 450, later=True),
    Promise(0.95, 700, later=True),
)
KEYS: Mapping[str, str] = {"balance": "1", "packages": "2"}
WORDS: Mapping[Language, Mapping[str, str]] = {
    "ru": {"balance": "баланс", "packages": "пакеты"},
    "en": {"balance": "balance", "packages": "packages"},
}
"""The words that the menu itself offers; said in half of all trials."""
RATES = (130, 150, 170)
"""Words a minute."""
FRAME = 160
PATTERN = (-0.1, 0.9)
REGION = (-1.5, 2.5)
"""Seconds around its first sound: the part of an answer that is looked for, and where it is looked for.
Positions on a recording and moments of arrival lie up to half a second apart."""
SLOW = 600.0
"""Milliseconds: what was answered later is named in the notes."""
SHORT_TURN = 6.0
"""Seconds: a shorter turn of the robot's is a question whether it heard well; answers end with the menu."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing said and what came of it."""

    option: str
    words: str
    voice: str
    delay: float
    """Milliseconds."""
    asked: bool
    """Whether the robot asked if it heard well; it was told yes, by key."""
    answered: float
    """When the answer began: `outcome` is found by what it sounds like."""
    outcome: str = ""
    """Name of the option whose answer was heard, or `other`."""

    @property
    def right(self) -> bool:
        """Whether the option meant was heard, asked about or not."""
        return self.outcome == self.option


@dataclass(slots=True)
class WordToAnswer:
    """Takes samples of one language."""

    language: Language
    sentences: Mapping[str, tuple[str, ...]]
    trials: list[Trial] = field(default_factory=list)

    async def __call__(self, call: Call, chance: random.Random, samples: int) -> None:
        """Learn the answers by keys, then speak and listen, so many times."""
        await robots_turn(call)
        known = {option: await self._by_key(call, key) for option, key in KEYS.items()}
        said = [await self._say(call, chance) for _ in range(samples)]
        track = call.heard()
        answers = {option: _piece(track, call, began, PATTERN) for option, began in known.items()}
        for trial in said:
            heard = _piece(track, call, trial.answered, REGION)
            outcome = await asyncio.to_thread(_nearest, heard, answers)
            self.trials.append(replace(trial, outcome=outcome))

    async def _by_key(self, call: Call, key: str) -> float:
        """Press a key and hear the answer out; when it began."""
        up = await call.press(key)
        began = await call.hear_speech(LONGEST_ANSWER, since=up)
        await robots_turn(call)
        return began

    async def _say(self, call: Call, chance: random.Random) -> Trial:
        option = chance.choice(sorted(KEYS))
        plain = chance.random() < 0.5
        words = WORDS[self.language][option] if plain else chance.choice(self.sentences[option])
        voice = chance.choice(VOICES[self.language])
        samples = await asyncio.to_thread(speak, words, voice, chance.choice(RATES))
        await callers_turn(call, chance)
        ended = await call.play(samples) - (-samples.size % FRAME) / SAMPLE_RATE
        began = answered = await call.hear_speech(LONGEST_ANSWER, since=ended)
        asked = await robots_turn(call) - began < SHORT_TURN
        if asked:
            answered = await self._by_key(call, "1")
        return Trial(option, words, voice, (began - ended) * 1000, asked, answered)


def _piece(track: Samples, call: Call, began: float, span: tuple[float, float]) -> Samples:
    first, last = (max(0, round((began + edge - call.answered_at) * SAMPLE_RATE)) for edge in span)
    return track[first:last]


def _nearest(heard: Samples, answers: Mapping[str, Samples]) -> str:
    scores = {option: likeness(answer, heard) for option, answer in answers.items()}
    best = max(scores, key=lambda option: scores[option])
    return best if scores[best] >= ALIKE else "other"


async def run(node: Node, options: Options) -> Result:
    """Measure both languages."""
    books = load_script(node.settings).content.phrases
    rows: list[Measured] = []
    faults: list[str] = []
    notes = [f"{options.lines} calls at a time; voices: {', '.join((*VOICES['ru'], *VOICES['en']))}"]
    for language in LANGUAGES:
        sentences = {option: tuple(books[language].sentences(option)) for option in KEYS}
        taken = WordToAnswer(language, sentences)
        faults += await on_lines(node.ports.sip, language, options, taken)
        rows += rows_of(language, taken.trials)
        notes += notes_of(language, taken.trials)
        note("\n".join((*(row.row() for row in rows[-2:]), *notes[1:])))
    return Result(tuple(rows), tuple(faults), tuple(notes))


def rows_of(language: Language, trials: list[Trial]) -> list[Measured]:
    """Return a row of what was acted on at once, which the promise is about, and one of everything."""
    at_once = tuple(trial.delay for trial in trials if trial.right and not trial.asked)
    return [
        Measured(f"end of words to first sound, {language}, understood", at_once, PROMISES),
        Measured(f"end of words to first sound, {language}, all", tuple(trial.delay for trial in trials)),
    ]


def notes_of(language: Language, trials: list[Trial]) -> list[str]:
    """Return how many were understood, in words, and what was not."""
    at_once = sum(trial.right and not trial.asked for trial in trials)
    asked = sum(trial.right and trial.asked for trial in trials)
    wrong = [trial for trial in trials if not trial.right]
    mistaken = sum(trial.outcome != "other" for trial in wrong)
    lines = [
        f"{language}, {len(trials)} said: {at_once} understood, {asked} after asking “did you say …”, "
        f"{mistaken} taken for another option, {len(wrong) - mistaken} asked to say it again"
    ]
    slow = sorted({f"“{trial.words}”" for trial in trials if trial.delay > SLOW})
    if slow:
        lines.append(f"{language}, answered after more than {SLOW:g} ms: {', '.join(slow)}")
    if wrong:
        missed = Counter(f"“{trial.words}” ({trial.voice})" for trial in wrong)
        lines.append(f"{language}, not understood: {', '.join(sorted(missed))}")
    return lines
