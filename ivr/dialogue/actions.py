"""Orders, in the imperative: everything a dialogue can ask of the runner that carries the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.grammar.model import Expectation, Language


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt to say: its name, its variant and the values of its slots."""

    name: str
    variant: str = "first"
    """`first`, `again`, `help` or `short`; a prompt without that variant says `first`."""
    values: Mapping[str, object] = field(default_factory=dict)
    language: Language | None = None
    """Said in this language whatever the call's is; None: the call's."""
    hotword: bool = False
    """True: a long read-out; while it is heard, speech that is no answer does not even pause it."""
    spelled: bool = False
    """True: names in it are said letter by letter, phone numbers digit by digit."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the robot speaks: the caller's voice settings."""

    rate: float = 1.0
    """Speech rate, 1.0 is the voice's own; 0.6 to 2.0."""
    volume: float = 1.0
    """Loudness factor; 0.5 to 2.0."""
    brief: bool = False
    """True: prompts say their `short` variant where they have one."""
    spelled: bool = False
    """True: every prompt is spelled, as if the caller said *spell it* each time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the call."""


@dataclass(frozen=True, slots=True)
class Play:
    """Say these prompts after whatever is being said; report `PromptFinished(serial)` at their end."""

    serial: int
    prompts: tuple[Prompt, ...]
    language: Language
    manner: Manner = Manner()


@dataclass(frozen=True, slots=True)
class PausePlaying:
    """Fall silent at once, but remember where."""


@dataclass(frozen=True, slots=True)
class ResumePlaying:
    """Go on from the last phrase boundary before the pause."""


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Fall silent at once and drop everything queued. No `PromptFinished` follows."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the ears for one turn. Keys come always; this is about speech."""

    turn: int
    expectation: Expectation
    language: Language
    complete_after: float
    """Seconds of silence that end an answer which cannot be continued."""
    open_after: float
    """Seconds of silence that end an answer which could be continued."""

    @property
    def secret(self) -> bool:
        """True when what is said now must not be seen anywhere."""
        return self.expectation.value is not None and self.expectation.value.secret


@dataclass(frozen=True, slots=True)
class StopListening:
    """Close the ears; nothing more comes for this turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire `TimerFired(name, turn)` after so many seconds; a timer of that name is replaced."""

    name: str
    seconds: float
    turn: int


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Forget the timer of that name, if any."""

    name: str


@dataclass(frozen=True, slots=True)
class Query:
    """Ask the account core; `QueryAnswered` or `QueryFailed` with the same number follows."""

    number: int
    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep a caller's setting beyond this call (`language`, `rate`, `volume`, `patience`, `brief`)."""

    setting: str
    value: object


@dataclass(frozen=True, slots=True)
class Mask:
    """From now on what the caller gives is a secret (`on`), or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to a person; `TransferEnded` follows if the caller comes back."""

    target: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""

    reason: str = "done"


Action = (
    Answer
    | Play
    | PausePlaying
    | ResumePlaying
    | StopPlaying
    | Listen
    | StopListening
    | SetTimer
    | ClearTimer
    | Query
    | Remember
    | Mask
    | Transfer
    | Hangup
)
