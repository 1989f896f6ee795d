"""What words sound like over a telephone: a rough phonetic key per language, and how far two lie apart.

Russian: unstressed о/а and е/и/я fall together, consonants lose their voice at the end of a word and
before a voiceless one, soft and hard signs are not heard (a Metaphone for Russian in the manner of
P. Kankowski, 2002). English: vowels fall into two groups, doubled and silent letters go (after Philips'
Metaphone, 1990, much reduced).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.grammar.model import Language

SHORTEST_NEAR = 6
"""Sounds; in shorter sentences one sound more or less tells them well apart (да, дай)."""
_RUSSIAN_VOWELS = str.maketrans("ёояеэыю", "иаииииу")
_RUSSIAN_VOICELESS = str.maketrans("бвгджз", "пфктшс")
_RUSSIAN: tuple[tuple[str, str], ...] = (
    (r"[ъь]", ""),
    (r"(т|д|тс|дс)с", "ц"),
    (r"стн", "сн"),
    (r"здн", "зн"),
    (r"сч|зч|щ", "ш"),
    (r"ч(?=[нт])", "ш"),
    (r"(?<=[ео])г(?=о$|одня$)", "в"),
    (r"й", ""),
)
_ENGLISH: tuple[tuple[str, str], ...] = (
    (r"[^a-z]", ""),
    (r"^[kg]n", "n"),
    (r"^wr", "r"),
    (r"ough|augh", "o"),
    (r"igh", "i"),
    (r"tion", "shn"),
    (r"ph", "f"),
    (r"ck|q|c(?![eiyh])", "k"),
    (r"c(?=[eiy])", "s"),
    (r"z", "s"),
    (r"x", "ks"),
    (r"(?<=[a-z])e$", ""),
    (r"mb$", "m"),
    (r"[eiy]+", "i"),
    (r"[aou]+", "a"),
    (r"w|h(?![a-z])", ""),
)


def sound(words: Iterable[str], language: Language) -> str:
    """A key that is the same for words that sound the same; words stay apart by a space."""
    key = _russian if language == "ru" else _english
    return " ".join(filter(None, (key(word.lower()) for word in words)))


def _russian(word: str) -> str:
    for pattern, replacement in _RUSSIAN:
        word = re.sub(pattern, replacement, word)
    word = word.translate(_RUSSIAN_VOWELS)
    word = re.sub(r"[бвгджз]+(?=[пфктшсхцч]|$)", lambda found: found[0].translate(_RUSSIAN_VOICELESS), word)
    return _undoubled(word)


def _english(word: str) -> str:
    for pattern, replacement in _ENGLISH:
        word = re.sub(pattern, replacement, word)
    return _undoubled(word)


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def alike(first: str, second: str) -> bool:
    """Whether a person would take what has one key for what has the other."""
    return first == second or (min(len(first), len(second)) >= SHORTEST_NEAR and near(first, second))


def near(first: str, second: str) -> bool:
    """Whether two keys differ by one sound at most (one put in, left out or taken for another)."""
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    rest = start + 1 if len(first) == len(second) else start
    return first[rest:] == second[start + 1 :]


def without_one(key: str) -> set[str]:
    """The key, and every key with one sound left out: two near keys have one of these in common."""
    return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}
