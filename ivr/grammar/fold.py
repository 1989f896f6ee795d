"""How words are compared: lower case, ё as е, no punctuation, hyphened words in two."""

from __future__ import annotations

import re

UNKNOWN = "[unk]"
"""What the recogniser writes for speech outside the grammar; it matches nothing."""

_WORD = re.compile(r"\[unk\]|\+|[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’`")


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a text in the form in which they are compared."""
    plain = text.lower().translate(_APOSTROPHES).replace("ё", "е")
    return tuple(_WORD.findall(plain))
