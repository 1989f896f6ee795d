"""How each kind of value may be said: one module per kind, one function for the phrase book."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ivr.grammar.values import choice, count, dates, digits, letters, money, phone_number, yes_no
from ivr.grammar.values.spoken_value import Request, SpokenValue

_KINDS: Mapping[str, Callable[[Request], SpokenValue]] = {
    "digits": digits.spoken,
    "secret_digits": digits.spoken,
    "phone_number": phone_number.spoken,
    "letters": letters.spoken,
    "money": money.spoken,
    "date": dates.spoken,
    "count": count.spoken,
    "yes_no": yes_no.spoken,
    "choice": choice.spoken,
}


def spoken_value(request: Request) -> SpokenValue:
    """Return how the requested value may be said. Raises KeyError for a kind outside `VALUE_KINDS`."""
    return _KINDS[request.value_type.kind](request)
