"""JSON Schemas (2020-12) of what use cases take and answer, made from their declarations.

The same schema is in the OpenAPI document and judges requests: they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.accounts.arguments import LARGEST
from ivr.accounts.catalogue import Name
from ivr.dialogue.queries import Argument, UseCase, Value
from ivr.web.words import OF_OUTCOMES

Schema = dict[str, Any]

_LINE = r"^[^\u0000-\u001f\u007f]*$"
_LINES = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
_DAY = (
    "^20(?:[0-9]{2}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    "|(?:[02468][048]|[13579][26])-02-29)$"
)

_FORMS: dict[str, tuple[str, Name]] = {
    "text": (_LINE, Name("текст в одну строку", "text of one line")),
    "lines": (_LINES, Name("текст", "text")),
    "phone": (_LINE, Name("номер телефона в любой записи", "a phone number in any form")),
    "secret": (_LINE, Name("текст в одну строку", "text of one line")),
    "digits": ("^[0-9 +()-]*$", Name("цифры", "digits")),
    "key": ("^[A-Za-z0-9_:.-]*$", Name("ключ из списка", "a key from a list")),
    "language": ("^[a-z]*$", Name("ru или en", "ru or en")),
    "operation": ("^[A-Za-z0-9_:.-]*$", Name("id подготовленной операции", "the id of a prepared operation")),
    "date": (
        _DAY,
        Name("дата вида 2026-12-31, 2000-2099 годы", "a date like 2026-12-31, years 2000-2099"),
    ),
}
"""Type of argument -> its pattern, and how the form is called."""

_UNITS = {
    "money": "Kopecks.",
    "count": "How many.",
    "data": "Megabytes.",
    "duration": "Seconds.",
    "phone": "Phone number; given in any form, told in E.164.",
    "date": "Day, YYYY-MM-DD.",
    "operation": "Id that the check answered.",
    "secret": "Secret: never told, never logged.",
    "key": "Key of an item, as lists tell it.",
    "language": "ru or en.",
}
_TOLD = {
    "money": "Kopecks.",
    "data": "Megabytes.",
    "duration": "Seconds.",
    "phone": "E.164.",
    "date": "YYYY-MM-DD.",
    "language": "ru or en.",
}
"""Type of an answered value -> its unit or form."""
_ANSWERED: dict[str, Schema] = {
    "date": {"format": "date"},
    "language": {"enum": ["ru", "en"]},
    "phone": {"pattern": "^[+][0-9]{7,15}$"},
}
"""Type of an answered value -> what its text is besides."""
_NUMBERS = frozenset({"money", "count", "data", "duration"})


def argument_schema(argument: Argument) -> Schema:
    """Return what one argument must be."""
    about = {"description": _UNITS[argument.type]} if argument.type in _UNITS else {}
    if argument.type in _NUMBERS:
        return {"type": "integer", "minimum": 0, "maximum": LARGEST, **about}
    if argument.choices:
        return {"type": "string", "enum": list(argument.choices), **about}
    pattern, _ = _FORMS[argument.type]
    least = {"minLength": 1} if argument.required else {}
    secret = {"format": "password", "writeOnly": True} if argument.type == "secret" else {}
    return {"type": "string", "pattern": pattern, **least, "maxLength": argument.longest, **secret, **about}


def form_of(argument: Argument, language: str) -> str:
    """Return how the form of an argument is called."""
    return _FORMS[argument.type][1].in_(language)


def offered(use_case: UseCase) -> Mapping[str, Argument]:
    """Return the arguments that can be given here: not those that only a call has."""
    return {name: one for name, one in use_case.arguments.items() if not one.calls_only}


def request_schema(use_case: UseCase) -> Schema:
    """Return what a request's body must be."""
    arguments = offered(use_case)
    return {
        "type": "object",
        "properties": {name: argument_schema(one) for name, one in arguments.items()},
        "required": sorted(name for name, one in arguments.items() if one.required),
        "additionalProperties": False,
    }


def body_limit(use_case: UseCase) -> int:
    """Return the most bytes that a right body can have, every character written as an escape."""
    return 2048 + sum(12 * argument.longest for argument in offered(use_case).values())


def successes(use_case: UseCase) -> dict[str, Schema]:
    """Return each outcome that is a success, with the schema of its values."""
    return {
        name: _values(values)
        for name, values in use_case.values.items()
        if name not in OF_OUTCOMES and name != "sign_in_first"
    }


def response_schema(use_case: UseCase) -> Schema:
    """Return what a successful answer is: the outcome's name and its values."""
    each = [
        _object({"outcome": {"const": name}, "values": values})
        for name, values in successes(use_case).items()
    ]
    return each[0] if len(each) == 1 else {"oneOf": each}


def _object(properties: dict[str, Schema]) -> Schema:
    required = {"required": sorted(properties)} if properties else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": False}


def _values(values: Mapping[str, Value]) -> Schema:
    return _object({name: _value(value) for name, value in values.items()})


def _value(value: Value) -> Schema:
    told = " ".join(part for part in (value.about, _TOLD.get(value.type, "")) if part)
    about = {"description": told or _UNITS[value.type]}
    if value.type in _NUMBERS:
        return {"type": "integer", **about}
    if value.type == "list":
        return {"type": "array", "items": _values(value.items), **about}
    choices = {"enum": list(value.choices)} if value.choices else {}
    return {"type": "string", **_ANSWERED.get(value.type, {}), **choices, **about}
