"""How much doubt an answer bears before it is asked about or rejected: by the kind of answer, frozen.

A name of the menu is known by its sound alone; a string of digits has nothing but ten words to be wrong in,
and a wrong one costs money. `python -m bench.speech_limits` measures what each bears and prints this table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.grammar.model import Match

PHRASE = "phrase"
"""The kind of all named phrases; every other kind is a value's."""
BEGINNING = "beginning"
"""The kind of what an answer may begin with: nearly always the first digits of several groups."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one kind of answer. Scores are log likelihoods at our models' acoustic scale (0.5)."""

    doubt_confirm: float = 2.5
    """Doubt, per second of speech, above which the caller is asked ..."""
    doubt_reject: float = 8.0
    """... and above which it was no answer."""
    filler_taken: float = 0.25
    """Share of filler above which the caller is asked ..."""
    filler_kept: float = 0.6
    """... and above which it was no answer."""
    close: float = 2.0
    """A rival of another meaning is no further behind: the caller is asked."""


LIMITS: Mapping[str, Limits] = {
    PHRASE: Limits(doubt_confirm=1.75, filler_taken=0.4),
    BEGINNING: Limits(doubt_reject=4.0),
    "digits": Limits(filler_kept=0.4),
    "money": Limits(doubt_confirm=1.75, doubt_reject=11.0),
    "date": Limits(doubt_confirm=5.0),
    "count": Limits(doubt_confirm=1.75, doubt_reject=11.0),
    "letters": Limits(doubt_confirm=3.5, filler_taken=0.1),
    "yes_no": Limits(doubt_confirm=5.0, doubt_reject=11.0, filler_kept=0.4, close=1.0),
}
"""Tuned with 30 answers and 30 strange words a kind, voice and language, seed 77; but for yes and no: there
the tuned ones (doubt_confirm 1.0) would ask twice as many callers again for one wrong answer less in 78."""
_OTHERS = Limits()


def kind_of(meaning: Sequence[Match]) -> str:
    """Return the kind of an answer that means this."""
    first = meaning[0]
    return first.name if first.is_value or first.name == BEGINNING else PHRASE


def limits_of(meaning: Sequence[Match], table: Mapping[str, Limits] = LIMITS) -> Limits:
    """Return what an answer that means this bears."""
    return table.get(kind_of(meaning), _OTHERS)
