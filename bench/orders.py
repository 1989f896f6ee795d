"""The order that opens a turn's ears, with the product's own limits of silence."""

from __future__ import annotations

from ivr.channels.port import Listening
from ivr.dialogue.timing import Timing
from ivr.grammar.model import Grammar, Language

TURN = 1


def listening(grammar: Grammar, language: Language = "ru") -> Listening:
    """Return the order for one turn with a grammar."""
    limits = Timing()
    return Listening(TURN, grammar, language, limits.complete_after, limits.open_after)
