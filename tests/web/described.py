"""Answers held against the OpenAPI document: whatever a test asks, the answer is one that it describes."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs

from ivr.web.openapi import document
from ivr.web.operations import operations

DOCUMENT = document(operations())
OF_ANY_ADDRESS = {400, 404, 405, 500}
"""Statuses of problems that no operation can exclude or that belong to none."""


def must_be_as_described(path: str, status: int, body: object) -> None:
    """Fail when an answer is not what the document says of this address and status."""
    if status == 204:
        assert "204" in DOCUMENT["paths"][path]["post"]["responses"]
        return
    for error in _validator(path, status).iter_errors(body):
        raise AssertionError(f"{path} {status}: {error.message} at {error.instance_path}")


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
