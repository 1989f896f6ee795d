"""The caller's language: Accept-Language (RFC 9110 section 12.5.4) for Russian and English, Russian first."""

from __future__ import annotations

import re

LANGUAGES = ("ru", "en")
_RANGE = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*(?P<q>[01](?:\.\d{0,3})?))?\s*"
)


def preferred(header: str | None) -> str | None:
    """Return the language a header prefers, None when it names neither; what is malformed is ignored."""
    best, weight = None, 0.0
    for part in (header or "")[:500].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        language = "ru" if found["tag"] == "*" else found["tag"].lower()
        quality = float(found["q"] or 1)
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best
