"""What a kind of value is given, and what it hands back to the phrase book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ivr.grammar.automaton import End, Output, State
from ivr.grammar.model import Language, ValueType
from ivr.grammar.number_words import NUMBER_WORDS, NumberWords
from ivr.grammar.tree import Node


@dataclass(frozen=True, slots=True)
class Request:
    """How may this value be said, in this language, on this day?"""

    language: Language
    value_type: ValueType
    finish: Callable[[End, str], State]
    """Makes the state in which a sentence with that end is complete; the other argument is the phrase
    set whose trailing words are understood after it, empty for none."""
    today: date | None = None
    """For dates: without it only dates that name their year can be understood."""
    yes: tuple[Node, ...] = ()
    no: tuple[Node, ...] = ()
    """For yes_no: what may be said, from the phrase sets `yes` and `no`."""

    @property
    def words(self) -> NumberWords:
        """The number words of the language."""
        return NUMBER_WORDS[self.language]

    def end(self, read: Callable[[Output], object | None], like: str = "") -> State:
        """The state in which this value is complete; `read` makes it of what the arcs gave."""
        return self.finish(End(self.value_type.kind, read), like)


@dataclass(frozen=True, slots=True)
class SpokenValue:
    """How one value type may be said in one language."""

    start: State
    """Where the value begins."""
    phrases: tuple[str, ...]
    """What the recogniser is told to expect: single words where the words combine freely."""
    frames: tuple[str, ...] = ()
    """Templates of what people say around it, with `{value}` in the value's place."""
