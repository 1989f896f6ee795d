"""A turn's grammar, knowing what was said in the turn before: digits come in groups with pauses between.

"один два" is reported when the caller pauses; "три четыре" then is the rest of a four-digit answer and
cannot be continued, although it could if it stood alone. What stands alone - "оператор" - counts as well.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice

from ivr.grammar.model import Grammar, Match

FEWEST_PIECES = 5
"""So many words that may follow themselves make an answer that is said piece by piece: "да да" does not."""


class TurnGrammar:
    """What words mean in a turn, after those it has heard before."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._before = ""

    def match(self, words: str) -> tuple[Match, ...]:
        """Return all readings of the words, as the rest of what was said or else alone."""
        return self._grammar.match(self._joined(words)) or self._grammar.match(words)

    def can_continue(self, words: str) -> bool:
        """Return whether more words could follow, in the sense that `match` takes them."""
        joined = self._joined(words)
        if self._grammar.can_continue(joined):
            return True
        return not self._grammar.match(joined) and self._grammar.can_continue(words)

    def waits(self, words: str) -> bool:
        """Return whether an answer should be waited with: more words could follow and change its meaning."""
        return self.can_continue(words) and not self._is_settled(words)

    def is_hopeless(self, words: str) -> bool:
        """Return whether no words to come could make an answer of these; never of words that come in groups.

        The recogniser may still have read them otherwise, so even these are given a moment.
        """
        return not (self.match(words) or self.can_continue(words) or self._comes_in_groups)

    def _is_settled(self, words: str) -> bool:
        """Whether every sentence that goes on with these words means the same as they do.

        Looked for among the whole sentences that the recogniser was told of; what people say before a
        sentence is not in them, so an ending of the words that means the same will do.
        """
        meaning = self._grammar.match(words)
        if self._before or not meaning or any(match.is_value for match in meaning):
            return False
        said = words.split()
        endings = (" ".join(said[at:]) for at in range(len(said)))
        return any(self._goes_on_as(meaning, ending) for ending in endings)

    def _goes_on_as(self, meaning: tuple[Match, ...], words: str) -> bool:
        if self._grammar.match(words) != meaning:
            return False
        longer = [phrase for phrase in self._grammar.recogniser_phrases if phrase.startswith(f"{words} ")]
        return bool(longer) and all(self._grammar.match(phrase) == meaning for phrase in longer)

    @cached_property
    def _comes_in_groups(self) -> bool:
        """Whether answers are digits or letters: many words that may follow themselves, and then more."""
        words = (phrase for phrase in self._grammar.recogniser_phrases if " " not in phrase)
        repeated = (word for word in words if self._grammar.can_continue(f"{word} {word}"))
        return len(tuple(islice(repeated, FEWEST_PIECES))) == FEWEST_PIECES

    def sensible(self, words: str) -> tuple[Match, ...]:
        """Return what the words mean; a beginning of an answer means itself; empty: nothing here."""
        if not words:
            return ()
        return self.match(words) or ((Match("beginning", words),) if self.can_continue(words) else ())

    def take(self, words: str) -> None:
        """Remember words that were reported, if an answer can go on with them."""
        joined = self._joined(words)
        self._before = joined if self._grammar.can_continue(joined) else ""

    def forget(self) -> None:
        """Forget what was said."""
        self._before = ""

    def _joined(self, words: str) -> str:
        return f"{self._before} {words}".strip()
