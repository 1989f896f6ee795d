"""Items of lists that a caller may pick from: what is saved, what is said, and how it may be asked for."""

from __future__ import annotations

import re

from ivr.dialogue.queries import Value

VALUE = Value("key", "What to give to the use case that does something with this item.")
LABEL = Value("text", "What the item is called, in the caller's language.")
SPOKEN = "spoken"
"""Templates that name an item: for recognition alone, told to nobody."""
_NOT_WORDS = re.compile(r"[^\w\s-]")


def choice(value: str, label: str, **more: object) -> dict[str, object]:
    """Return an item: `value` is saved when it is picked, `label` is told, `spoken` are templates that
    name it.

    `more`: what else the list tells of it.
    """
    words = " ".join(_NOT_WORDS.sub(" ", label).lower().split())
    return {"value": value, "label": label, SPOKEN: (words,) if words else (), **more}
