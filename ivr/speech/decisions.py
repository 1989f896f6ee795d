"""How sure the ear is: from what the recogniser made of it to hypotheses with take, confirm or reject. Pure.

The recogniser's word confidences cannot tell right words from wrong ones. Asked instead, in this order:

1. Is a reading a sentence of the grammar, or the beginning of one? The best one that is wins.
2. How well would any other words explain the sound? `doubt` is by how much, per second of speech, the best
   reading with every word of the model allowed is better than the winner: above `DOUBT_CONFIRM` confirm,
   above `DOUBT_REJECT` reject. There is none if that reading means the same.
3. How much of the winner is filler, speech outside the grammar? Above `FILLER_TAKEN` of its time: confirm,
   above `FILLER_KEPT`: reject. A filler alone that is as good as the winner within `CLOSE`: confirm.
4. Is there a rival of another meaning within `CLOSE`? Then confirm, and the rival is named as well.
5. Words shorter than `SHORTEST_LETTER` a letter were never said like that: confirm.

Scores are log likelihoods at our models' acoustic scale (0.5); bench/speech_decisions.py measures the limits.
"""

from __future__ import annotations

from ivr.dialogue.events import Hypothesis
from ivr.grammar.model import Match
from ivr.speech.endpoint import without_filler
from ivr.speech.ports import FILLER, Decoded, Reading
from ivr.speech.turn_grammar import TurnGrammar

DOUBT_CONFIRM = 2.5
DOUBT_REJECT = 8.0
SHORTEST_SPEECH = 0.4
"""Seconds: shorter words count as this long for `doubt`, or every "да" would be doubted."""
FILLER_TAKEN = 0.25
FILLER_KEPT = 0.6
CLOSE = 1.0
SHORTEST_LETTER = 0.03
"""Seconds."""
MOST_HYPOTHESES = 3
Sensible = tuple[Reading, tuple[Match, ...]]
"""A reading that the grammar takes, and what it means."""


def decide(
    decoded: Decoded, grammar: TurnGrammar, spoken: float, unclear_length: float
) -> tuple[Hypothesis, ...]:
    """Return what was said; empty for a noise.

    `spoken`: seconds of speech by voice activity; less than `unclear_length` of it without a word of the
    grammar is a noise.
    """
    readings = decoded.readings
    if not any(reading.words for reading in readings):
        return ()
    meanings = ((reading, grammar.sensible(without_filler(reading.text))) for reading in readings)
    sensible = [one for one in meanings if one[1]]
    if not sensible:
        return _nothing_sensible(readings, spoken, unclear_length)
    best = sensible[0]
    rivals = [one for one in sensible[1:] if one[1] != best[1] and _close(best, one)]
    grade = _grade(best[0], decoded.readings, doubt(best, decoded, grammar), bool(rivals))
    others = [Hypothesis(without_filler(one[0].text), "confirm") for one in rivals[: MOST_HYPOTHESES - 1]]
    return (Hypothesis(without_filler(best[0].text), grade), *others)


def doubt(best: Sensible, decoded: Decoded, grammar: TurnGrammar) -> float:
    """Return how much better any words explain the sound than these do, per second of speech."""
    rival, (reading, meaning) = decoded.rival, best
    if rival is None or grammar.sensible(without_filler(rival.text)) == meaning:
        return 0.0
    return (rival.score - reading.score) / max(_seconds(reading), SHORTEST_SPEECH)


def _nothing_sensible(
    readings: tuple[Reading, ...], spoken: float, unclear_length: float
) -> tuple[Hypothesis, ...]:
    said = without_filler(readings[0].text)
    if not said and spoken < unclear_length:
        return ()
    return (Hypothesis(said or FILLER, "reject"),)


def _grade(best: Reading, readings: tuple[Reading, ...], strange: float, has_rivals: bool) -> str:
    fillers = [one.score for one in readings if one.words and not without_filler(one.text)]
    share = _filler_share(best)
    if share > FILLER_KEPT or strange > DOUBT_REJECT:
        return "reject"
    doubts = (
        has_rivals,
        strange > DOUBT_CONFIRM,
        share > FILLER_TAKEN,
        bool(fillers) and best.score - max(fillers) < CLOSE,
        _seconds_a_letter(best) < SHORTEST_LETTER,
    )
    return "confirm" if any(doubts) else "take"


def _close(best: Sensible, other: Sensible) -> bool:
    return best[0].score - other[0].score < CLOSE


def _seconds(reading: Reading) -> float:
    return sum(word.seconds for word in reading.words)


def _filler_share(reading: Reading) -> float:
    filler = sum(word.seconds for word in reading.words if word.word == FILLER)
    return filler / _seconds(reading) if filler else 0.0


def _seconds_a_letter(reading: Reading) -> float:
    words = [word for word in reading.words if word.word != FILLER]
    return sum(word.seconds for word in words) / max(sum(len(word.word) for word in words), 1)
