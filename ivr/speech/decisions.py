"""How sure the ear is: from what the recogniser made of it to hypotheses with take, confirm or reject. Pure.

The recogniser's word confidences cannot tell right words from wrong ones. Asked instead, in this order:

1. Is a reading a sentence of the grammar, or the beginning of one? The best one that is wins. If none is, a
   phrase that fills `WITHIN` of the best readings' time is asked about: people add words that nobody expects.
   Never a value: digits among other words are not all of the digits.
2. How well would any other words explain the sound? `doubt` is by how much, per second of speech, the best
   reading with every word of the model allowed is better than the winner: above `doubt_confirm` confirm,
   above `doubt_reject` reject. There is none if that reading means the same.
3. How much of the winner is filler, speech outside the grammar? Above `filler_taken` of its time: confirm,
   above `filler_kept`: reject. A filler alone that is as good as the winner within `close`: confirm.
4. Is there a rival of another meaning within `close`? Then confirm, and the rival is named as well.
5. Words shorter than `SHORTEST_LETTER` a letter were never said like that: confirm.
6. What interrupts our prompt has to be plainly the caller. Said slower than `PLAIN_LETTERS` a second, of
   worse than `PLAIN_SCORE` a second, or with more doubt than `PLAIN_DOUBT`, it is a noise or somebody else.
   Without a second opinion it has to be `PLAIN_WORDS` or to lead every reading of another meaning by
   `PLAIN_LEAD` instead. Reject: the prompt goes on, and nobody is asked whether they meant a cough.

Scores are log likelihoods at our models' acoustic scale (0.5). The limits in small letters depend on the kind
of answer (limits.py); bench/speech_decisions.py measures what all of them do.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.dialogue.events import Hypothesis
from ivr.grammar.model import Match
from ivr.speech.endpoint import without_filler
from ivr.speech.limits import LIMITS, Limits, limits_of
from ivr.speech.ports import FILLER, Decoded, HeardWord, Reading
from ivr.speech.turn_grammar import TurnGrammar

DOUBT_WITHIN = 5.0
WITHIN = 0.5
SHORTEST_SPEECH = 0.4
"""Seconds: shorter words count as this long for `doubt`, or every "да" would be doubted."""
SHORTEST_LETTER = 0.03
"""Seconds."""
PLAIN_DOUBT = 1.5
"""Other words explain most noises better than the menu's; those of an answer are nearly always the best."""
PLAIN_LETTERS = 5.0
"""A chord that is held is a word of seconds; the slowest answers have six letters a second."""
PLAIN_SCORE = 31.0
"""`python -m bench interruptions` counts the noises that pass it and the answers that it costs."""
PLAIN_LEAD = 2.0
"""Lets as few noises through as a second opinion does, but loses every third answer."""
PLAIN_WORDS = 4
"""So many words of an answer, said as fast as words are, are no noise; one or two of so many are in doubt."""
MOST_HYPOTHESES = 3
READINGS_WITHIN = 3
LONGEST_WITHIN = 12
"""Words: nobody hides an answer in a longer speech."""
Sensible = tuple[Reading, tuple[Match, ...]]
"""A reading that the grammar takes, and what it means."""


def decide(
    decoded: Decoded,
    grammar: TurnGrammar,
    spoken: float,
    unclear_length: float,
    *,
    interrupts: bool = False,
    table: Mapping[str, Limits] = LIMITS,
) -> tuple[Hypothesis, ...]:
    """Return what was said; empty for a noise.

    `spoken`: seconds of speech by voice activity; less than `unclear_length` of it without a word of the
    grammar is a noise. `interrupts`: it was said into our prompt. `table`: the limits of each kind of answer.
    """
    readings = decoded.readings
    if not any(reading.words for reading in readings):
        return ()
    meanings = ((reading, grammar.sensible(without_filler(reading.text))) for reading in readings)
    sensible = [one for one in meanings if one[1]]
    if not sensible:
        within = _answer_within(decoded, grammar)
        if within and not interrupts:
            return (within,)
        return _nothing_sensible(readings, spoken, unclear_length)
    best = sensible[0]
    limits = limits_of(best[1], table)
    strange = doubt(best, decoded, grammar)
    if interrupts and not (_is_plain(best[0]) and _is_certain(best, decoded, grammar, strange)):
        return (Hypothesis(without_filler(best[0].text), "reject"),)
    rivals = [
        one for one in sensible[1:] if one[1] != best[1] and best[0].score - one[0].score < limits.close
    ]
    grade = _grade(best[0], decoded.readings, strange, bool(rivals), limits)
    others = [Hypothesis(without_filler(one[0].text), "confirm") for one in rivals[: MOST_HYPOTHESES - 1]]
    return (Hypothesis(without_filler(best[0].text), grade), *others)


