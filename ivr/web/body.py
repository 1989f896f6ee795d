"""Reading a request's body: limits first, then JSON without traps, then the schema of its use case."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import jsonschema_rs
from aiohttp import web

from ivr.dialogue.queries import Secret, UseCase
from ivr.web.problems import ProblemError
from ivr.web.schemas import form_of, offered, request_schema
from ivr.web.words import FAULTS, TYPES

DEPTH = 2
"""Objects and arrays inside one another; no request needs more than one."""

SMALL = 65536
"""Bytes that are parsed at once; more would keep others waiting and are parsed in a thread."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[{\]}]")


async def read_body(request: web.Request, limit: int, seconds: float) -> Mapping[str, Any]:
    """Return the JSON object of a body; no body is an empty object. Raises ProblemError."""
    raw = await _bytes(request, limit, seconds)
    if not raw:
        return {}
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() != "utf-8":
        raise ProblemError("wrong_media")
    return parse(raw) if len(raw) <= SMALL else await asyncio.to_thread(parse, raw)


def parse(raw: bytes) -> Mapping[str, Any]:
    """Return the JSON object (RFC 8259, names once as in RFC 7493) of some bytes. Raises ProblemError."""
    if depth(raw) > DEPTH:
        raise ProblemError("malformed")
    try:
        text = raw.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # an escape may have made half a character
    except (ValueError, RecursionError):
        raise ProblemError("malformed") from None
    if not isinstance(found, dict):
        raise ProblemError("malformed")
    return found


def depth(raw: bytes) -> int:
    """Return how deep brackets go, outside of strings; without building anything."""
    level = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", raw)):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


class Judge:
    """Judges bodies by the schema that the OpenAPI document shows."""

    def __init__(self, use_case: UseCase) -> None:
        self._use_case = use_case
        self._arguments = offered(use_case)
        self._validator = jsonschema_rs.Draft202012Validator(request_schema(use_case))

    def arguments(self, body: Mapping[str, Any], language: str) -> dict[str, object]:
        """Return the arguments as the use case takes them. Raises ProblemError naming every fault."""
        errors = [self._fault(error, language) for error in self._validator.iter_errors(dict(body))]
        if errors:
            raise ProblemError("invalid", errors=sorted(errors, key=lambda one: one["pointer"]))
        return {name: self._as_taken(name, value) for name, value in body.items()}

    def _as_taken(self, name: str, value: Any) -> object:
        if name in self._use_case.secret:
            return Secret(value)
        return int(value) if isinstance(value, float) else value  # 5.0 is a whole number in JSON Schema

    def _fault(self, error: jsonschema_rs.ValidationError, language: str) -> dict[str, str]:
        keyword = str(error.schema_path[-1])
        name = str(error.instance_path[0]) if error.instance_path else ""
        if keyword == "required":
            name = str(getattr(error.kind, "property", ""))  # the kind `Required` has it
        told = FAULTS[keyword].in_(language).format(**self._told(keyword, name, language))
        return {"pointer": f"/{name}" if name else "", "detail": told}

    def _told(self, keyword: str, name: str, language: str) -> dict[str, object]:
        argument = self._arguments.get(name)
        properties = request_schema(self._use_case)["properties"]
        schema = properties.get(name, {"type": "object"})
        return {
            "known": ", ".join(self._arguments) or "-",
            "type": TYPES[schema["type"]].in_(language),
            "choices": ", ".join(one or '""' for one in argument.choices) if argument else "",
            "about": form_of(argument, language) if argument and keyword == "pattern" else "",
            "limit": schema.get(keyword, ""),
        }


async def _bytes(request: web.Request, limit: int, seconds: float) -> bytes:
    if (request.content_length or 0) > limit:
        raise ProblemError("too_large")
    raw = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.content.iter_any():
                raw += part
                if len(raw) > limit:
                    raise ProblemError("too_large")
    except TimeoutError:
        raise ProblemError("too_slow") from None
    except web.RequestPayloadError:
        raise ProblemError("malformed") from None
    return bytes(raw)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
