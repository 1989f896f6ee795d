"""A turn's grammar, knowing what was said in the turn before: digits come in groups with pauses between.

"один два" is reported when the caller pauses; "три четыре" then is the rest of a four-digit answer and
cannot be continued, although it could if it stood alone. What stands alone - "оператор" - counts as well.
"""

from __future__ import annotations

from ivr.grammar.model import Grammar, Match


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
