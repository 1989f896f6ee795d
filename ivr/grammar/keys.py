"""Values typed on the keypad: what the keys pressed so far mean.

`*`, `#` and 0 to 9 as universals are the dialogue's business; here a key is one of 0 to 9. A value
that is complete but could go on (`digits(4..8)` after four) has both a value and `can_continue`:
`#` or the inter-digit timer ends it. Keys that can be no answer are heard to the answer's natural
length, so that the rest of a mistyped number is not taken for the next answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from ivr.grammar.calendar import day_or_none, in_any_year, nearest
from ivr.grammar.model import KeyReading, ValueType
from ivr.grammar.value_types import limits
from ivr.grammar.values.money import MOST_ROUBLES
from ivr.grammar.values.phone_number import e164, expected_length

_NOTHING_YET = KeyReading(None, can_continue=True)
_NO_ANSWER = KeyReading(None, can_continue=False)
_MOST_MONEY_KEYS = len(str(MOST_ROUBLES))


def read_keys(value_type: ValueType, keys: str, *, today: date | None = None) -> KeyReading:
    """Return what the keys mean for a value type.

    digits: themselves; phone_number: 8 or 7 and ten digits, or the ten digits; money: whole roubles;
    date: DDMM (the day nearest `today`; none without it) or DDMMYYYY; count: a number; yes_no: 1 is
    yes, 2 is no; choice: its key; letters are never typed. Values are those of `ValueType.kind`. Never
    raises for any keys.
    """
    if not keys:
        return _NOTHING_YET
    if not (keys.isascii() and keys.isdigit()):
        return _NO_ANSWER
    if value_type.kind == "date":
        return _date(value_type, keys, today)
    return _READERS[value_type.kind](value_type, keys)


def _digits(value_type: ValueType, keys: str) -> KeyReading:
    shortest, longest = limits(value_type)
    complete = shortest <= len(keys) <= longest
    return KeyReading(keys if complete else None, can_continue=len(keys) < longest)


def _phone_number(_: ValueType, keys: str) -> KeyReading:
    return KeyReading(e164(keys), can_continue=len(keys) < expected_length(keys))


def _money(_: ValueType, keys: str) -> KeyReading:
    if len(keys) > _MOST_MONEY_KEYS:
        return _NO_ANSWER
    return KeyReading(int(keys) * 100, can_continue=len(keys) < _MOST_MONEY_KEYS)


def _count(value_type: ValueType, keys: str) -> KeyReading:
    low, high = limits(value_type)
    number, spare = int(keys), len(str(high)) - len(keys)
    fits = low <= number <= high and spare >= 0
    return KeyReading(number if fits else None, can_continue=number * 10 <= high and spare > 0)


def _yes_no(_: ValueType, keys: str) -> KeyReading:
    return KeyReading({"1": True, "2": False}.get(keys), can_continue=False)


def _choice(value_type: ValueType, keys: str) -> KeyReading:
    picked = (choice.value for choice in value_type.choices if choice.key == keys)
    return KeyReading(next(picked, None), can_continue=False)


def _date(value_type: ValueType, keys: str, today: date | None) -> KeyReading:
    found: date | None = None
    if len(keys) == 4 and today is not None:
        found = _within(value_type, in_any_year(int(keys[2:]), int(keys[:2]), today), today)
    elif len(keys) == 8:
        exact = day_or_none(int(keys[4:]), int(keys[2:4]), int(keys[:2]))
        found = exact if exact is None or today is None else _within(value_type, [exact], today)
    return KeyReading(found, can_continue=len(keys) < 8)


def _within(value_type: ValueType, days: list[date], today: date) -> date | None:
    return nearest(days, today, *limits(value_type))


_READERS: Mapping[str, Callable[[ValueType, str], KeyReading]] = {
    "digits": _digits,
    "secret_digits": _digits,
    "phone_number": _phone_number,
    "money": _money,
    "count": _count,
    "letters": lambda _, __: _NO_ANSWER,
    "yes_no": _yes_no,
    "choice": _choice,
}
