"""What use cases take: the types of their arguments, written as annotations, and how given values are fitted.

`amount: Money` declares kopecks, `by: Annotated[str, Shape("text", choices=("sms", "email"))]` a text of two
that make sense. The declaration serves the flow checker, the runner and the API alike.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from ivr.dialogue.queries import ARGUMENT_TYPES, Argument, Secret

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
"""Days that may be asked for: what lies outside is a slip, and no period around them leaves the calendar."""
LARGEST = 10**15
"""Numbers that may be given, either way; every keeper of records holds sums of them."""

_USUAL = {str: "text", int: "count", date: "date", Secret: "secret"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What an annotation tells of an argument besides its Python type; see `Argument`."""

    type: str
    choices: tuple[str, ...] = ()
    longest: int = 200
    calls_only: bool = False


PACKAGE_KINDS = ("minutes", "sms", "data")
FORWARD_KINDS = ("unconditional", "busy", "no_answer", "unreachable")
PackageKind = Annotated[str, Shape("key", choices=PACKAGE_KINDS)]
"""What is bought ahead."""
ForwardKind = Annotated[str, Shape("key", choices=FORWARD_KINDS)]
"""When calls are forwarded: always, or only when busy, unanswered or out of reach."""
ForwardKindOrAll = Annotated[str, Shape("key", choices=(*FORWARD_KINDS, "all"))]
"""The same, or every forward there is."""
DocumentKind = Annotated[str, Shape("key", choices=("invoice", "act", "tax_paper"))]
"""What a company may order for a period."""
Money = Annotated[int, Shape("money")]
"""Kopecks."""
Phone = Annotated[str, Shape("phone", longest=40)]
"""A phone number in any form."""
Digits = Annotated[str, Shape("digits", longest=40)]
"""A number that is no quantity: a code, a contract."""
Key = Annotated[str, Shape("key", longest=80)]
"""An item's key, as a list told it."""
OperationId = Annotated[str, Shape("operation", longest=80)]
"""The id that the check answered."""
Numbers = Annotated[str, Shape("lines", longest=20_000)]
"""Which numbers of the company: one, several with commas, a tag, or `all`."""
Lines = Annotated[str, Shape("lines", longest=600_000)]
"""Text of many lines."""


def argument(hint: Any, required: bool) -> Argument:
    """Return the declaration that an annotation stands for. Raises TypeError for a type that is none."""
    shapes = [one for one in _parts(hint) if isinstance(one, Shape)]
    shape = shapes[0] if shapes else Shape(_USUAL[plain(hint)])
    if shape.type not in ARGUMENT_TYPES:
        raise TypeError(f"there is no type of argument {shape.type}")
    return Argument(shape.type, required, shape.choices, shape.longest, shape.calls_only)


def plain(hint: Any) -> type:
    """Return the Python type of `type | None` or of an annotated one."""
    found: type = next(one for one in _parts(hint) if isinstance(one, type) and one is not type(None))
    return found


def fitted(wanted: type, value: object) -> object:
    """Return a value as the wanted type; a text from a flow may stand for a number or a date.

    Raises ValueError, whose text never holds the value: it may be a secret.
    """
    if wanted is date and isinstance(value, str):
        value = _date(value)
    if wanted is int and isinstance(value, str) and value.removeprefix("-").isdecimal():
        value = int(value) if len(value) < 20 else LARGEST + 1
    if wanted is Secret and isinstance(value, str):
        raise ValueError("is a secret and must come as one")
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise ValueError(f"must be {wanted.__name__}")
    if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(f"must be from {FIRST_DAY} to {LAST_DAY}")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("is too large")
    return value


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date") from None


def _parts(hint: Any) -> list[Any]:
    """Return the hint itself, or everything that an annotated or optional one is made of."""
    parts = typing.get_args(hint)
    return [found for part in parts for found in _parts(part)] if parts else [hint]
