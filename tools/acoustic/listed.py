"""Word lists written as text, which reads better than hundreds of quoted words."""

from __future__ import annotations


def listed(text: str, separator: str | None = None) -> list[str]:
    """Return the items of a text: words, or what stands between separators."""
    return [item.strip() for item in text.split(separator)]
