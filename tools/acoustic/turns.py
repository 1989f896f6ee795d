"""Turns for training lines: a small grammar, drawn for the line, and what a recogniser should answer with it.

A network that only names phones does not learn what it is used for: to hear one of some words, or that none
of them was said. So each line is heard with a grammar such as a turn of a dialogue has.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tools.acoustic.align import pronunciations
from tools.acoustic.alike import Alike, Phones
from tools.acoustic.digits import SLOTS, own_sounds
from tools.acoustic.lexicon import Lexicon
from tools.acoustic.phones import FILLER, PHONE_SETS, vowels
from tools.acoustic.speech import Utterance
from tools.acoustic.texts import EXTRA_DIGITS

_UNEXPECTED = 0.1
"""Share of the lines of our own words that come where none of these is expected."""
_DIGITS_ALONE, _DIGITS_TOO = 0.6, 0.2
"""Share of turns with nothing but digits, where a line may be heard so, and of others that have them too."""
_FEWEST, _MOST = 10, 50
"""Words drawn at random into a grammar."""
_ALIKE, _NEAREST = 8, 24
"""Words that sound like something in the line, drawn from so many that sound most like it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one line is heard with."""

    words: tuple[str, ...]
    """Of the grammar, sorted."""
    answer: tuple[str, ...]
    """The line's words; none where the answer is the filler."""


class Turns:
    """Draws turns for the lines of one language."""

    def __init__(self, language: str, lexicon: Lexicon) -> None:
        phones = PHONE_SETS[language]
        self._words = sorted(lexicon)
        self._digits = frozenset({*SLOTS[language], *EXTRA_DIGITS[language]} & lexicon.keys())
        self._known = frozenset(self._words)
        self._spoken: dict[str, set[Phones]] = {
            word: {
                tuple(phones.number(name) for name in way) for way in pronunciations(language, word, lexicon)
            }
            for word in self._words
        }
        self._homophones: dict[Phones, list[str]] = {}
        for word, ways in self._spoken.items():
            for way in ways:
                self._homophones.setdefault(way, []).append(word)
        self._kin = {phones.number(own): phones.number(like) for own, like in own_sounds(language).items()}
        self._unspoken = {0, phones.number(FILLER)}
        self._alike = Alike(self._spoken, vowels(language))

    def draw(self, line: Utterance, rng: random.Random) -> Turn:
        """Draw a turn for a line."""
        said = line.text.replace(",", " ").split()
        expected = self._known.issuperset(said) and rng.random() >= _UNEXPECTED
        only_digits = self._digits.issuperset(said) if expected else self._digits.isdisjoint(said)
        if only_digits and rng.random() < _DIGITS_ALONE:
            words = set(self._digits)
        else:
            words = {*rng.sample(self._words, min(rng.randint(_FEWEST, _MOST), len(self._words)))}
            words.update(self._digits if rng.random() < _DIGITS_TOO else ())
        heard = tuple(self._kin.get(p, p) for p in line.phones.tolist() if p not in self._unspoken)
        words.update(self._rivals(said, heard, rng) if words != self._digits else ())
        if expected:
            return Turn(tuple(sorted((words - self._said_like(said)).union(said))), tuple(said))
        words.difference_update(said)
        return Turn(tuple(sorted(words - self._sounding_alike(words, heard, several=len(said) > 1))), ())

    def _said_like(self, said: list[str]) -> set[str]:
        """Return the words that may be said just like one of these ("too" like "two")."""
        return {word for one in said for way in self._spoken[one] for word in self._homophones[way]}

    def _rivals(self, said: list[str], heard: Phones, rng: random.Random) -> list[str]:
        found = [word for word in self._alike.nearest(heard) if word not in said][:_NEAREST]
        return rng.sample(found, min(_ALIKE, len(found)))

    def _sounding_alike(self, words: set[str], heard: Phones, *, several: bool) -> set[str]:
        """Return the words that nobody could tell from what the line says ("one" from "won")."""
        return {word for word in words if any(_within(way, heard, several) for way in self._spoken[word])}


def _within(way: Phones, heard: Phones, several: bool) -> bool:
    """Return whether a word is all that was said, or might be one of several words."""
    if not several:
        return abs(len(way) - len(heard)) <= 1 and (way in (heard, heard[1:], heard[:-1]))
    return any(heard[k : k + len(way)] == way for k in range(len(heard) - len(way) + 1))
