"""Telephone tests are data: what the caller does, what must be heard, what must never be logged.

The same script runs against the dialogue on a virtual clock and against a real Asterisk; this is only its
model. `callscript_reader` reads it from YAML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.dialogue.flow import Place
from ivr.grammar.model import Language

NOWHERE = Place()
"""The place of a step that was made by hand."""


@dataclass(frozen=True, slots=True)
class Hears:
    """The caller hears a prompt; what is said before it is passed over."""

    prompt: str
    variant: str | None = None
    """The variant that must be heard; None: any."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Slot -> value as written (`245.50`); `slot_value` makes it a value of the slot's type."""
    within: float | None = None
    """Seconds from the step before to the prompt's first sound; None: whenever."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Says:
    """The caller says words."""

    words: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Presses:
    """The caller presses keys, one after another."""

    keys: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller does nothing for so many seconds."""

    seconds: float
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Coughs:
    """The caller makes a noise that is no answer."""

    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Transferred:
    """The caller is handed over."""

    target: str
    comes_back: str | None = None
    """`answered`, `no_answer`, `busy` or `failed`: how the hand-over ends; None: not in this script."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The caller hangs up."""

    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Ended:
    """The robot ends the call."""

    place: Place = NOWHERE


ScriptStep = Hears | Says | Presses | Silence | Coughs | Transferred | HangsUp | Ended


@dataclass(frozen=True, slots=True)
class CallScript:
    """One telephone test."""

    name: str
    """The file's name without its ending."""
    number: str
    """The number that is called."""
    from_line: str
    """The caller's number in E.164; empty: withheld."""
    steps: tuple[ScriptStep, ...]
    language: Language | None = None
    """The language the call begins in; None: the node's default."""
    then: Mapping[str, str] = field(default_factory=dict)
    """What must be true after the call, name -> value as written; the runner knows the names."""
    never_logged: tuple[str, ...] = ()
    """Texts that no log, trace, transcript or recording list may hold."""
    place: Place = NOWHERE
