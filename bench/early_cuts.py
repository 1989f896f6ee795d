"""Digit strings with pauses inside: how many are cut, and how soon an answer is taken.

    python -m bench.early_cuts [--each 60] [--model FOLDER]

Strings of 4 to 11 digits are said by eSpeak NG's voices, each digit by itself, with a pause of up to 0.6 s by
chance between any two; menu words are said whole. Everything is at 8 kHz with a line's noise 20 dB below,
through the real ears and the dialogue's own collector (`ivr/dialogue/turn.py`), faster than real time.

Cut: something else than what was said was taken, or it was given up as no answer, before the last digit was
over; a string that is heard wrongly but in time is no cut. Early: all of it was heard, and taken before the
last sound, under the line's noise, had faded. Delay: from the end of the answer's sound to `Heard`, in the
line's time: decoding comes on top, some 20 ms. An answer of fixed length cannot be continued, one of 4 to 12
digits can.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.calls_measures import percentile
from bench.noises import Chance, line_noise
from ivr.bootstrap import load_script
from ivr.channels.port import Listening
from ivr.dialogue.events import Event, Heard, SpeechStarted
from ivr.dialogue.timing import Timing
from ivr.dialogue.turn import Turn
from ivr.dialogue.universals import UNIVERSALS
from ivr.dialogue.verdicts import Doubted, Missed, Took, Torn
from ivr.grammar.model import LANGUAGES, Expectation, Grammar, Language, ValueType
from ivr.settings import PROJECT, load_settings
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE, SpeechOptions
from ivr.speech.vosk_ear import VoskRecognisers
from tests.support.script_call import VOICES
from tools.acoustic.texts import DIGITS
from tools.caller.g711 import Samples
from tools.caller.voice import speak

LONGEST_PAUSE = 0.6
DECIBELS = 20.0
MOST_CUT = 0.02
BEFORE, AFTER = 0.5, 2.6
LENGTHS = (4, 11)
MENU = ("balance", "packages", "set_password")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer's sound, and how long it lasts."""

    words: str
    line: bytes
    end: float
    """Seconds from the line's beginning to the last sample that is louder than the line's noise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer."""

    before_the_end: bool
    right: bool
    delay: float
    """Seconds of the line's time from the answer's end to the last `Heard`; negative before it."""

    @property
    def cut(self) -> bool:
        """Whether part of the answer was lost."""
        return self.before_the_end and not self.right


def digits_with_pauses(language: Language, chance: random.Random, noise: Chance) -> Said:
    """Return a string of digits with pauses of chance."""
    words = chance.choices(DIGITS[language], k=chance.randint(*LENGTHS))
    voice, rate = chance.choice(VOICES[language]), chance.choice((130, 150, 170))
    parts = [speak(word, voice, rate) for word in words]
    pauses = [np.zeros(round(chance.uniform(0, LONGEST_PAUSE) * SAMPLE_RATE), np.int16) for _ in words[1:]]
    joined = [parts[0], *(piece for pair in zip(pauses, parts[1:], strict=True) for piece in pair)]
    return on_a_line(" ".join(words), np.concatenate(joined), noise)


def menu_words(words: str, language: Language, chance: random.Random, noise: Chance) -> Said:
    """Return a sentence said whole."""
    return on_a_line(words, speak(words, chance.choice(VOICES[language])), noise)


def on_a_line(words: str, spoken: Samples, noise: Chance) -> Said:
    """Return the sound on a noisy line, with silence around it."""
    around = (round(BEFORE * SAMPLE_RATE), round(AFTER * SAMPLE_RATE))
    whole = np.pad(spoken.astype(np.float64), around)
    level = float(np.sqrt(np.mean(spoken.astype(np.float64) ** 2)))
    whole += line_noise(whole.size / SAMPLE_RATE, DECIBELS, noise, level)[: whole.size]
    loud = np.flatnonzero(np.abs(spoken) > level / 10 ** (DECIBELS / 20))
    end = BEFORE + (float(loud[-1]) + 1) / SAMPLE_RATE
    return Said(words, np.clip(whole, -32767, 32767).astype("<i2").tobytes(), end)


