"""How Russians say "я" where it is not stressed: "января" begins with "йин", "пяти" is "пити".

eSpeak NG says a full "a" there. The rule ("иканье") is that of Avanesov, "Русское литературное произношение".
"""

from __future__ import annotations

from tools.acoustic.stress import stressed

_VOWEL_LETTERS = "аеёиоуыэюя"
_VOWELS = frozenset("aeiouy")
_FULL, _REDUCED, _GLIDE = "a", "i", "j"
_STRESS = "+"
_HUSHING = "чщ"
"""Unstressed "а" after these is said likewise: "часов"."""


def reduced_ways(ways: dict[str, list[tuple[str, ...]]]) -> dict[str, list[tuple[str, ...]]]:
    """Return what else each word may sound like. ``ways``: word -> its pronunciations."""
    marked = stressed(sorted(ways))
    found = {word: [reduced(marked[word], way) for way in known] for word, known in ways.items()}
    return {word: [way for way in found[word] if way not in ways[word]] for word in ways}


def reduced(word: str, way: tuple[str, ...]) -> tuple[str, ...]:
    """Return a pronunciation with the unstressed vowels reduced; a word's stressed vowel comes after ``+``.

    It stays as it is where no stress is marked, or letters and sounds do not agree.
    """
    plain = word.replace(_STRESS, "", 1)
    letters = [place for place, letter in enumerate(plain) if letter in _VOWEL_LETTERS]
    sounds = [place for place, sound in enumerate(way) if sound in _VOWELS]
    if _STRESS not in word or len(letters) != len(sounds):
        return way
    changed = {
        sound: _as_said(plain, letter)
        for letter, sound in zip(letters, sounds, strict=True)
        if letter != word.index(_STRESS) and way[sound] == _FULL and _is_reduced(plain, letter)
    }
    return tuple(part for place, sound in enumerate(way) for part in changed.get(place, (sound,)))


def _is_reduced(word: str, place: int) -> bool:
    """Return whether a vowel, unstressed, is reduced there; endings stay."""
    if place == len(word) - 1:
        return False
    return word[place] == "я" or (word[place] == "а" and place > 0 and word[place - 1] in _HUSHING)


def _as_said(word: str, place: int) -> tuple[str, ...]:
    begins_a_syllable = place == 0 or word[place - 1] in _VOWEL_LETTERS + "ъь"
    return (_GLIDE, _REDUCED) if begins_a_syllable else (_REDUCED,)
