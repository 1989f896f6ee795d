"""Answers that need a question before they count: was it this, or which of two was it?

A doubt is a turn of its own: it has prompts, an expectation, keys, and reads the answer given to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.dialogue.actions import Prompt
from ivr.dialogue.prompting import YES_NO, other
from ivr.dialogue.universals import NEITHER, OTHER_LANGUAGE, UNIVERSALS
from ivr.dialogue.verdicts import Said
from ivr.grammar.model import Choice, Expectation, Language, Match, ValueType
from ivr.grammar.spoken import say

NO = "no"
"""The phrase set of a plain no."""
_KEYS = ("1", "2")
_SPOKEN_AS = {"money": "money", "count": "count", "digits": "digits", "phone_number": "phone"}
"""Value kind -> the slot type in whose words it may be said again."""


@dataclass(frozen=True, slots=True)
class Whether:
    """Was it this? Yes or no."""

    match: Match
    value: ValueType | None
    """What the turn had asked for."""

    def question(self, language: Language) -> Prompt:
        """`confirm_<kind>` for a value, `confirm_heard` for words."""
        if self.match.is_value:
            return Prompt(f"confirm_{self.match.name}", values={"value": _named(self.match, self.value)})
        spoken_in = other(language) if self.match.name == OTHER_LANGUAGE else None
        return Prompt("confirm_heard", values={"option": self.match.name}, language=spoken_in)

    def expectation(self, language: Language) -> Expectation:
        """Yes, no, and the universals."""
        return Expectation(UNIVERSALS, YES_NO)

    def meant(self, answer: Match) -> Match | None:
        """What was meant by this answer to the question; None: something else."""
        return self.match if answer.value else None


@dataclass(frozen=True, slots=True)
class Which:
    """Which of these two, that sound alike? By its words, by its place, by key, or neither."""

    one: Said
    other: Said
    value: ValueType | None
    """What the turn had asked for."""

    def question(self, language: Language) -> Prompt:
        """`which_of_two_<kind>` for values, `which_of_two` for options."""
        match = self.one.match
        name = f"which_of_two_{match.name}" if match.is_value else "which_of_two"
        one, two = (_named(said.match, self.value) for said in (self.one, self.other))
        return Prompt(name, values={"one": one, "other": two})

    def expectation(self, language: Language) -> Expectation:
        """Either of the two, neither of them, and the universals."""
        options = [said.match.name for said in (self.one, self.other) if not said.match.is_value]
        names = dict.fromkeys((*options, *UNIVERSALS, NO, NEITHER))
        spoken = (_spoken(self.one, language), _spoken(self.other, language))
        choices = tuple(Choice(place, words, _KEYS[place]) for place, words in enumerate(spoken))
        return Expectation(tuple(names), ValueType("choice", choices=choices), private=True)

    def meant(self, answer: Match) -> Match | None:
        """What was meant by this answer to the question; None: neither."""
        two = (self.one.match, self.other.match)
        if answer.is_value:
            return two[answer.value == 1]
        return next((match for match in two if match.name == answer.name), None)


Doubt = Whether | Which


def _named(match: Match, value: ValueType | None) -> object:
    """What a prompt calls it: an option's name, a choice's label, or the value itself."""
    if not match.is_value:
        return match.name
    labels = [choice.label for choice in value.choices if choice.value == match.value] if value else []
    return labels[0] if labels else match.value


def _spoken(said: Said, language: Language) -> tuple[str, ...]:
    """How a value may be said again: as it was heard, and as it is read back."""
    slot = _SPOKEN_AS.get(said.match.name)
    if not said.match.is_value:
        return ()
    return (said.words,) if slot is None else (said.words, say(slot, said.match.value, language))
