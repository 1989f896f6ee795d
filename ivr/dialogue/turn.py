"""The collector: one listening turn, keys and speech gathered under the timing law.

1. The first key or recognised word ends the wait for first input.
2. Keys win: after a key, speech in the same turn is ignored.
3. An answer that cannot be continued is taken at once; one that can waits for its timer.
4. A noise is no answer and changes nothing.
5. Two readings of the ear that it cannot tell apart, or that sound alike, are a question and no answer;
   a piece that was doubtful makes the whole answer doubtful.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.dialogue.events import Hypothesis
from ivr.dialogue.universals import BACK, COMMANDS, SKIP, UNIVERSAL_KEYS
from ivr.dialogue.verdicts import Cleared, Doubted, Missed, More, Noise, Said, Took, Torn, Verdict
from ivr.grammar.confusable import sound_alike
from ivr.grammar.keys import read_keys
from ivr.grammar.model import Expectation, Grammar, KeyReading, Language, Match, ValueType

UNKNOWN = "[unk]"
"""The recogniser's filler: speech that is no word of the grammar."""
DIGIT_KINDS = frozenset({"digits", "secret_digits", "phone_number", "money", "date", "count"})
"""Value kinds that are typed digit by digit: there `*` clears and `#` ends."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One hypothesis of the ear, after what was said before it in this turn."""

    words: str
    matches: tuple[Match, ...]
    sure: bool
    open: bool = False
    """True when the answer may go on."""


class Turn:
    """One listening turn. It holds what was given so far and says what it amounts to."""

    def __init__(
        self,
        number: int,
        grammar: Grammar,
        expected: Expectation,
        option_keys: Mapping[str, str],
        language: Language = "ru",
    ) -> None:
        self.number = number
        self.grammar = grammar
        self.value = expected.value
        self.keys = ""
        self.words = ""
        self.deaf = False
        """No speech in this turn any more: a key was pressed, or the ear is gone."""
        self._today = expected.today
        self._language = language
        self._rival = ""
        """What may have been said instead of `words`; empty: nothing that the ear took for possible."""
        self._sure = True
        self._option_keys = option_keys

    @property
    def collects_digits(self) -> bool:
        """True when an answer is typed digit by digit."""
        return self.value is not None and self.value.kind in DIGIT_KINDS

    @property
    def gathers(self) -> bool:
        """True when an answer may be said in pieces, with pauses between them."""
        return self.value is not None and self.value.kind in DIGIT_KINDS | {"letters"}

    @property
    def begun(self) -> bool:
        """True when part of an answer is there."""
        return bool(self.keys or self.words)

    def press(self, key: str) -> Verdict:
        """Take one key."""
        self.deaf = True
        self.words = self._rival = ""
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
        """Take the end of a stretch of speech: its readings by the ear, the likeliest first."""
        if self.deaf or not hypotheses:
            return Noise()
        readings = [reading for one in hypotheses if (reading := self._reading(one)) is not None]
        if not readings:
            return Missed()
        best = readings[0]
        rival = next((other for other in readings[1:] if self._rivals(best, other)), None)
        if rival is None and self._rival:
            rival = self._after(self._rival, best.words.removeprefix(self.words).strip(), sure=False)
        if best.open:
            self.words, self._sure = best.words, best.sure
            self._rival = rival.words if rival is not None else ""
            return More(typed=False)
        return self._judge(best, rival)

    def _reading(self, hypothesis: Hypothesis) -> _Reading | None:
        """What a hypothesis amounts to after what was said before; None: it is no answer here."""
        if hypothesis.decision == "reject" or hypothesis.words in ("", UNKNOWN):
            return None
        alone = self.grammar.match(hypothesis.words)
        sure = hypothesis.decision == "take"
        if alone and alone[0].name in COMMANDS and not alone[0].is_value:
            # "operator" after two digits is still a call for help
            return _Reading(hypothesis.words, alone, sure)
        return self._after(self.words, hypothesis.words, sure=sure and self._sure)

    def _after(self, before: str, heard: str, *, sure: bool) -> _Reading | None:
        words = f"{before} {heard}".strip()
        matches = self.grammar.match(words)
        still_open = self.gathers and self.grammar.can_continue(words)
        return _Reading(words, matches, sure, still_open) if matches or still_open else None

    def _rivals(self, best: _Reading, other: _Reading) -> bool:
        """Whether the ear's other reading is worth a question: the ear doubts, or the two sound alike."""
        if best.matches[:1] == other.matches[:1] and best.matches:
            return False
        return not best.sure or sound_alike(best.words, other.words, self._language)

    def _judge(self, best: _Reading, rival: _Reading | None) -> Verdict:
        match = best.matches[0]
        if match.is_value and self.value is not None and self.value.secret:
            return Took(match)  # a secret is never said aloud, so nothing can be asked about it
        if rival is not None and not rival.matches:
            rival = None
        if rival is not None and _comparable(match, rival.matches[0]):
            return Torn(Said(best.words, match), Said(rival.words, rival.matches[0]))
        sure = best.sure and rival is None and all(one == match for one in best.matches)
        return Took(match) if sure else Doubted(match)

    def finish(self) -> Verdict:
        """No more comes: judge what is there (an inter-digit timeout, `#`, or the whole-answer limit)."""
        keys, words, rival, sure = self.keys, self.words, self._rival, self._sure
        self.keys = self.words = self._rival = ""
        self._sure = True
        if keys and self.value is not None:
            value = self._read(self.value, keys).value
            return Missed() if value is None else Took(Match(self.value.kind, value, is_value=True))
        readings = [_Reading(said, self.grammar.match(said), sure) for said in (words, rival) if said]
        readings = [reading for reading in readings if reading.matches]
        if not readings:
            return Missed()
        best = readings[0]
        return self._judge(best, next((one for one in readings if one.matches[0] != best.matches[0]), None))


def _comparable(match: Match, other: Match) -> bool:
    """Whether one question can name both: two values of a kind that is said back, or two options."""
    if match.is_value and other.is_value:
        return match.value != other.value and match.name != "yes_no"
    return match.is_value == other.is_value and match.name != other.name