def _is_plain(best: Reading) -> bool:
    """Whether it sounds like words, said as fast as words are."""
    letters = sum(len(word.word) for word in best.words if word.word != FILLER)
    return best.score >= PLAIN_SCORE * _seconds(best) and letters >= PLAIN_LETTERS * _seconds(best)


def _is_certain(best: Sensible, decoded: Decoded, grammar: TurnGrammar, strange: float) -> bool:
    if decoded.rival is not None:
        return strange <= PLAIN_DOUBT
    means = ((one, grammar.sensible(without_filler(one.text))) for one in decoded.readings)
    if sum(word.word != FILLER for word in best[0].words) >= PLAIN_WORDS:
        return True
    return all(best[0].score - one.score >= PLAIN_LEAD for one, meaning in means if meaning != best[1])


def doubt(best: Sensible, decoded: Decoded, grammar: TurnGrammar) -> float:
    """Return how much better any words explain the sound than these do, per second of speech."""
    reading, meaning = best
    if decoded.rival is not None and grammar.sensible(without_filler(decoded.rival.text)) == meaning:
        return 0.0
    return _lead(decoded.rival, reading)


def _lead(rival: Reading | None, reading: Reading) -> float:
    if rival is None:
        return 0.0
    return (rival.score - reading.score) / max(_seconds(reading), SHORTEST_SPEECH)


def _answer_within(decoded: Decoded, grammar: TurnGrammar) -> Hypothesis | None:
    for reading in decoded.readings[:READINGS_WITHIN]:
        words = reading.words if len(reading.words) <= LONGEST_WITHIN else ()
        spans = [words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
        spans = [span for span in spans if _length(span) >= WITHIN * _seconds(reading)]
        for span in sorted(spans, key=_length, reverse=True):
            said = " ".join(word.word for word in span)
            meaning = grammar.match(said) if FILLER not in said else ()
            if meaning and not meaning[0].is_value and _lead(decoded.rival, reading) <= DOUBT_WITHIN:
                return Hypothesis(said, "confirm")
    return None


def _nothing_sensible(
    readings: tuple[Reading, ...], spoken: float, unclear_length: float
) -> tuple[Hypothesis, ...]:
    said = without_filler(readings[0].text)
    if not said and spoken < unclear_length:
        return ()
    return (Hypothesis(said or FILLER, "reject"),)


def _grade(
    best: Reading, readings: tuple[Reading, ...], strange: float, has_rivals: bool, limits: Limits
) -> str:
    fillers = [one.score for one in readings if one.words and not without_filler(one.text)]
    share = _filler_share(best)
    if share > limits.filler_kept or strange > limits.doubt_reject:
        return "reject"
    doubts = (
        has_rivals,
        strange > limits.doubt_confirm,
        share > limits.filler_taken,
        bool(fillers) and best.score - max(fillers) < limits.close,
        _seconds_a_letter(best) < SHORTEST_LETTER,
    )
    return "confirm" if any(doubts) else "take"


def _seconds(reading: Reading) -> float:
    return _length(reading.words)


def _length(words: tuple[HeardWord, ...]) -> float:
    return sum(word.seconds for word in words)


def _filler_share(reading: Reading) -> float:
    filler = sum(word.seconds for word in reading.words if word.word == FILLER)
    return filler / _seconds(reading) if filler else 0.0


def _seconds_a_letter(reading: Reading) -> float:
    words = [word for word in reading.words if word.word != FILLER]
    return sum(word.seconds for word in words) / max(sum(len(word.word) for word in words), 1)
