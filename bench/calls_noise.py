"""Coughs, slams, music and babble into a prompt: does the prompt come back, and is none of it lost?

The main menu is asked for again by the star; 0.3 to 0.9 s into one of its first sentences a disturbance
begins, made by code (bench/noises.py): coughs and slams of level 800 to 4000, music and babble of several
voices of 150 to 900 (a caller's speech: 2000), each in a room. Then the caller waits.

It came back if from the star on the menu's sentences are heard in their order, each of them whole, and at
least one that ends after the disturbance: the sentence that a pause has cut is heard again from its
beginning, or it was never cut. Sentences are known by their spectra against the prompts as synthesised;
nothing inside the product is asked. Paused means that the line was silent for longer than between two
sentences.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

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
AFTER = 5.0
"""Seconds after the disturbance in which a whole sentence has to be heard: it may last two."""
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
    back: bool = False
    paused: bool = False


@dataclass(slots=True)
class NoiseIntoPrompt:
    """Takes samples of one language."""

    language: Language
    sentences: tuple[Samples, ...]
    cases: list[Case] = field(default_factory=list)

    async def __call__(self, call: Call, chance: random.Random, samples: int) -> None:
        """Ask for the menu again, disturb it, wait; so many times."""
        await robots_turn(call)
        taken = [await self._disturb(call, chance) for _ in range(samples)]
        track = call.heard()
        for case in taken:
            self.cases.append(await asyncio.to_thread(judged, case, track, call.answered_at, self.sentences))

    async def _disturb(self, call: Call, chance: random.Random) -> Case:
        kind = chance.choice(KINDS)
        seed = np.random.default_rng(chance.getrandbits(32))
        sound = await asyncio.to_thread(disturbance, kind, seed, self.language)
        asked = await call.press("*")
        began = await call.hear_speech(LONGEST_ANSWER, since=asked + 0.1)
        for _ in range(chance.randrange(SENTENCES_BEFORE)):
            silent = await call.hear_silence(PAUSE, LONGEST_PROMPT)
            began = await call.hear_speech(LONGEST_ANSWER, since=silent + PAUSE / 2)
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(began + chance.uniform(*INTO_SENTENCE) - now)
        started = asyncio.get_running_loop().time()
        ended = await call.play(sound)
        await asyncio.sleep(AFTER)
        return Case(kind, asked, started, ended)


def judged(case: Case, track: Samples, origin: float, sentences: tuple[Samples, ...]) -> Case:
    """Return the case with its verdict, from everything that the caller heard."""
    first, last = (round((moment - origin) * SAMPLE_RATE) for moment in (case.asked, case.ended + AFTER))
    heard, end = track[max(0, first) : last], 0
    for sentence in sentences:
        score, at = found(sentence, heard[end:])
        if score < ALIKE:
            break
        end += at + sentence.size
    disturbed = round((case.began - case.asked) * SAMPLE_RATE)
    over = round((case.ended - case.asked + LEAST_AFTER) * SAMPLE_RATE)
    silence = longest_silence(heard[disturbed : over + SAMPLE_RATE])
    return Case(case.kind, case.asked, case.began, case.ended, end >= over, silence >= LONG_SILENCE)


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
    notes = [f"{options.lines} calls at a time"]
    cases: list[Case] = []
    for language in LANGUAGES:
        taken = NoiseIntoPrompt(language, await menu_sentences(node, language))
        faults += await on_lines(node.ports.sip, language, options, taken)
        cases += taken.cases
        notes.append(told(language, taken.cases))
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
