"""The collector: one listening turn, keys and speech gathered under the timing law.

1. The first key or recognised word ends the wait for first input.
2. Keys win: after a key, speech in the same turn is ignored.
3. An answer that cannot be continued is taken at once; one that can waits for its timer.
4. A noise is no answer and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.universals import BACK, COMMANDS, SKIP, UNIVERSAL_KEYS
from ivr.grammar.keys import read_keys
from ivr.grammar.model import Expectation, Grammar, KeyReading, Match, ValueType

UNKNOWN = "[unk]"
"""The recogniser's filler: speech that is no word of the grammar."""
DIGIT_KINDS = frozenset({"digits", "secret_digits", "phone_number", "money", "date", "count"})
"""Value kinds that are typed digit by digit: there `*` clears and `#` ends."""


@dataclass(frozen=True, slots=True)
class Took:
    """The turn has its answer."""

    match: Match


@dataclass(frozen=True, slots=True)
class Doubted:
    """Probably this, but ask before acting on it."""

    match: Match


@dataclass(frozen=True, slots=True)
class More:
    """Something came and more may come; `typed` tells keys from speech."""

    typed: bool


@dataclass(frozen=True, slots=True)
class Cleared:
    """The caller wiped what was typed so far."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What came is no answer here (no-match)."""


@dataclass(frozen=True, slots=True)
class Noise:
    """No answer, no attempt at one."""


Verdict = Took | Doubted | More | Cleared | Missed | Noise


class Turn:
    """One listening turn. It holds what was given so far and says what it amounts to."""

    def __init__(
        self, number: int, grammar: Grammar, expected: Expectation, option_keys: Mapping[str, str]
    ) -> None:
        self.number = number
        self.grammar = grammar
        self.value = expected.value
        self.keys = ""
        self.words = ""
        self.deaf = False
        """No speech in this turn any more: a key was pressed, or the ear is gone."""
        self._today = expected.today
        self._option_keys = option_keys

    @property
    def collects_digits(self) -> bool:
        """True when an answer is typed digit by digit."""
        return self.value is not None and self.value.kind in DIGIT_KINDS

    @property
    def begun(self) -> bool:
        """True when part of an answer is there."""
        return bool(self.keys or self.words)

    def press(self, key: str) -> Verdict:
        """Take one key."""
        self.deaf = True
        self.words = ""
        return self._digit(key) if self.collects_digits else self._single(key)

    def _single(self, key: str) -> Verdict:
        option = self._option_keys.get(key) or UNIVERSAL_KEYS.get(key)
        if option is not None:
            return Took(Match(option))
        if self.value is not None:
            reading = self._read(self.value, key)
            if reading.value is not None:
                return Took(Match(self.value.kind, reading.value, is_value=True))
        return Missed()

    def _digit(self, key: str) -> Verdict:
        if key == "*":
            had, self.keys = self.keys, ""
            return Cleared() if had else Took(Match(BACK))
        if key == "#":
            return self.finish() if self.keys else Took(Match(SKIP))
        assert self.value is not None  # noqa: S101 - collects_digits has looked
        self.keys += key
        reading = self._read(self.value, self.keys)
        if reading.can_continue:
            return More(typed=True)
        return self.finish()

    def _read(self, value: ValueType, keys: str) -> KeyReading:
        return read_keys(value, keys, today=self._today)

    def hear(self, hypotheses: tuple[Hypothesis, ...]) -> Verdict:
        """Take the end of a stretch of speech."""
        if self.deaf or not hypotheses:
            return Noise()
        for hypothesis in hypotheses:
            verdict = self._hypothesis(hypothesis)
            if not isinstance(verdict, Missed):
                return verdict
        return Missed()

    def _hypothesis(self, hypothesis: Hypothesis) -> Verdict:
        if hypothesis.decision == "reject" or hypothesis.words in ("", UNKNOWN):
            return Missed()
        alone = self.grammar.match(hypothesis.words)
        if alone and alone[0].name in COMMANDS and not alone[0].is_value:
            return self._judge(alone, hypothesis)  # "operator" after two digits is still a call for help
        words = f"{self.words} {hypothesis.words}".strip()
        matches = self.grammar.match(words)
        if self.collects_digits and self.grammar.can_continue(words):
            self.words = words
            return More(typed=False)
        return self._judge(matches, hypothesis) if matches else Missed()

    def _judge(self, matches: tuple[Match, ...], hypothesis: Hypothesis) -> Verdict:
        best = matches[0]
        sure = hypothesis.decision == "take" and all(match == best for match in matches)
        secret = self.value is not None and self.value.secret and best.is_value
        return Took(best) if sure or secret else Doubted(best)

    def finish(self) -> Verdict:
        """No more comes: judge what is there (an inter-digit timeout, `#`, or the whole-answer limit)."""
        keys, words = self.keys, self.words
        self.keys = self.words = ""
        if keys and self.value is not None:
            value = self._read(self.value, keys).value
            return Missed() if value is None else Took(Match(self.value.kind, value, is_value=True))
        matches = self.grammar.match(words) if words else ()
        return Took(matches[0]) if matches else Missed()
