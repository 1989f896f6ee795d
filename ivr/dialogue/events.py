"""Facts, in the past tense: everything a dialogue can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ivr.dialogue.queries import Outcome
from ivr.grammar.model import Language


@dataclass(frozen=True, slots=True)
class CallOffered:
    """A call came in. `resumed` when another worker died under it and the caller is back."""

    language: Language = "ru"
    resumed: bool = False
    today: date | None = None
    """The operator's day, for answers such as "завтра"; it holds for the whole call, across midnight too.
    None: only dates that name their year are understood."""


@dataclass(frozen=True, slots=True)
class PromptFinished:
    """All of what `Play(serial)` ordered has been heard to its end."""

    serial: int


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key, at its release: one of `0`-`9`, `*`, `#`."""

    key: str


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to make a sound that may be speech, in this turn."""

    turn: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of a stretch of speech by the recogniser."""

    words: str
    """Lower case words; `[unk]` stands for speech outside the grammar."""
    decision: str = "take"
    """`take`, `confirm` or `reject`: how sure the ear is."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of speech ended. No hypotheses: it was a noise, no answer."""

    turn: int
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class ListeningFailed:
    """The recogniser is gone for this turn: keys alone."""

    turn: int


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer ordered with `SetTimer` ran out."""

    name: str
    turn: int


@dataclass(frozen=True, slots=True)
class QueryAnswered:
    """The account core answered."""

    query: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class QueryFailed:
    """The account core could not answer (storage down, too slow). The caller hears no code."""

    query: int


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """The person or queue is no longer on the line: `answered`, `no_answer`, `busy` or `failed`."""

    outcome: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller is gone, or the call was taken down; nothing more can be done on it."""

    reason: str = "caller"


Event = (
    CallOffered
    | PromptFinished
    | DigitPressed
    | SpeechStarted
    | Heard
    | ListeningFailed
    | TimerFired
    | QueryAnswered
    | QueryFailed
    | TransferEnded
    | CallEnded
)
