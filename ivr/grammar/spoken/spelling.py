"""A text letter by letter, by the words of the telephone alphabet: "анна, николай", "alfa, november".

A letter that has no such word is named ("мягкий знак"), and so is one of another alphabet: a Russian voice
gives Latin letters their usual Russian names, an English voice the others their names in Unicode. What is
heard is what `letters` of the grammar understands. A comma is a pause for the voice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from ivr.grammar.letters import LETTERS
from ivr.grammar.model import Language
from ivr.grammar.spoken.numbers import cardinal
from ivr.grammar.spoken.texts import SIGNS

_SPACE: Mapping[Language, str] = {"ru": "пробел", "en": "space"}
_LATIN_NAMES = "а бэ цэ дэ е эф же аш и йот ка эль эм эн о пэ ку эр эс тэ у вэ дубль-вэ икс игрек зет"
_LATIN_IN_RUSSIAN = dict(zip("abcdefghijklmnopqrstuvwxyz", _LATIN_NAMES.split(), strict=True))


def spelled(text: str, language: Language) -> str:
    """Return a text letter by letter; signs that have no name are left out."""
    letters = (_name(letter, language) for letter in " ".join(text.lower().replace("ё", "е").split()))
    return ", ".join(filter(None, letters))


def _name(letter: str, language: Language) -> str:
    known = LETTERS[language]
    names = known.words.get(letter) or known.names.get(letter)
    if names:
        return names[0]
    if letter == " ":
        return _SPACE[language]
    if letter.isdecimal():
        return cardinal(int(letter), language)
    return SIGNS[language].get(letter) or " ".join(_foreign(letter, language))


def _foreign(letter: str, language: Language) -> Iterator[str]:
    """The name of a letter of another alphabet: "CYRILLIC SMALL LETTER SOFT SIGN" is a soft sign."""
    if language == "ru" and letter in _LATIN_IN_RUSSIAN:
        yield _LATIN_IN_RUSSIAN[letter]
    elif letter.isalpha() and language == "en":
        yield from unicodedata.name(letter, "").lower().partition(" letter ")[2].split()
