"""The measurements: each returns one line of the report."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from bench.hearing import people, speakers
from bench.hearing.listener import FILLER, Listener, Samples
from bench.hearing.phrases import MENU, digit_string, digit_words, same_digits, unexpected
from tools.acoustic.texts import DIGITS

SNR = 20.0


@dataclass(frozen=True, slots=True)
class Grammar:
    """A run-time grammar, and whether its phrases may follow one another (digits do)."""

    name: str
    phrases: list[str]
    repeats: bool


def grammars(language: str) -> tuple[Grammar, ...]:
    """Return the grammars that strange speech is held against."""
    return Grammar("menu", MENU[language], False), Grammar("digits", digit_words(language), True)


@dataclass(slots=True)
class Score:
    """How many of the trials came out right, and some that did not."""

    grammar: str = ""
    name: str = ""
    promised: float | None = None
    """The share that must be right; none where nothing is promised."""
    right: int = 0
    trials: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, ok: bool, said: str, heard: list[str]) -> None:
        """Count one trial."""
        self.trials += 1
        self.right += ok
        if not ok:
            self.wrong.append(f"{said} -> {' '.join(heard) or '(nothing)'}")

    def called(self, grammar: str, name: str, promised: float | None = None) -> Score:
        """Name it, say what is promised, and return it."""
        self.grammar, self.name, self.promised = grammar, name, promised
        return self

    def kept(self) -> bool:
        """Return whether the promise was kept."""
        return self.promised is None or self.share() >= self.promised

    def share(self) -> float:
        """Return the share of right trials."""
        return self.right / max(self.trials, 1)


def _strings(
    language: str, listener: Listener, trials: Iterable[tuple[list[str], Samples]]
) -> tuple[Score, Score]:
    """Return digit strings heard rightly, and how many were not rejected."""
    right, taken, grammar = Score(), Score(), [*digit_words(language), FILLER]
    for words, samples in trials:
        heard = listener.hear(samples, grammar)
        right.add(same_digits(heard, language) == same_digits(words, language), " ".join(words), heard)
        taken.add(bool(heard) and FILLER not in heard, " ".join(words), heard)
    return right, taken


def synthetic_digit_strings(
    listener: Listener, language: str, speaker: speakers.Speaker, count: int, seed: int = 1
) -> tuple[Score, Score]:
    """Digit strings of 4 to 11 digits, line noise 20 dB below the voice, A-law."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)

    def trials() -> Iterable[tuple[list[str], Samples]]:
        for _ in range(count):
            words = digit_string(language, rng, 4, 11)
            yield words, speakers.through_telephone(speaker(" ".join(words)), noise, SNR)

    return _strings(language, listener, trials())


def menu_phrases(
    listener: Listener, language: str, speaker: speakers.Speaker, rounds: int
) -> tuple[Score, Score]:
    """Return menu phrases named rightly, and how many were not rejected."""
    named, kept, noise = Score(), Score(), np.random.default_rng(2)
    for phrase in MENU[language] * rounds:
        samples = speakers.through_telephone(speaker(phrase), noise, SNR)
        heard = listener.hear(samples, [*MENU[language], FILLER])
        named.add(heard == phrase.split(), phrase, heard)
        kept.add(bool(heard) and FILLER not in heard, phrase, heard)
    return named, kept


def accepted(heard: list[str], grammar: Grammar) -> bool:
    """Return whether a dialogue would act on this: no filler, and a whole phrase or nothing but digits."""
    return FILLER not in heard and (" ".join(heard) in grammar.phrases or (grammar.repeats and bool(heard)))


def rejected_strangers(listener: Listener, phrases: Iterable[tuple[str, Samples]], grammar: Grammar) -> Score:
    """Phrases outside the grammar; right means not accepted."""
    score = Score()
    for said, samples in phrases:
        heard = listener.hear(samples, [*grammar.phrases, FILLER])
        score.add(not accepted(heard, grammar), said, heard)
    return score


def strange_phrases(
    language: str, speaker: Callable[[str], Samples], count: int
) -> Iterable[tuple[str, Samples]]:
    """Yield phrases of dictionary words through a noisy line."""
    noise = np.random.default_rng(3)
    for phrase in unexpected(language, random.Random(3), count):
        yield phrase, speakers.through_telephone(speaker(phrase), noise, SNR)


def strange_recordings(language: str) -> Iterable[tuple[str, Samples]]:
    """Yield recorded sentences of a person."""
    noise = np.random.default_rng(4)
    for name in people.other_prompts(language):
        yield name, speakers.through_telephone(people.recording(language, name), noise, 30.0)


def recorded_words(listener: Listener, language: str, files: dict[str, str], grammar: list[str]) -> Score:
    """Single recorded words of a person under a grammar of single words."""
    score, noise = Score(), np.random.default_rng(5)
    for file, word in files.items():
        samples = speakers.through_telephone(people.recording(language, file), noise, 30.0)
        heard = listener.hear(samples, [*grammar, FILLER])
        score.add(same_digits(heard, language) == same_digits(word.split(), language), word, heard)
    return score


def spliced_digit_strings(
    listener: Listener,
    language: str,
    count: int,
    line: speakers.Line = speakers.through_telephone,
    snr: float = 30.0,
) -> tuple[Score, Score]:
    """Strings of 4 to 7 recorded digits, joined with short pauses."""
    rng = np.random.default_rng(6)

    def trials() -> Iterable[tuple[list[str], Samples]]:
        for _ in range(count):
            digits = rng.integers(0, 10, int(rng.integers(4, 8))).tolist()
            samples = line(people.spliced(language, digits, rng), rng, snr)
            yield [DIGITS[language][d] for d in digits], samples

    return _strings(language, listener, trials())
