"""What callers say in the throughput bench: answers to the main menu on a noisy line, and when they end."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import numpy as np

from bench.hearing import speakers
from bench.hearing.listener import Samples
from ivr.bootstrap import load_script
from ivr.dialogue.flow import Menu
from ivr.dialogue.prompting import expectation
from ivr.dialogue.timing import Timing
from ivr.grammar.model import Grammar, Language
from ivr.settings import load_settings
from ivr.speech.ports import SAMPLE_RATE
from tools.acoustic.codecs import a_law

NUMBER = "0505"
SILENCE = Timing().complete_after
"""Seconds after an answer when it is over: the product's own limit for one that cannot be continued."""
QUIETEST = 1.0
LONGEST_QUIET = 3.0
"""Seconds before an answer: the prompt, and thinking."""
AFTER = 2.0
"""Seconds of line after it."""
LEVEL = 3000.0
NOISE_DB = 25.0
PHRASES = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """One turn's line: silence, an answer, silence."""

    words: str
    line: bytes
    over: float
    """Seconds from the line's beginning to the end of the silence that ends the answer."""
    speech: float
    """Seconds of it that are speech."""


@cache
def menu_grammar(language: Language) -> Grammar:
    """Return what may be said at the product's main menu."""
    script = load_script(load_settings())
    parts = (part for step in script.flow_for(NUMBER).steps.values() for part in step.parts)
    menu = next(part for part in parts if isinstance(part, Menu))
    return script.content.grammar(expectation(menu, {}), language)


def answers(language: Language, seed: int = 5) -> list[Answer]:
    """Return answers to the menu that cannot be continued, said by our robot through a telephone."""
    rng, noise, grammar = random.Random(seed), np.random.default_rng(seed), menu_grammar(language)
    fit = [one for one in grammar.recogniser_phrases if grammar.match(one) and not grammar.can_continue(one)]
    chosen = rng.sample(sorted(set(fit)), PHRASES)
    say = speakers.robot(language)
    return [_answer(words, say(words), rng, noise) for words in chosen]


def _answer(words: str, sound: Samples, rng: random.Random, noise: np.random.Generator) -> Answer:
    wave = sound.astype(np.float32)
    loud = np.flatnonzero(np.abs(wave) > 0.02 * np.abs(wave).max())
    spoken = wave[loud[0] : loud[-1] + 1]
    spoken *= LEVEL / float(np.sqrt(np.mean(spoken**2)))
    before = round(rng.uniform(QUIETEST, LONGEST_QUIET) * SAMPLE_RATE)
    line = np.pad(spoken, (before, round(AFTER * SAMPLE_RATE)))
    line += noise.standard_normal(len(line)).astype(np.float32) * LEVEL / 10 ** (NOISE_DB / 20)
    coded = np.clip(a_law(np.clip(line, -32700, 32700)), -32768, 32767).astype("<i2")
    over = (before + len(spoken)) / SAMPLE_RATE + SILENCE
    return Answer(words, coded.tobytes(), over, len(spoken) / SAMPLE_RATE)
