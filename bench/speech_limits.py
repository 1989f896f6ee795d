"""What each kind of answer bears: answers and strange words decoded once, judged again under many limits.

    python -m bench.speech_limits [--each 60] [--seed 77]

For every kind of value and for the phrases of the main menu, in both languages: random answers, said by
voices that no model was trained on and by Festival, and words of the dictionary that are no answers, over a
telephone line at 20 dB. Of all limits those that cost least are printed, as the table that
ivr/speech/limits.py holds: a wrong answer taken costs 10, a right one rejected 4, a question 1. The seed is
not that of the benches that measure.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from functools import lru_cache
from math import log

import numpy as np

from bench.hearing.listener import Samples
from bench.hearing.phrases import unexpected
from bench.hearing.speakers import held_out_synthetic, through_telephone
from bench.speech_decisions import FESTIVAL, MENU, ROOT, phrase_book
from ivr.dialogue.events import Hypothesis
from ivr.dialogue.universals import UNIVERSALS
from ivr.grammar.model import LANGUAGES, VALUE_KINDS, Expectation, Grammar, Language, Match, ValueType
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.speech.decisions import decide
from ivr.speech.limits import BEGINNING, LIMITS, PHRASE, Limits, kind_of
from ivr.speech.ports import Decoded, SpeechOptions
from ivr.speech.turn_grammar import TurnGrammar
from ivr.speech.vosk_ear import VoskRecognisers
from tools.acoustic.festival import festival_say
from tools.acoustic.speech import WIDE_RATE, to_telephone_rate
from tools.acoustic.stress import with_stress
from tools.acoustic.texts import DIGITS

TODAY = date(2026, 11, 22)
VALUES = {
    "digits": ValueType("digits", 4, 12),
    "secret_digits": ValueType("secret_digits", 4, 8),
    "phone_number": ValueType("phone_number"),
    "money": ValueType("money"),
    "date": ValueType("date", 0, 365),
    "count": ValueType("count", 0, 5000),
    "letters": ValueType("letters", 2, 6),
    "yes_no": ValueType("yes_no"),
}
ONE_BY_ONE = {"digits": 5, "secret_digits": 8, "phone_number": 10}
"""Kinds whose answers are so many digits one by one; the rest is any sentence of the grammar."""
GRID = {
    "doubt_confirm": (1.0, 1.75, 2.5, 3.5, 5.0),
    "doubt_reject": (4.0, 6.0, 8.0, 11.0),
    "filler_taken": (0.1, 0.25, 0.4),
    "filler_kept": (0.4, 0.6),
    "close": (0.5, 1.0, 2.0),
}
COSTS = {"took wrong": 10.0, "rejected right": 4.0, "asked wrong": 1.0, "asked right": 1.0}
UNCLEAR = SpeechOptions().unclear_length
SECOND = 8000


@dataclass(frozen=True, slots=True)
class Case:
    """Something said, and what the recogniser made of it."""

    said: str
    meant: Match | None
    """None: no answer."""
    grammar: Grammar
    decoded: Decoded
    spoken: float

    def judged(self, limits: Limits) -> tuple[Hypothesis, ...]:
        """Return the decision with the same limits for every kind."""
        table = dict.fromkeys((PHRASE, BEGINNING, *VALUE_KINDS), limits)
        return decide(self.decoded, TurnGrammar(self.grammar), self.spoken, UNCLEAR, table=table)

    def verdict(self, heard: Sequence[Hypothesis]) -> str:
        """Return what a caller would say of it."""
        decision = heard[0].decision if heard else "reject"
        right = self.meant is not None and any(self.meant in self.grammar.match(one.words) for one in heard)
        if decision == "reject":
            return "rejected right" if self.meant is not None else "well rejected"
        return f"{'took' if decision == 'take' else 'asked'} {'right' if right else 'wrong'}"

    def kind(self) -> str:
        """Return the kind of answer that it is taken for, with whatever doubt; empty: for none."""
        heard = self.judged(Limits(1e9, 1e9, 1.0, 1.0, 0.0))
        meaning = TurnGrammar(self.grammar).sensible(heard[0].words) if heard else ()
        return kind_of(meaning) if meaning and heard[0].decision != "reject" else ""


class Remembering:
    """A grammar that answers the same question once: it is asked hundreds of times."""

    def __init__(self, grammar: SpokenGrammar) -> None:
        self.recogniser_phrases = grammar.recogniser_phrases
        self.match = lru_cache(maxsize=None)(grammar.match)
        self.can_continue = lru_cache(maxsize=None)(grammar.can_continue)


class Recorder:
    """Says things to one language's recognisers."""

    def __init__(self, language: Language, seed: int) -> None:
        self._language = language
        self._random = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._book = phrase_book(language)
        self._makers = VoskRecognisers(SpeechOptions(model_folders=(ROOT / "models",)))

    def cases(self, each: int) -> Iterator[Case]:
        """Yield every kind's answers and strange words."""
        universals = tuple(sorted(UNIVERSALS))
        grammars = {PHRASE: self._book.grammar(Expectation((*MENU, *universals)))}
        for name, value in VALUES.items():
            grammars[name] = self._book.grammar(Expectation(universals, value, TODAY))
        for name, slow in grammars.items():
            grammar = Remembering(slow)
            alone = Expectation((), VALUES[name], TODAY) if name in VALUES else Expectation(MENU)
            for say in (self._synthetic, self._festival):
                asked = [self._answer(name, alone) for _ in range(each)]
                strange = unexpected(self._language, self._random, each)
                said = [*asked, *((words, None) for words in strange if not grammar.match(words))]
                for (words, meant), sound in zip(said, say([words for words, _ in said]), strict=True):
                    if len(sound):
                        yield self._case(words, meant, grammar, sound)

    def _answer(self, name: str, alone: Expectation) -> tuple[str, Match]:
        """Return a random answer; digits as most callers say them, one by one."""
        grammar = self._book.grammar(alone)
        if name not in ONE_BY_ONE:
            return grammar.sample(self._random)
        meant: tuple[Match, ...] = ()
        while not meant:  # not all digits are a telephone number
            words = " ".join(self._random.choices(DIGITS[self._language], k=ONE_BY_ONE[name]))
            meant = grammar.match(words)
        return words, meant[0]

    def _synthetic(self, texts: list[str]) -> list[Samples]:
        return list(map(held_out_synthetic(self._language, self._random), texts))

    def _festival(self, texts: list[str]) -> list[Samples]:
        written = [with_stress(text) for text in texts] if self._language == "ru" else texts
        spoken = festival_say(written, FESTIVAL[self._language], 1.0)
        return [to_telephone_rate(samples, WIDE_RATE) for samples, _ in spoken]

    def _case(self, words: str, meant: Match | None, grammar: Grammar, sound: Samples) -> Case:
        line = through_telephone(np.pad(sound, (0, SECOND // 2)), self._noise, 20.0)
        recogniser = self._makers.make(self._language, grammar.recogniser_phrases)
        recogniser.accept(line.tobytes())
        return Case(words, meant, grammar, recogniser.finish(), len(sound) / SECOND)


def tuned(cases: Sequence[Case]) -> tuple[Limits, Counter[str]]:
    """Return the limits that cost least for these, the nearest to today's of equals, and what they do."""
    every = (Limits(*values) for values in itertools.product(*GRID.values()))
    seen: dict[Limits, Counter[str]] = {}
    for limits in every:
        if limits.doubt_confirm < limits.doubt_reject and limits.filler_taken < limits.filler_kept:
            seen[limits] = Counter(case.verdict(case.judged(limits)) for case in cases)
    best = min(seen, key=lambda limits: (_cost(seen[limits]), _distance(limits)))
    return best, seen[best]


def _cost(verdicts: Mapping[str, int]) -> float:
    return sum(COSTS.get(verdict, 0.0) * count for verdict, count in verdicts.items())


def _distance(limits: Limits) -> float:
    pairs = zip(astuple(limits), astuple(Limits()), strict=True)
    return sum(abs(log(one / other)) for one, other in pairs)


def main() -> int:
    """Record, tune and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=77)
    given = parser.parse_args()
    by_kind: defaultdict[str, list[Case]] = defaultdict(list)
    for language in LANGUAGES:
        for case in Recorder(language, given.seed).cases(given.each):
            by_kind[case.kind()].append(case)
    for kind in (PHRASE, BEGINNING, *VALUES):
        limits, verdicts = tuned(by_kind[kind])
        today = Counter(case.verdict(case.judged(LIMITS.get(kind, Limits()))) for case in by_kind[kind])
        sys.stdout.write(f'    "{kind}": {limits},\n')
        sys.stdout.write(f"    # {dict(verdicts)}; with today's limits {dict(today)}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
