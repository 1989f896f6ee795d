"""One turn's grammar: the contract of `model.Grammar` over the matcher, and random sentences."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.errors import DialogueError
from ivr.grammar.automaton import End, Random, State
from ivr.grammar.fold import fold
from ivr.grammar.model import Match
from ivr.grammar.walk import can_continue, random_path, readings

_MOST_ATTEMPTS = 100
"""Random sentences tried before a grammar is said to have no valid one (31 April is none)."""


class SpokenGrammar:
    """What may be said in one turn. Immutable."""

    __slots__ = ("_aliases", "_forms", "_phrases", "_start")

    def __init__(self, start: State, phrases: tuple[str, ...], aliases: Mapping[str, str]) -> None:
        """`aliases`: folded forms of words -> the folded words they are forms of."""
        self._start = start
        self._phrases = phrases
        self._aliases = aliases
        self._forms: dict[str, list[str]] = {}
        for form, word in aliases.items():
            self._forms.setdefault(word, [word]).append(form)

    @property
    def recogniser_phrases(self) -> tuple[str, ...]:
        """Phrases for the recogniser's run-time grammar, lower case, without the filler.

        Menus: whole sentences. Values whose words combine freely: the single words.
        """
        return self._phrases

    def match(self, words: str) -> tuple[Match, ...]:
        """Return all readings of the words, most likely first; empty: no match. Never raises."""
        found: list[Match] = []
        for reading in readings(self._start, fold(words), self._aliases):
            match = _match(reading.end, reading.value)
            if match not in found:
                found.append(match)
        return tuple(found)

    def can_continue(self, words: str) -> bool:
        """Return whether some longer sentence begins with these words ("please" is not waited for)."""
        return can_continue(self._start, fold(words), self._aliases)

    def sample(self, rng: Random) -> tuple[str, Match]:
        """Return a random sentence and the reading it was made for (there may be others).

        Raises `DialogueError` when nothing can be said in this grammar.
        """
        for _ in range(_MOST_ATTEMPTS if self._start.arcs else 0):
            words, end, output = random_path(self._start, rng)
            value = None if end.read is None else end.read(output)
            if end.read is None or value is not None:
                return " ".join(self._any_form(word, rng) for word in words), _match(end, value)
        raise DialogueError("nothing can be said in this grammar")

    def _any_form(self, word: str, rng: Random) -> str:
        forms = self._forms.get(word, [word])
        return forms[rng.randrange(len(forms))]


def _match(end: End, value: object | None) -> Match:
    return Match(end.name, value, is_value=end.read is not None)
