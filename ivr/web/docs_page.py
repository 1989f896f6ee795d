"""A page for people, made from the OpenAPI document: no scripts, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Any

from ivr.web.words import PROBLEMS

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code,pre{font:14px/1.4 monospace}pre{white-space:pre-wrap}section{border-top:1px solid #ccc}"
    "dt{font-weight:bold}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#8cf}}"
)
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""What the content security policy lets through."""


def page(document: dict[str, Any]) -> str:
    """Return the page: how to begin, every operation, every problem."""
    info = document["info"]
    operations = "".join(_operation(path, item["post"]) for path, item in document["paths"].items())
    problems = "".join(
        f'<dt id="{code}">{one.status} {code}</dt><dd>{escape(one.title.en)}. {escape(one.detail.en)}</dd>'
        for code, one in sorted(PROBLEMS.items())
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{escape(info['title'])}</h1><pre>{escape(info['description'])}</pre>"
        f'<p>For programs: <a href="/openapi.json">/openapi.json</a></p>'
        f"<h2>Use cases</h2>{operations}<h2>Problems</h2><dl>{problems}</dl></html>"
    )


def _operation(path: str, operation: dict[str, Any]) -> str:
    description = operation.get("description") or operation["summary"]
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    arguments = "".join(
        f"<li>{_argument(name, one, name in schema['required'])}</li>"
        for name, one in schema.get("properties", {}).items()
    )
    answers = "".join(
        f"<li>{status}: {escape(one['description'])}{_told(one)}</li>"
        for status, one in operation["responses"].items()
    )
    return (
        f'<section id="op-{operation["operationId"]}"><h3><code>POST {escape(path)}</code></h3>'
        f"<pre>{escape(description)}</pre><ul>{arguments}</ul><details><summary>Answers</summary>"
        f"<ul>{answers}</ul></details></section>"
    )


def _told(response: dict[str, Any]) -> str:
    """Return what an answer holds when it is a yes: each outcome with its values."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    outcomes = schema.get("oneOf", [schema] if schema else [])
    return "".join(
        f"<p><code>{escape(one['properties']['outcome']['const'])}</code></p>{_values(one['properties']['values'])}"
        for one in outcomes
    )


def _values(schema: dict[str, Any]) -> str:
    told = "".join(
        f"<li>{_argument(name, one, required=True)}{_values(one.get('items', {}))}</li>"
        for name, one in schema.get("properties", {}).items()
    )
    return f"<ul>{told}</ul>" if told else ""


def _argument(name: str, schema: dict[str, Any], required: bool) -> str:
    choices = ", ".join(one or '""' for one in schema.get("enum", ()))
    told = " ".join(part for part in (schema["type"], choices, schema.get("description", "")) if part)
    optional = "" if required else " (may be left out)"
    return f"<code>{escape(name)}</code>: {escape(told)}{optional}"
