"""The OpenAPI 3.1 document, made from the declarations of the use cases: nothing in it is written twice."""

from __future__ import annotations

from typing import Any

from ivr.dialogue.queries import UseCase
from ivr.web.operations import Operation
from ivr.web.problems import MEDIA_TYPE, PROBLEM_SCHEMA
from ivr.web.schemas import request_schema, response_schema, successes
from ivr.web.words import OF_OUTCOMES, PROBLEMS

VERSION = "1.0.0"

_INTRODUCTION = """\
Use cases of the voice account for the operator's own programs. Each is one POST with a flat JSON object.

A program sends its key in `X-API-Key`. A login opens a session; its token goes into `Authorization: Bearer`.
Whatever costs has two steps: `check_...` looks and prepares, and answers an `operation`; the use case named
in its description, given that `operation`, does it. Where money moves, `Idempotency-Key` is required: the
same key gives the same answer for 24 hours and does nothing twice, also when the connection broke.

Who takes payments - a card provider, a bank - reports them under `/v1/payments/`, with a key that was given
this right and without a session. A payment has its own id and is posted once, however often it is reported.

Amounts are whole kopecks. A no is `application/problem+json` whose `detail` says in the caller's language
(`Accept-Language`: ru or en) what to do next."""

_ALWAYS = (
    "no_key",
    "malformed",
    "too_slow",
    "too_large",
    "wrong_media",
    "invalid",
    "too_many_requests",
    "unavailable",
)
"""Problems every POST may answer."""
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "New for every request that is new, the same for a retry; kept for 24 hours.",
    "schema": {"type": "string", "pattern": '^"?[A-Za-z0-9._:~-]{1,128}"?$'},
}
_HEADERS = {
    "Content-Language": ("The language of the answer: ru or en.", {"type": "string", "enum": ["ru", "en"]}),
    "Idempotency-Replayed": (
        "true when the answer was kept from the first time, told in the language it was first told in.",
        {"type": "string", "const": "true"},
    ),
    "Retry-After": ("Seconds to wait before the next try.", {"type": "string", "pattern": "^[0-9]+$"}),
    "WWW-Authenticate": ("How to sign in (RFC 6750).", {"type": "string"}),
}
"""Headers of answers that programs act upon."""
_OF_STATUS = {401: "WWW-Authenticate", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After"}
_ALWAYS_SENT = frozenset({"Content-Language", "WWW-Authenticate"})
_LANGUAGE = {"$ref": "#/components/parameters/language"}


def document(operations: list[Operation]) -> dict[str, Any]:
    """Return the document."""
    paths = {operation.path: {"post": _operation(operation)} for operation in operations}
    return {
        "openapi": "3.1.0",
        "info": {"title": "The voice account", "version": VERSION, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": "individual"}, {"name": "company"}, {"name": "payments"}],
        "paths": {**paths, "/v1/logout": {"post": _logout()}},
        "components": {
            "securitySchemes": {
                "client": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "session": {"type": "http", "scheme": "bearer"},
            },
            "parameters": {
                "language": {
                    "name": "Accept-Language",
                    "in": "header",
                    "description": "ru or en; without it the language the caller has chosen, else Russian.",
                    "schema": {"type": "string"},
                    "example": "ru",
                }
            },
            "headers": {
                name: {"description": about, "required": name in _ALWAYS_SENT, "schema": schema}
                for name, (about, schema) in _HEADERS.items()
            },
            "schemas": {"Problem": PROBLEM_SCHEMA},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    use_case = operation.case.declaration
    return {
        "operationId": operation.name,
        "tags": [operation.group],
        "summary": use_case.about.partition("\n\n")[0].replace("\n", " "),
        "description": _description(use_case),
        "security": [_security(operation)],
        "parameters": [_LANGUAGE, *_key_parameter(operation)],
        "requestBody": _request(use_case),
        "responses": {"200": _success(operation), **_problems(_codes(operation))},
    }


def _security(operation: Operation) -> dict[str, list[str]]:
    if operation.access == "session":
        return {"client": [], "session": []}
    return {"client": ["payments"] if operation.access == "right" else []}


def _description(use_case: UseCase) -> str:
    then = f"\n\nThen: `{use_case.prepares}` with the `operation`." if use_case.prepares else ""
    return use_case.about + then


def _key_parameter(operation: Operation) -> list[dict[str, Any]]:
    if operation.access == "login":
        return []
    return [{**_IDEMPOTENCY, "required": operation.key_needed}]


def _request(use_case: UseCase) -> dict[str, Any]:
    schema = request_schema(use_case)
    return {"required": bool(schema["required"]), "content": {"application/json": {"schema": schema}}}


def _success(operation: Operation) -> dict[str, Any]:
    use_case = operation.case.declaration
    schema = _signed_in(use_case) if operation.access == "login" else response_schema(use_case)
    names = ", ".join(successes(use_case))
    return {
        "description": f"Outcome: {names}.",
        "headers": _headers("Content-Language", *_replayed(operation)),
        "content": {"application/json": {"schema": schema}},
        **_links(use_case),
    }


def _replayed(operation: Operation) -> list[str]:
    return [] if operation.access == "login" else ["Idempotency-Replayed"]


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _links(use_case: UseCase) -> dict[str, Any]:
    if not use_case.prepares:
        return {}
    body = {"operation": "$response.body#/values/operation"}
    return {"links": {use_case.prepares: {"operationId": use_case.prepares, "requestBody": body}}}


def _signed_in(use_case: UseCase) -> dict[str, Any]:
    schema = response_schema(use_case)
    session = {
        "type": "object",
        "properties": {
            "token": {"type": "string", "description": "For Authorization: Bearer; told this once."},
            "idle_seconds": {"type": "integer", "description": "The session ends when not used for so long."},
            "life_seconds": {"type": "integer", "description": "The session ends after so long."},
        },
        "required": ["idle_seconds", "life_seconds", "token"],
        "additionalProperties": False,
    }
    properties = {**schema["properties"], "session": session}
    return {**schema, "properties": properties, "required": sorted(properties)}


def _codes(operation: Operation) -> list[str]:
    codes = [*_ALWAYS, *(name for name in operation.case.declaration.outcomes if name in OF_OUTCOMES)]
    if operation.access == "session":
        codes.append("sign_in_first")
    if operation.access == "right":
        codes.append("no_right")
    if operation.access != "login":
        codes += ["in_progress", "idempotency_key_reused"]
    if "operation" in operation.case.declaration.arguments:
        codes.append("no_such_operation")
    return codes


def _problems(codes: list[str]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    return {
        str(status): {
            "description": "; ".join(PROBLEMS[code].title.en for code in found) + ".",
            "headers": _headers("Content-Language", *([_OF_STATUS[status]] if status in _OF_STATUS else [])),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }


def _logout() -> dict[str, Any]:
    return {
        "operationId": "logout",
        "summary": "End the session.",
        "security": [{"client": [], "session": []}],
        "parameters": [_LANGUAGE],
        "responses": {
            "204": {"description": "The session has ended."},
            **_problems([*_ALWAYS, "sign_in_first"]),
        },
    }
