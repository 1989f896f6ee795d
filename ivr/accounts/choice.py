"""Items of lists that a caller may pick from: what is saved, what is said, and how it may be asked for."""

from __future__ import annotations

import re

_NOT_WORDS = re.compile(r"[^\w\s-]")


def choice(value: str, label: str, **more: object) -> dict[str, object]:
    """Return an item: `value` is saved when it is picked, `label` is told, `spoken` are templates that
    name it.

    `more`: what else the list tells of it.
    """
    words = " ".join(_NOT_WORDS.sub(" ", label).lower().split())
    return {"value": value, "label": label, "spoken": (words,) if words else (), **more}
