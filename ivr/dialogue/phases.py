"""The phases of a call and the transition table: every (phase, event) pair has a row.

A row names the method of `Dialogue` that takes the event and the phases it may lead to; `drop` is for what
comes too late or too early and changes nothing. The diagram in the docs is drawn from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import product

from ivr.dialogue import events as e


class Phase(Enum):
    """Where a call stands between two events."""

    NEW = "not offered yet"
    QUERYING = "waiting for the account core; prompts may be heard"
    LISTENING = "a turn is open, nothing given yet"
    COLLECTING = "digits are being typed, or said in groups"
    HEARING = "the caller is speaking; the prompt is paused"
    SPEAKING = "something must be heard to its end before the call goes on"
    WAITING = "a polite wait"
    TRANSFERRED = "the caller is with a person or in the queue"
    ENDED = "the call is over"


EVENTS: tuple[type, ...] = (
    e.CallOffered,
    e.PromptFinished,
    e.DigitPressed,
    e.SpeechStarted,
    e.Heard,
    e.ListeningFailed,
    e.TimerFired,
    e.QueryAnswered,
    e.QueryFailed,
    e.TransferEnded,
    e.CallEnded,
)

DROP = "drop"
_P = Phase

FLOW = frozenset(
    {_P.QUERYING, _P.LISTENING, _P.COLLECTING, _P.SPEAKING, _P.WAITING, _P.TRANSFERRED, _P.ENDED}
)
"""Phases that the flow can lead to when it goes on: its next part decides, and keys typed ahead of it."""
_TURN = frozenset({_P.LISTENING, _P.COLLECTING})


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one event in one phase."""

    handler: str
    """Method `on_<handler>` of `Dialogue`, or `drop`."""
    to: frozenset[Phase] = frozenset()
    """Phases the call may then be in, besides staying."""
    runs: bool = False
    """True when the flow may go on from here: any phase of `FLOW` may follow."""


_ROWS: dict[tuple[Phase, type], Row] = {
    (_P.NEW, e.CallOffered): Row("offered", runs=True),
    (_P.QUERYING, e.DigitPressed): Row("keep_key"),
    (_P.QUERYING, e.PromptFinished): Row("heard_out"),
    (_P.QUERYING, e.QueryAnswered): Row("answered", runs=True),
    (_P.QUERYING, e.QueryFailed): Row("query_failed", runs=True),
    (_P.QUERYING, e.TimerFired): Row("query_slow", runs=True),
    (_P.SPEAKING, e.DigitPressed): Row("key_over_speech", runs=True),
    (_P.SPEAKING, e.PromptFinished): Row("spoken_out", runs=True),
    (_P.WAITING, e.DigitPressed): Row("keep_key"),
    (_P.WAITING, e.PromptFinished): Row("heard_out"),
    (_P.WAITING, e.TimerFired): Row("waited", runs=True),
    (_P.TRANSFERRED, e.TransferEnded): Row("transfer_ended", runs=True),
    (_P.LISTENING, e.PromptFinished): Row("await_first_input"),
    (_P.COLLECTING, e.PromptFinished): Row("heard_out"),
    (_P.HEARING, e.PromptFinished): Row("heard_out"),
    (_P.LISTENING, e.SpeechStarted): Row("speech_started", frozenset({_P.HEARING})),
    (_P.COLLECTING, e.SpeechStarted): Row("speech_started", frozenset({_P.HEARING})),
}
for _phase in (_P.LISTENING, _P.COLLECTING, _P.HEARING):
    _ROWS |= {
        (_phase, e.DigitPressed): Row("key", _TURN, runs=True),
        (_phase, e.Heard): Row("heard", _TURN, runs=True),
        (_phase, e.ListeningFailed): Row("keys_alone", _TURN if _phase is _P.HEARING else frozenset()),
        (_phase, e.TimerFired): Row("turn_timer", runs=True),
    }
_ROWS |= {
    (phase, e.CallEnded): Row("ended", frozenset({_P.ENDED})) for phase in Phase if phase is not _P.ENDED
}

TABLE: dict[tuple[Phase, type], Row] = {
    (phase, event): _ROWS.get((phase, event), Row(DROP)) for phase, event in product(Phase, EVENTS)
}
"""(phase, event type) -> row; total."""


def allowed(before: Phase, event: type, after: Phase) -> bool:
    """Say whether the table lets this event lead from one phase to the other."""
    row = TABLE[before, event]
    return after is before or after in row.to or (row.runs and after in FLOW)
