"""Coughs, slams, music and babble into a prompt: does the prompt come back, and is none of it lost?

The main menu is asked for again by the star; 0.3 to 0.9 s into one of its first sentences a disturbance
begins, made by code (bench/noises.py): coughs and slams of level 800 to 4000, music and babble of several
voices of 150 to 900 (a caller's speech: 2000), each in a room. Then the caller waits.

It came back if from the one disturbed on, or one before, the menu's sentences are heard in their order, one
whole and ending after the disturbance: the sentence that a pause has cut is heard again from its beginning,
or it was never cut. One before the last may be torn by the network of a busy machine, but has to be there.
Sentences are known by their spectra against the prompts as synthesised; nothing inside the product is asked.
Paused means that the line was silent for longer than between two sentences. The disturbances are made before
the first call and judged after the last: neither keeps the callers from their own clocks.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from bench.calls_lines import LONGEST_ANSWER, LONGEST_PROMPT, Options, note, on_lines, robots_turn
from bench.calls_measures import ALIKE, Measured, Promise, found
from bench.calls_result import Result
from bench.noises import KINDS, disturbance
from ivr.bootstrap import load_script, open_voice
from ivr.dialogue.actions import Manner, Play
from ivr.dialogue.flow import Menu
from ivr.dialogue.prompting import question
from ivr.grammar.model import LANGUAGES, Language
from tests.support.stack import Node
from tools.caller.call import Call
from tools.caller.ear import LOUD, SAMPLE_RATE
from tools.caller.g711 import Samples

SENTENCES_BEFORE = 3
"""The disturbance comes into one of so many first sentences."""
INTO_SENTENCE = (0.3, 0.9)
PAUSE = 0.2
AFTER = 6.0
"""Seconds after the disturbance in which a whole sentence has to be heard: it may last three."""
TORN = 0.65
"""`likeness` of each half of a sentence with gaps in it; others are less alike."""
MOST_LINES = 16
"""Two cores hear no more callers who make noise all at once: 200 cases take four minutes."""
LEAST_AFTER = 0.3
LONG_SILENCE = 0.6
MOST_LOST = Promise(1.0, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """One disturbance."""

    kind: str
    asked: float
    """When the star was up."""
    began: float
    ended: float
    told: int = 0
    """Sentences that were over before it began, or fewer: some pauses the ear counts stand inside one."""
    back: bool = False
    paused: bool = False


Sounds = list[tuple[str, Samples]]
"""Disturbances that are still to be made, with their kinds."""


@dataclass(slots=True)
class NoiseIntoPrompt:
    """Takes samples of one language."""

    sounds: Sounds
    taken: list[tuple[Case, Samples]] = field(default_factory=list)
    """Each case, and what the caller heard from the star to `AFTER` the disturbance."""

    async def __call__(self, call: Call, chance: random.Random, samples: int) -> None:
        """Ask for the menu again, disturb it, wait; so many times."""
        await robots_turn(call)
        cases = [await self._disturb(call, chance) for _ in range(samples)]
        track = call.heard()
        for case in cases:
            edges = (case.asked - call.answered_at, case.ended + AFTER - call.answered_at)
            first, last = (max(0, round(edge * SAMPLE_RATE)) for edge in edges)
            self.taken.append((case, track[first:last]))

    async def _disturb(self, call: Call, chance: random.Random) -> Case:
        kind, sound = self.sounds.pop()
        asked = await call.press("*")
        began = await call.hear_speech(LONGEST_ANSWER, since=asked + 0.1)
        told = chance.randrange(SENTENCES_BEFORE)
        for _ in range(told):
            silent = await call.hear_silence(PAUSE, LONGEST_PROMPT)
            began = await call.hear_speech(LONGEST_ANSWER, since=silent + PAUSE / 2)
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(began + chance.uniform(*INTO_SENTENCE) - now)
        started = asyncio.get_running_loop().time()
        ended = await call.play(sound)
        await asyncio.sleep(AFTER)
        return Case(kind, asked, started, ended, told)


def disturbances(language: Language, count: int, seed: int) -> Sounds:
    """Make so many, every kind in turn."""
    kinds = (KINDS[number % len(KINDS)] for number in range(count))
    chances = (np.random.default_rng([seed, number]) for number in range(count))
    return [(kind, disturbance(kind, chance, language)) for kind, chance in zip(kinds, chances, strict=True)]


def judged(case: Case, heard: Samples, sentences: tuple[Samples, ...]) -> Case:
    """Return the case with its verdict; `heard` begins with the star. An earlier sentence will do, too."""
    disturbed = round((case.began - case.asked) * SAMPLE_RATE)
    over = round((case.ended - case.asked + LEAST_AFTER) * SAMPLE_RATE)
    silence = longest_silence(heard[disturbed : over + SAMPLE_RATE])
    ends = (told_until(heard, sentences[first:]) for first in range(case.told + 1))
    return replace(case, back=max(ends) >= over, paused=silence >= LONG_SILENCE)


def told_until(heard: Samples, sentences: tuple[Samples, ...]) -> int:
    """Return where the last whole sentence ends before which none is missing; 0 when there is none."""
    end, torn = 0, list[Samples]()
    for sentence in sentences:
        score, at = found(sentence, heard[end:])
        if score < ALIKE:
            torn.append(sentence)
            continue
        if not all(is_there(half, heard[end : end + at]) for one in torn for half in np.array_split(one, 2)):
            break
        end, torn = end + at + sentence.size, []
    return end


def is_there(part: Samples, heard: Samples) -> bool:
    """Return whether half a sentence was heard, perhaps with gaps."""
    return found(part, heard)[0] >= TORN


def longest_silence(samples: Samples) -> float:
    """Return the longest stretch of silent 20 ms frames, in seconds."""
    frames = samples[: samples.size // 160 * 160].reshape(-1, 160).astype(np.float64)
    longest = run = 0
    for silent in np.sqrt((frames**2).mean(axis=1)) < LOUD:
        run = run + 1 if silent else 0
        longest = max(longest, run)
    return longest * 0.02


async def menu_sentences(node: Node, language: Language) -> tuple[Samples, ...]:
    """Return the sentences of the main menu as the node's voice says them, silence around them cut."""
    script = load_script(node.settings)
    steps = script.flow_for("0505").steps.values()
    menu = next(part for step in steps for part in step.parts if isinstance(part, Menu))
    play = Play(1, question(menu, "again", {}, language), language, Manner())
    async with open_voice(node.settings) as voice:
        spoken = [np.frombuffer(await voice.render(one), np.int16) for one in script.content.utterances(play)]
    return tuple(_sounding(samples) for samples in spoken)


