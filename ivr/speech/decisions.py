"""How sure the ear is: from the recogniser's readings to hypotheses with take, confirm or reject. Pure.

The recogniser's word confidences cannot tell right words from wrong ones; three other things are asked:

1. Is a reading a sentence of the grammar, or the beginning of one? The best one that is wins.
2. How well does the filler - speech outside the grammar - explain the same sound? A filler alone within
   `FILLER_CLOSE` of the winner: confirm; better than it by `FILLER_WINS`: reject. Of the winner's own
   length the filler may hold `FILLER_SHARE_TAKEN`, then it is confirm, above `FILLER_SHARE_KEPT` reject.
3. Is there a rival, a reading with another meaning, within `RIVAL_CLOSE`? Then confirm.
   Words shorter than `SHORTEST_LETTER` a letter were never said like that: confirm.

Scores are log likelihoods at the model's acoustic scale (0.5 in ours).
"""

from __future__ import annotations

from ivr.dialogue.events import Hypothesis
from ivr.grammar.model import Match
from ivr.speech.endpoint import without_filler
from ivr.speech.ports import FILLER, Reading
from ivr.speech.turn_grammar import TurnGrammar

FILLER_CLOSE = 4.0
FILLER_WINS = 1.0
FILLER_SHARE_TAKEN = 0.25
FILLER_SHARE_KEPT = 0.6
RIVAL_CLOSE = 1.0
SHORTEST_LETTER = 0.03
"""Seconds."""
MOST_HYPOTHESES = 3
Sensible = tuple[Reading, tuple[Match, ...]]
"""A reading that the grammar takes, and what it means."""


def decide(
    readings: tuple[Reading, ...], grammar: TurnGrammar, spoken: float, unclear_length: float
) -> tuple[Hypothesis, ...]:
    """Return what was said; empty for a noise.

    `readings`: best first. `spoken`: seconds of speech by voice activity; less than `unclear_length` of it
    without a word of the grammar is a noise.
    """
    if not any(reading.words for reading in readings):
        return ()
    meanings = ((reading, grammar.sensible(without_filler(reading.text))) for reading in readings)
    sensible = [one for one in meanings if one[1]]
    if not sensible:
        return _nothing_sensible(readings, spoken, unclear_length)
    best = sensible[0]
    rivals = [one for one in sensible[1:] if one[1] != best[1]]
    grade = _grade(best[0], readings, rivals)
    others = [Hypothesis(without_filler(one[0].text), "confirm") for one in rivals if _close(best, one)]
    return (Hypothesis(without_filler(best[0].text), grade), *others[: MOST_HYPOTHESES - 1])


def _nothing_sensible(
    readings: tuple[Reading, ...], spoken: float, unclear_length: float
) -> tuple[Hypothesis, ...]:
    said = without_filler(readings[0].text)
    if not said and spoken < unclear_length:
        return ()
    return (Hypothesis(said or FILLER, "reject"),)


def _grade(best: Reading, readings: tuple[Reading, ...], rivals: list[Sensible]) -> str:
    filler = max((one.score for one in readings if one.words and not without_filler(one.text)), default=None)
    share = _filler_share(best)
    if share > FILLER_SHARE_KEPT or (filler is not None and filler - best.score > FILLER_WINS):
        return "reject"
    doubts = (
        share > FILLER_SHARE_TAKEN,
        filler is not None and best.score - filler < FILLER_CLOSE,
        any(best.score - one[0].score < RIVAL_CLOSE for one in rivals),
        _seconds_a_letter(best) < SHORTEST_LETTER,
    )
    return "confirm" if any(doubts) else "take"


def _close(best: Sensible, other: Sensible) -> bool:
    return best[0].score - other[0].score < RIVAL_CLOSE


def _filler_share(reading: Reading) -> float:
    whole = sum(word.seconds for word in reading.words)
    filler = sum(word.seconds for word in reading.words if word.word == FILLER)
    return filler / whole if whole else 0.0


def _seconds_a_letter(reading: Reading) -> float:
    words = [word for word in reading.words if word.word != FILLER]
    return sum(word.seconds for word in words) / max(sum(len(word.word) for word in words), 1)
