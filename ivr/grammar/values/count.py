"""A count: a whole number of things."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.grammar.model import Language
from ivr.grammar.value_types import limits
from ivr.grammar.values.cardinals import cardinals, expected_words, number_of
from ivr.grammar.values.spoken_value import Request, SpokenValue

_FRAMES: Mapping[Language, tuple[str, ...]] = {
    "ru": ("(это|номер) {value}",),
    "en": ("(it's|it is|number) {value}",),
}


def spoken(request: Request) -> SpokenValue:
    """A number within the type's range, as an int."""
    low, high = limits(request.value_type)
    start = cardinals(request.words, low, high, request.end(number_of))
    return SpokenValue(start, expected_words(request.words, high), _FRAMES[request.language])