class Listener:
    """One language's ears, with the dialogue's collector behind them."""

    def __init__(self, language: Language, options: SpeechOptions) -> None:
        self.ears = GrammarEars(VoskRecognisers(options), options)
        self._language = language
        self._timing = Timing()

    async def hear(self, said: Said, grammar: Grammar, expected: Expectation) -> Outcome:
        """Say one answer; what the collector made of it, and when."""
        told: list[tuple[float, Event]] = []
        now = 0.0
        order = Listening(1, grammar, self._language, self._timing.complete_after, self._timing.open_after)
        hearing = self.ears.open(order, lambda event: told.append((now, event)))
        for at in range(0, len(said.line) - FRAME_BYTES + 1, FRAME_BYTES):
            now = at / 2 / SAMPLE_RATE + FRAME_SECONDS
            hearing.feed(said.line[at : at + FRAME_BYTES])
            await hearing.settled()
        hearing.close()
        return self._collect(told, said, grammar, expected)

    def _collect(
        self, told: list[tuple[float, Event]], said: Said, grammar: Grammar, expected: Expectation
    ) -> Outcome:
        """Do as the dialogue does: gather groups until the answer is whole or the next comes too late."""
        turn, due, last = Turn(1, grammar, expected, {}), math.inf, said.end + AFTER
        meant = grammar.match(said.words)
        for at, event in told:
            if at > due:
                break
            if isinstance(event, SpeechStarted):
                due = math.inf
            elif isinstance(event, Heard):
                verdict, last = turn.hear(event.hypotheses), at
                due = at + self._timing.between_words
                if isinstance(verdict, Took | Doubted):
                    return Outcome(at < said.end, verdict.match in meant, at - said.end)
                if isinstance(verdict, Torn):
                    return Outcome(at < said.end, verdict.one.match in meant, at - said.end)
                if isinstance(verdict, Missed):
                    return Outcome(at < said.end, False, at - said.end)
        verdict = turn.finish()
        right = isinstance(verdict, Took | Doubted) and verdict.match in meant
        return Outcome(due < said.end, right, last - said.end)


async def measure(language: Language, each: int, options: SpeechOptions) -> bool:
    """Print the rows of one language; whether few enough were cut."""
    book = load_script(load_settings()).content.phrases[language]
    chance, noise = random.Random(f"cuts {language}"), np.random.default_rng(17)
    listener = Listener(language, options)
    universals = tuple(sorted(UNIVERSALS))
    open_: list[Outcome] = []
    fixed: list[Outcome] = []
    menus: list[Outcome] = []
    for _ in range(each):
        said = digits_with_pauses(language, chance, noise)
        count = len(said.words.split())
        for kept, kind in ((open_, ValueType("digits", 4, 12)), (fixed, ValueType("digits", count, count))):
            expected = Expectation(universals, kind)
            kept.append(await listener.hear(said, book.grammar(expected), expected))
        expected = Expectation((*MENU, *universals))
        words = chance.choice(book.sentences(chance.choice(MENU)))
        said = menu_words(words, language, chance, noise)
        menus.append(await listener.hear(said, book.grammar(expected), expected))
    await listener.ears.close()
    names = ("4 to 11 digits, any number expected", "4 to 11 digits, that number expected", "menu sentences")
    for name, outcomes in zip(names, (open_, fixed, menus), strict=True):
        sys.stdout.write(row(f"{language}, {name}", outcomes))
    cuts = [outcome.cut for outcome in (*open_, *fixed)]
    return sum(cuts) <= MOST_CUT * len(cuts)


def row(name: str, outcomes: list[Outcome]) -> str:
    """Return a row of the table."""
    delays = [1000 * outcome.delay for outcome in outcomes if outcome.right]
    cut, right = sum(outcome.cut for outcome in outcomes), sum(outcome.right for outcome in outcomes)
    early = sum(outcome.before_the_end and outcome.right for outcome in outcomes)
    share = f"{100 * cut / len(outcomes):.1f} %"
    times = " | ".join(f"{percentile(delays, part):.0f} ms" for part in (0.5, 0.95))
    return f"| {name} | {len(outcomes)} | {cut} | {share} | {early} | {right} | {times} |\n"


async def measure_all(each: int, model: str) -> bool:
    """Print the whole table; whether the promise was kept."""
    sys.stdout.write(
        "| what | said | cut | share | early | right | delay p50, right ones | p95 |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    folders = (PROJECT / "models",)
    kept = []
    for language in LANGUAGES:
        options = replace(
            SpeechOptions(), models={language: model}, model_folders=folders, decode_timeout=60.0
        )
        kept.append(await measure(language, each, options))
        sys.stdout.flush()
    sys.stdout.write(
        f"\nPromise: at most {MOST_CUT:.0%} of digit strings cut: {'kept' if all(kept) else 'BROKEN'}.\n"
    )
    return all(kept)


def main() -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--each", type=int, default=60, help="answers of each kind and language")
    parser.add_argument("--model", default="", type=lambda text: str(Path(text).absolute()) if text else "")
    given = parser.parse_args()
    return 0 if asyncio.run(measure_all(given.each, given.model)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
