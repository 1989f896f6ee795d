"""Noises and answers into a prompt, through the real ears: which noises are let through, which answers lost.

    python -m bench.interruptions ru [--each 240] [--seed 500]

While our own prompt plays on a noisy line (A-law, noise 25 to 45 dB below speech) comes a noise of
bench/noises.py, or an answer to the main menu: half its own words, half random sentences of the phrase book,
by the voices of the call benches, by eSpeak NG variants that no model was trained on and by Festival, at
levels of 700 to 4000. The limits were chosen on sounds of other seeds. The prompt falls silent when the
ears say that somebody speaks and goes on when they say that it was no answer, as the dialogue has it.
A noise is let through if it is taken or asked about. An answer is heard if its meaning is taken or asked
about. Times are virtual: the load of the machine changes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from bench.calls_measures import percentile
from bench.ears_turns import menu_grammar
from bench.hearing.speakers import Speaker, festival_voice, held_out_synthetic
from bench.noises import KINDS, Floats, disturbance, line_noise
from bench.orders import listening
from bench.speech_decisions import FESTIVAL
from bench.voice_activity import frames, prompt_of
from ivr.dialogue.events import Event, Heard, Hypothesis
from ivr.grammar.model import LANGUAGES, Language, Match
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.settings import PROJECT
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE, SpeechOptions
from ivr.speech.vosk_ear import VoskRecognisers
from tests.support.script_call import VOICES
from tools.acoustic.codecs import a_law
from tools.caller.voice import speak

MENU: Mapping[Language, tuple[str, ...]] = {
    "ru": ("баланс", "пакеты", "оператор", "сколько у меня денег"),
    "en": ("balance", "packages", "operator"),
}
BEFORE, AFTER = 1.0, 3.0
"""Seconds of line around a sound."""
LEVELS = (700.0, 4000.0)
NOISE_DB = (25.0, 35.0, 45.0)
HEAD = "| into our prompt | n | as wanted | share | silent p50 | p95 | max |\n|---|--:|--:|--:|--:|--:|--:|\n"
LOUD = 0.05
"""Of an answer's peak: what is louder makes its level."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sound."""

    kind: str
    answer: Hypothesis | None
    """What was taken or asked about."""
    longest_pause: float
    """Seconds."""
    meant: Match | None = None


def patient_options() -> SpeechOptions:
    """Return options under which no step is too slow and nothing is too much."""
    return replace(
        SpeechOptions(),
        model_folders=(PROJECT / "models",),
        decode_timeout=60.0,
        busy_wait=60.0,
        busy_share=50.0,
    )


def on_a_line(sound: Floats, decibels: float, chance: np.random.Generator) -> Floats:
    """Return the sound as a telephone brings it."""
    line = np.pad(sound, (round(BEFORE * SAMPLE_RATE), round(AFTER * SAMPLE_RATE)))
    line += line_noise(line.size / SAMPLE_RATE + 1, decibels, chance)[: line.size]
    return a_law(np.clip(line, -32700, 32700).astype(np.float32)).astype(np.float64)


