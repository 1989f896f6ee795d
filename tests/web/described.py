"""Answers held against the OpenAPI document: whatever a test asks, the answer is one that it describes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from ivr.web.openapi import document
from ivr.web.operations import operations

DOCUMENT = document(operations())
OF_ANY_ADDRESS = {400, 404, 405, 500}
"""Statuses of problems that no operation can exclude or that belong to none."""


def must_be_as_described(path: str, status: int, headers: Mapping[str, str], body: object) -> None:
    """Fail when an answer is not what the document says of this address and status."""
    if status == 204:
        assert "204" in DOCUMENT["paths"][path]["post"]["responses"]
        return
    for name, header in _headers(path, status).items():
        value = headers.get(name)
        assert value is not None or not header["required"], f"{path} {status}: no {name}"
        assert value is None or jsonschema_rs.is_valid(header["schema"], value), f"{path} {status}: {name}"
    for error in _validator(path, status).iter_errors(body):
        raise AssertionError(f"{path} {status}: {error.message} at {error.instance_path}")


def _headers(path: str, status: int) -> dict[str, Any]:
    responses = DOCUMENT["paths"].get(path, {}).get("post", {}).get("responses", {})
    named = responses.get(str(status), {}).get("headers", {})
    return {name: DOCUMENT["components"]["headers"][name] for name in named}


@cache
def _validator(path: str, status: int) -> jsonschema_rs.Draft202012Validator:
    responses = DOCUMENT["paths"].get(path, {}).get("post", {}).get("responses", {})
    described = responses.get(str(status))
    if described is None:
        assert status in OF_ANY_ADDRESS, f"{path} answers {status}, which the document does not know"
        schema: dict[str, Any] = {"$ref": "#/components/schemas/Problem"}
    else:
        (media,) = described["content"].values()
        schema = media["schema"]
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