def _sounding(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > LOUD)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples


async def run(node: Node, options: Options) -> Result:
    """Measure both languages."""
    rows: list[Measured] = []
    faults: list[str] = []
    few = replace(options, lines=min(options.lines, MOST_LINES))
    notes = [f"{few.lines} calls at a time"]
    cases: list[Case] = []
    for language in LANGUAGES:
        sentences = await menu_sentences(node, language)
        taken = NoiseIntoPrompt(disturbances(language, few.samples, few.seed))
        random.Random(few.seed).shuffle(taken.sounds)
        faults += await on_lines(node.ports.sip, language, few, taken)
        seen = [judged(case, heard, sentences) for case, heard in taken.taken]
        cases += seen
        notes.append(told(language, seen))
        note(notes[-1])
    lost = 100 * sum(not case.back for case in cases) / max(len(cases), 1)
    rows.append(Measured("prompts that did not come back", (lost,), (MOST_LOST,), unit="%"))
    return Result(tuple(rows), tuple(faults), tuple(notes))


def told(language: Language, cases: list[Case]) -> str:
    """Return how it went, kind by kind, in words."""
    whole, back, paused = (Counter[str](), Counter[str](), Counter[str]())
    for case in cases:
        whole[case.kind] += 1
        back[case.kind] += case.back
        paused[case.kind] += case.paused
    parts = (f"{kind}: {back[kind]} of {whole[kind]} ({paused[kind]} paused it)" for kind in sorted(whole))
    return f"{language}, came back: {'; '.join(parts)}"
