"""Times and values as a call script writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from ivr.dialogue.flow import Place
from ivr.errors import ContentError
from ivr.flowfile import fields
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Node, Scalar

_DURATION = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?) ?(ms|s|min)")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0}


def duration(node: Node | None, faults: Faults) -> float | None:
    """`1.5 s`, `200 ms` or `2 min` in seconds."""
    scalar = fields.as_text(node, faults, "a time, as `1.5 s`,")
    if scalar is None:
        return None
    match = _DURATION.fullmatch(scalar.text.strip())
    if match is None:
        faults.refuse(scalar, f"{scalar.text[:40]} is not a time", "write it as 1.5 s, 200 ms or 2 min")
        return None
    return round(float(match[1]) * _UNITS[match[2]], 6)


def slot_value(text: str, slot_type: str) -> object:
    """A value as a script writes it -> a value of a slot's type: money `245.50` -> 24550 kopecks.

    date is `2026-12-01`, duration `90 s`, data whole megabytes. Raises ContentError when it is none.
    """
    try:
        return _SLOT_READERS[slot_type](text)
    except (KeyError, ValueError):
        raise ContentError(f"{text} is not a value of type {slot_type}") from None


def _kopecks(text: str) -> int:
    match = re.fullmatch(r"(-?)([0-9]{1,12})(?:[.,]([0-9]{2}))?", text)
    if match is None:
        raise ValueError(text)
    kopecks = int(match[2]) * 100 + int(match[3] or 0)
    return -kopecks if match[1] else kopecks


def _seconds(text: str) -> int:
    faults = Faults()
    seconds = duration(Scalar(text, Place(), ""), faults)
    if seconds is None or seconds != int(seconds):
        raise ValueError(text)
    return int(seconds)


_SLOT_READERS: Mapping[str, Callable[[str], object]] = {
    "money": _kopecks,
    "count": int,
    "data": int,
    "date": date.fromisoformat,
    "duration": _seconds,
    "phone": str,
    "digits": str,
    "text": str,
    "label": str,
    "language": str,
}
