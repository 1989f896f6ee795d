"""Reading a value type as a flow writes it: `digits(4)`, `secret_digits(8..26)`, `money`."""

from __future__ import annotations

import re

from ivr.grammar.model import VALUE_KINDS, ValueType

MOST_DIGITS = 32
"""The longest string of digits or letters that one turn may ask for."""
GREATEST_COUNT = 999_999

_WRITTEN = re.compile(r"\s*(?P<kind>\w+)\s*(?:\(\s*(?P<low>-?\d+)\s*(?:\.\.\s*(?P<high>-?\d+)\s*)?\))?\s*")
_LIMITS = {
    "digits": (1, MOST_DIGITS),
    "secret_digits": (1, MOST_DIGITS),
    "letters": (1, MOST_DIGITS),
    "count": (0, GREATEST_COUNT),
    "date": (-36_525, 36_525),
}
"""Kind -> the least and greatest number that may stand in its brackets."""
BOUNDED_KINDS = frozenset(_LIMITS)
"""Kinds that may have brackets."""


def parse_value_type(text: str) -> ValueType:
    """Read `kind`, `kind(n)` or `kind(n..m)`.

    Brackets mean: digits, secret_digits, letters - how many; count - from which number to which;
    date - how many days from today, `date(0..365)`; the other kinds have none. `kind(n)` is
    `kind(n..n)`. Raises ValueError with a sentence for the author of the flow.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a value type: write a kind such as money, or digits(4..8)")
    kind = found["kind"]
    if kind not in VALUE_KINDS:
        raise ValueError(f"there is no value type {kind!r}: use one of {', '.join(sorted(VALUE_KINDS))}")
    if found["low"] is None:
        return ValueType(kind)
    low, high = int(found["low"]), int(found["high"] or found["low"])
    _check_limits(kind, low, high)
    return ValueType(kind, low, high)


def _check_limits(kind: str, low: int, high: int) -> None:
    if kind not in _LIMITS:
        raise ValueError(f"{kind} takes no numbers in brackets: write just {kind}")
    least, greatest = _LIMITS[kind]
    if low > high:
        raise ValueError(f"{kind}({low}..{high}) begins after its end: write {kind}({high}..{low})")
    if low < least or high > greatest:
        raise ValueError(f"{kind}({low}..{high}) is out of range: it may be from {least} to {greatest}")


def limits(value_type: ValueType) -> tuple[int, int]:
    """Return the type's least and greatest number, its own or its kind's."""
    least, greatest = _LIMITS[value_type.kind]
    low = least if value_type.minimum is None else max(least, value_type.minimum)
    high = greatest if value_type.maximum is None else min(greatest, value_type.maximum)
    return low, high
