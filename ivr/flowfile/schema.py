"""The JSON schema of a flow file, for editors: made of the same tables that the builder obeys.

JSON Schema draft 2020-12. An editor reads a file as YAML 1.2 does, where `on`, `yes` and `no` are words; a
number without quotes is a number to it, so the schema asks for text where the reader asks for quotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from ivr.flowfile import syntax
from ivr.flowfile.syntax import Key, Shape
from ivr.flowfile.values import ASKED_KINDS, LONGEST_WAIT
from ivr.grammar.model import LANGUAGES
from ivr.grammar.value_types import BOUNDED_KINDS

Schema = dict[str, object]


def flow_schema() -> Schema:
    """Return the schema of a flow file, ready for `json.dumps`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A call flow",
        **_table(syntax.FLOW_KEYS),
        "$defs": {
            "name": _matching(syntax.NAME.pattern),
            "target": _target(),
            "step": _step(),
            "option": _table(syntax.OPTION_KEYS),
        },
    }


def _table(keys: Mapping[str, Key]) -> Schema:
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: {"description": key.meaning, **_shape(key.shape)} for key in keys.values()},
    }
    needed = [key.name for key in keys.values() if key.needed]
    return {**schema, "required": needed} if needed else schema


def _step() -> Schema:
    keys = syntax.STEP_KEYS.values()
    parts = [key.name for key in keys if key.role]
    pairs = [
        pair
        for role in ("listening", "leaving")
        for pair in combinations([key.name for key in keys if key.role == role], 2)
    ]
    return {
        **_table(syntax.STEP_KEYS),
        "anyOf": [{"required": [part]} for part in parts],
        "not": {"anyOf": [{"required": list(pair)} for pair in pairs]},
        "dependentRequired": _companions(),
        "dependentSchemas": {
            key.name: {"anyOf": [{"required": [other]} for other in key.goes_with]}
            for key in keys
            if key.goes_with
        },
    }


def _companions() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in syntax.STEP_KEYS.values():
        for user in key.needed_by:
            found.setdefault(user, []).append(key.name)
    return found


def _target() -> Schema:
    return {"anyOf": [_reference("name"), _table(syntax.TARGET_KEYS)]}


def _matching(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "propertyNames": _reference("name"), "additionalProperties": values}


def _scalar() -> Schema:
    """A value that YAML may read as text or as a number."""
    return {"type": ["string", "number"]}


def _do() -> Schema:
    arguments = _by_name(_scalar())
    use_case = {**_by_name(arguments), "minProperties": 1, "maxProperties": 1}
    return {"anyOf": [_reference("name"), use_case]}


def _value_type() -> Schema:
    bounds = r"\(\s*-?[0-9]{1,9}(?:\s*\.\.\s*-?[0-9]{1,9})?\s*\)"
    bounded = [f"{kind}(?:{bounds})?" if kind in BOUNDED_KINDS else kind for kind in ASKED_KINDS]
    return {**_matching("|".join(bounded)), "examples": ["phone_number", "money", "secret_digits(8..26)"]}


def _seconds() -> Schema:
    number = {"type": "integer", "minimum": 1, "maximum": LONGEST_WAIT}
    return {"anyOf": [_matching(syntax.REFERENCE.pattern), number]}


def _shape(shape: Shape) -> Schema:
    return _SHAPES[shape]


_SHAPES: Mapping[Shape, Schema] = {
    "name": _reference("name"),
    "flow name": _matching(syntax.FLOW_NAME.pattern),
    "text": {"type": "string", "minLength": 1},
    "reference": _matching(syntax.REFERENCE.pattern),
    "numbers": {"type": "array", "items": _matching(syntax.NUMBER.pattern), "uniqueItems": True},
    "whole number": {"type": "integer", "minimum": 1, "maximum": 99},
    "factor": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
    "barge-in": {"enum": [True, False, "yes", "no", "on", "off", syntax.HOTWORD]},
    "language": {"enum": list(LANGUAGES)},
    "value type": _value_type(),
    "seconds": _seconds(),
    "key": _matching(syntax.OPTION_KEY.pattern),
    "do": _do(),
    "options": {**_by_name(_reference("option")), "minProperties": 1},
    "target": _reference("target"),
    "targets": _by_name(_reference("target")),
    "steps": {**_by_name(_reference("step")), "minProperties": 1},
}
