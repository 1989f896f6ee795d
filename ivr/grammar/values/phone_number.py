"""Subscriber numbers of the Russian numbering plan, in any of the ways people say and type them.

The plan (country code 7): ten digits, the first of which is 3, 4 or 8 (areas and services) or
9 (mobile); within the country 8 is dialled before them. So a number is heard as 8 or 7 and ten
digits, or as the ten digits alone. Ten digits alone may begin with 8 only as 800 (free calls):
nothing else does in the plan's mobile range, and "8 926 ..." with one digit lost must not pass
for a number of ten digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.grammar.automaton import Arcs, merge
from ivr.grammar.model import Language
from ivr.grammar.values.digits import ANY_DIGIT, DigitStrings, expected_words, join_digits
from ivr.grammar.values.spoken_value import Request, SpokenValue

_FIRST = "3489"
_SHAPES = (
    ("78", _FIRST, *[ANY_DIGIT] * 9),
    ("349", *[ANY_DIGIT] * 9),
    ("8", "0", "0", *[ANY_DIGIT] * 7),
)
_WRITTEN = re.compile(rf"(?:[78](?P<long>[{_FIRST}]\d{{9}})|(?P<short>[349]\d{{9}}|800\d{{7}}))")
_PLUS: Mapping[Language, str] = {"ru": "плюс", "en": "plus"}
_FRAMES: Mapping[Language, tuple[str, ...]] = {
    "ru": ("(это|номер|мой номер|телефон|мой телефон) {value}",),
    "en": ("(it's|it is|number|my number is|the number is|my phone number is) {value}",),
}


def spoken(request: Request) -> SpokenValue:
    """A subscriber number, as an E.164 str (`+7` and ten digits)."""
    end = request.end(lambda output: e164(join_digits(output)))
    strings = DigitStrings(request.words, end)
    international = strings.string(("7", *_SHAPES[0][1:]), 11)
    plus = Arcs()
    for sign in (_PLUS[request.language], "+"):
        plus.add(sign, international)
    start = merge((plus.state(), *(strings.string(shape, len(shape)) for shape in _SHAPES)))
    phrases = (*expected_words(request.words), _PLUS[request.language])
    return SpokenValue(start, phrases, _FRAMES[request.language])


def e164(digits: str) -> str | None:
    """The E.164 form of a number given as bare digits, None when the plan knows no such number."""
    found = _WRITTEN.fullmatch(digits)
    return None if found is None else f"+7{found['long'] or found['short']}"


def expected_length(digits: str) -> int:
    """How many digits a number that begins with these has when it is typed without `+`."""
    if digits.startswith("800"):
        return 10
    return 11 if digits[:1] in ("", "7", "8") else 10
