"""Answers that say no: application/problem+json (RFC 9457) in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from ivr.web.words import PROBLEMS

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """Says no from anywhere in a request. `code` is one of PROBLEMS; `values` fill its sentences."""

    def __init__(
        self,
        code: str,
        *,
        values: Mapping[str, object] | None = None,
        detail: str = "",
        reason: str = "",
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.reason = code, detail, reason
        self.values, self.errors, self.retry_after = values or {}, errors, retry_after

    def response(self, language: str) -> web.Response:
        """Return the answer. `detail` is the reason, or the problem's own sentence."""
        known = PROBLEMS[self.code]
        body: dict[str, object] = {
            "type": f"/docs#{self.code}",
            "title": known.title.in_(language),
            "status": known.status,
            "detail": self.detail or known.detail.in_(language).format(**self.values),
            "code": self.code,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.errors:
            body["errors"] = list(self.errors)
        return web.Response(
            body=json.dumps(body, ensure_ascii=False).encode(),
            status=known.status,
            content_type=MEDIA_TYPE,
            headers=self._headers(known.status, language),
        )

    def _headers(self, status: int, language: str) -> dict[str, str]:
        headers = {"Content-Language": language}
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="ivr"'
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return headers


PROBLEM_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "Address of the problem's description."},
        "title": {"type": "string", "description": "What it is, in the caller's language."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What to do next, in the caller's language."},
        "code": {
            "type": "string",
            "enum": sorted(PROBLEMS),
            "description": "The problem's name for programs.",
        },
        "reason": {"type": "string", "description": "With code refused: the reason's name."},
        "errors": {
            "type": "array",
            "description": "With code invalid: what is wrong where. Values are never repeated.",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON Pointer into the body; empty: the whole.",
                    },
                    "detail": {"type": "string", "description": "What is wrong, in the caller's language."},
                },
                "required": ["detail", "pointer"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["code", "detail", "status", "title", "type"],
    "additionalProperties": False,
}
"""What a problem looks like."""
