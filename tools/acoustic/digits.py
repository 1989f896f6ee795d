"""Sounds of their own for the digits: "n" of "nine" at its start is another sound than any other "n".

Digits are what callers dictate in strings, with nothing but ten choices a place: whole-word models hear where
one "two" ends and the next begins, and general words leave them alone. Each slot of a digit is one such
sound, whichever way the slot is spoken; all other words keep the general phones.
"""

from __future__ import annotations

import re
from functools import lru_cache

SLOTS: dict[str, dict[str, str]] = {
    "ru": {
        "ноль": "n o|a l'|l",
        "нуль": "n u l'|l",
        "один": "a d' i n",
        "одна": "a d n a",
        "два": "d v a",
        "две": "d v' e",
        "три": "t r' i",
        "четыре": "ch i|e t y r' i|e",
        "пять": "p' a t'",
        "шесть": "sh e s|s' t'",
        "семь": "s' e m'",
        "восемь": "v o s' i|e m'",
        "девять": "d' e v' i|a|e t'",
    },
    "en": {
        "zero": "z ih|iy ax? r ow",
        "oh": "ow",
        "one": "w ah|aa n",
        "two": "t uw",
        "three": "th r iy",
        "four": "f ao r?",
        "five": "f ay v",
        "six": "s ih k s",
        "seven": "s eh v ax|ih n",
        "eight": "ey t",
        "nine": "n ay n",
    },
}
"""Word -> its slots; ``|`` parts the ways to say one, ``?`` marks one that may be missing."""

_WORD = re.compile(r"[^\s,]+")
_SILENT, _UNKNOWN = 0, -1
_FIRST_CODE = 0x100


def own_sound(word: str, slot: int) -> str:
    """Return the name of a digit's own sound; slots count from 0."""
    return f"{word}.{slot + 1}"


def own_sounds(language: str) -> dict[str, str]:
    """Return all of a language's in a fixed order, each with the general phone it is mostly like."""
    return {
        own_sound(word, k): slot.rstrip("?").split("|")[0]
        for word, slots in SLOTS[language].items()
        for k, slot in enumerate(slots.split())
    }


def stages(language: str, word: str) -> list[tuple[tuple[str, ...], ...]]:
    """Return each way through a digit's slots, each its own sound, then general phones; no way else."""
    found: list[tuple[tuple[str, ...], ...]] = [()]
    for k, slot in enumerate(SLOTS[language].get(word, "").split()):
        sounds = (own_sound(word, k), *slot.rstrip("?").split("|"))
        longer = [(*way, sounds) for way in found]
        found = longer + (found if slot.endswith("?") else [])
    return found if found != [()] else []


@lru_cache(maxsize=128)
def kin(language: str, phone: str) -> tuple[str, ...]:
    """Return a general phone and the own sounds like it: "sixteen" begins like "six"."""
    return (phone, *(own for own, general in own_sounds(language).items() if general == phone))


@lru_cache(maxsize=4096)
def _pattern(language: str, words: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a phrase's phones, one character each; every slot of a digit is a group."""
    return re.compile("".join(_word_pattern(language, word, names) for word in words))


def _word_pattern(language: str, word: str, names: tuple[str, ...]) -> str:
    slots = SLOTS[language].get(word)
    if slots is None:
        return ".+?"
    parts = []
    for slot in slots.split():
        phones = "".join(_code(names.index(phone)) for phone in slot.rstrip("?").split("|"))
        parts.append(f"([{_code(_UNKNOWN)}{phones}])" + ("?" if slot.endswith("?") else ""))
    return "".join(parts)


def _code(number: int) -> str:
    return chr(_FIRST_CODE + 1 + number)


def with_own_sounds(language: str, text: str, phones: list[int], names: tuple[str, ...]) -> list[int]:
    """Return a phrase's phone numbers with the digits' replaced by their own sounds' numbers.

    Where text and phones do not agree, the phones stay as they are.
    """
    words = tuple(_WORD.findall(text))
    if not any(word in SLOTS[language] for word in words):
        return phones
    spoken = [i for i, phone in enumerate(phones) if phone != _SILENT]
    found = _pattern(language, words, names).fullmatch("".join(_code(phones[i]) for i in spoken))
    if found is None:
        return phones
    out, group = list(phones), 0
    for word in words:
        for slot in range(len(SLOTS[language].get(word, "").split())):
            group += 1
            if found.start(group) >= 0:
                out[spoken[found.start(group)]] = names.index(own_sound(word, slot))
    return out
