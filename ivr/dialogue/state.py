"""What one call remembers between two events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ivr.dialogue.actions import Manner, Prompt
from ivr.dialogue.flow import Flow, Listening, Step
from ivr.dialogue.phases import Phase
from ivr.grammar.model import Language

TYPE_AHEAD_LIMIT = 64
"""Keys kept for a prompt that has not been reached; more is a stuck key."""


@dataclass(slots=True)
class Frame:
    """A position in a flow: the bottom of the stack is the flow that was dialled."""

    flow: Flow
    step: Step
    part: int = 0
    """Index of the next part of the step to run."""


@dataclass(slots=True)
class State:
    """Everything mutable about a call, in one place; the engine owns it."""

    frames: list[Frame]
    language: Language = "ru"
    today: date | None = None
    """The day the call began, for dates without a year."""
    manner: Manner = field(default_factory=Manner)
    patience: float = 1.0
    phase: Phase = Phase.NEW
    values: dict[str, object] = field(default_factory=dict)
    """Saved answers and the account core's values, for prompts and later queries."""
    turn: int = 0
    query: int = 0
    type_ahead: list[str] = field(default_factory=list)
    swallow_hash: bool = False
    """A `#` right after digits that were taken at once belongs to them."""
    no_input: int = 0
    no_match: int = 0
    faults: int = 0
    """Queries that failed in this call; the second leads to a person."""
    history: list[str] = field(default_factory=list)
    """Listening steps passed in the bottom flow, for *back*."""
    lead: tuple[Prompt, ...] = ()
    """What was said just before the open turn's own prompt, for *repeat*."""
    listening: Listening | None = None
    """The listening part of the open turn."""
    said_keys_only: bool = False
    """The caller has been told once that only keys work."""
    after_speaking: str = ""
    """What follows when the prompts have been heard: `advance`, `transfer` or `hang_up`."""

    @property
    def frame(self) -> Frame:
        """The position now."""
        return self.frames[-1]

    @property
    def step(self) -> Step:
        """The step now."""
        return self.frames[-1].step
