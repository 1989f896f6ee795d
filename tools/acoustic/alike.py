"""Which words sound most like something in a line: "faster" where "hatter" was said.

A word is sought anywhere in the line's phones by approximate string matching (Sellers, "The theory and
computation of evolutionary distances", 1980): what it costs to turn the word into the stretch of the line
that is nearest to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from tools.acoustic.codecs import Floats

Phones = tuple[int, ...]

_ADDED_OR_LOST = 0.8
_OF_A_KIND, _OF_ANOTHER = 0.6, 1.3
"""A vowel for a vowel or a consonant for a consonant; one for the other."""
_SHORT = 1.0
"""Added before the cost is shared out among a word's sounds: "a" is found in most lines and says little."""
_PADDING = -1


class Alike:
    """Finds the words of a lexicon that sound most like a line."""

    def __init__(self, spoken: Mapping[str, Iterable[Phones]], vowels: frozenset[int]) -> None:
        """Take each word's ways to be said, in numbers of phones; ``vowels``: which of these are."""
        rows = [(word, way) for word, ways in spoken.items() for way in sorted(ways)]
        self._words = [word for word, _ in rows]
        self._lengths = np.array([len(way) for _, way in rows])
        self._ways = np.full((len(rows), int(self._lengths.max())), _PADDING)
        for row, (_, way) in zip(self._ways, rows, strict=True):
            row[: len(way)] = way
        self._vowels = np.array(sorted(vowels))

    def nearest(self, heard: Phones) -> list[str]:
        """Return every word once, the one that sounds most like a part of what was heard first."""
        costs = (self._distances(np.array(heard, int)) + _SHORT) / self._lengths
        order = np.argsort(costs, kind="stable")
        return list(dict.fromkeys(self._words[row] for row in order.tolist()))

    def _distances(self, heard: npt.NDArray[np.int_]) -> Floats:
        """Return what it costs to find each way to say a word in what was heard, where it costs least."""
        along = _ADDED_OR_LOST * np.arange(len(heard) + 1, dtype=np.float32)
        cost = np.zeros((len(self._ways), len(heard) + 1), np.float32)  # a word may begin anywhere
        found = np.zeros(len(self._ways), np.float32)
        heard_vowels = np.isin(heard, self._vowels)
        for k, phones in enumerate(self._ways.T):
            same_kind = np.isin(phones, self._vowels)[:, None] == heard_vowels
            instead = np.where(same_kind, np.float32(_OF_A_KIND), np.float32(_OF_ANOTHER))
            instead[phones[:, None] == heard] = 0
            lost = cost + np.float32(_ADDED_OR_LOST)
            lost[:, 1:] = np.minimum(lost[:, 1:], cost[:, :-1] + instead)
            cost = np.minimum.accumulate(lost - along, axis=1) + along  # any number of sounds more
            ended = self._lengths == k + 1
            found[ended] = cost[ended].min(axis=1)
        return found