class Listener:
    """A prompt that plays, and the ears beside it."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.grammar = cast(SpokenGrammar, menu_grammar(language))
        options = patient_options()
        self.ears = GrammarEars(VoskRecognisers(options), options)
        self._prompt = list(frames(prompt_of(12)))

    async def hear(self, kind: str, line: Floats, meant: Match | None = None) -> Outcome:
        """Bring a line; stop at the first answer."""
        events: list[Event] = []
        hearing = self.ears.open(listening(self.grammar, self.language), events.append)
        said, paused, longest = iter(self._prompt * 2), 0, 0
        for frame in frames(line):
            hearing.prompt_playing(not paused)
            hearing.sent(bytes(FRAME_BYTES) if paused else next(said))
            hearing.feed(frame)
            await hearing.settled()
            paused = paused + 1 if paused else 0
            for event in events:
                paused = 0 if isinstance(event, Heard) else max(1, paused)
                if isinstance(event, Heard) and (answer := self._answer(event)):
                    hearing.close()
                    return Outcome(kind, answer, longest * FRAME_SECONDS, meant)
            events.clear()
            longest = max(longest, paused)
        hearing.close()
        return Outcome(kind, None, longest * FRAME_SECONDS, meant)

    def _answer(self, heard: Heard) -> Hypothesis | None:
        """Return what the menu acts on; a beginning alone, "I would like", is no answer there."""
        best = heard.hypotheses[0] if heard.hypotheses else None
        return best if best and best.decision != "reject" and self.grammar.match(best.words) else None

    def speakers(self, chance: random.Random) -> dict[str, Speaker]:
        """Return who speaks, by the name of the row they count in."""
        usual = VOICES[self.language]
        return {
            "usual voices": lambda words: speak(words, chance.choice(usual)).astype(np.float32),
            "other variants": held_out_synthetic(self.language, chance),
            "Festival": festival_voice(FESTIVAL[self.language]),
        }

    def answers(self, count: int, seed: int) -> Iterator[tuple[str, Floats, Match]]:
        """Say so many answers."""
        chance = random.Random(seed)
        speakers = self.speakers(chance)
        for number in range(count):
            who = list(speakers)[number % len(speakers)]
            words, meant = self.grammar.sample(chance) if number // len(speakers) % 2 else self._own(chance)
            said = speakers[who](words).astype(np.float64)
            loud = said[np.abs(said) > LOUD * np.abs(said).max()]
            level = np.exp(chance.uniform(*np.log(LEVELS)))
            noise = np.random.default_rng([seed, number])
            line = on_a_line(said * level / np.sqrt((loud**2).mean()), chance.choice(NOISE_DB), noise)
            yield who, line, meant

    def _own(self, chance: random.Random) -> tuple[str, Match]:
        words = chance.choice(MENU[self.language])
        return words, self.grammar.match(words)[0]


def row(name: str, outcomes: list[Outcome], good: int) -> str:
    """Return a row of the table: how many, how many as they should be, how long the prompt was silent."""
    pauses = [one.longest_pause for one in outcomes if one.longest_pause]
    cells = (name, str(len(outcomes)), f"{good}", f"{good / max(len(outcomes), 1):.1%}")
    silent = (f"{percentile(pauses, share):.1f} s" for share in (0.5, 0.95, 1.0))
    return f"| {' | '.join((*cells, *silent))} |\n"


async def measure(language: Language, each: int, seed: int) -> bool:
    """Measure and print; whether at least 99 % of the noises let the prompt go on."""
    listener = Listener(language)
    sys.stdout.write(HEAD)
    noises, answers = [], []
    for number in range(each):
        kind, chance = KINDS[number % len(KINDS)], np.random.default_rng([seed, number])
        sound = disturbance(kind, chance, language).astype(np.float64)
        noises.append(await listener.hear(kind, on_a_line(sound, NOISE_DB[-1], chance)))
    for who, line, meant in listener.answers(each, seed):
        answers.append(await listener.hear(who, line, meant))
    await listener.ears.close()
    report(listener, noises, answers)
    return sum(one.answer is None for one in noises) >= 0.99 * len(noises)


def report(listener: Listener, noises: list[Outcome], answers: list[Outcome]) -> None:
    """Print the rows, and what was let through."""
    for kind in (*KINDS, "all noises"):
        some = [one for one in noises if kind in (one.kind, "all noises")]
        sys.stdout.write(row(f"{listener.language}, {kind}", some, sum(one.answer is None for one in some)))
    for who in dict.fromkeys(one.kind for one in answers):
        some = [one for one in answers if one.kind == who]
        right = sum(
            one.answer is not None and one.meant in listener.grammar.match(one.answer.words) for one in some
        )
        sys.stdout.write(row(f"{listener.language}, answers, {who}", some, right))
    through = Counter(f"{one.kind} “{one.answer.words}”" for one in noises if one.answer is not None)
    sys.stdout.write(f"\nLet through: {', '.join(sorted(through)) or 'none'}.\n")


def main() -> int:
    """Read the command line and measure; 0 when the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("language", choices=LANGUAGES)
    parser.add_argument("--each", type=int, default=240, help="noises, and answers")
    parser.add_argument("--seed", type=int, default=500)
    given = parser.parse_args()
    return 0 if asyncio.run(measure(given.language, given.each, given.seed)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
