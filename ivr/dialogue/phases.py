"""The phases of a call and the transition table: every (phase, event) pair has a row.

A row names the method of `Dialogue` that takes the event; `drop` is for what comes too late or too
early and changes nothing. The diagram in the docs is drawn from this table.
"""

from __future__ import annotations

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

_ROWS: dict[tuple[Phase, type], str] = {
    (_P.NEW, e.CallOffered): "offered",
    (_P.QUERYING, e.DigitPressed): "keep_key",
    (_P.QUERYING, e.PromptFinished): "heard_out",
    (_P.QUERYING, e.QueryAnswered): "answered",
    (_P.QUERYING, e.QueryFailed): "query_failed",
    (_P.QUERYING, e.TimerFired): "query_slow",
    (_P.LISTENING, e.DigitPressed): "key",
    (_P.LISTENING, e.PromptFinished): "await_first_input",
    (_P.LISTENING, e.SpeechStarted): "speech_started",
    (_P.LISTENING, e.Heard): "heard",
    (_P.LISTENING, e.ListeningFailed): "keys_alone",
    (_P.LISTENING, e.TimerFired): "turn_timer",
    (_P.COLLECTING, e.DigitPressed): "key",
    (_P.COLLECTING, e.PromptFinished): "heard_out",
    (_P.COLLECTING, e.SpeechStarted): "speech_started",
    (_P.COLLECTING, e.Heard): "heard",
    (_P.COLLECTING, e.ListeningFailed): "keys_alone",
    (_P.COLLECTING, e.TimerFired): "turn_timer",
    (_P.HEARING, e.DigitPressed): "key",
    (_P.HEARING, e.PromptFinished): "heard_out",
    (_P.HEARING, e.Heard): "heard",
    (_P.HEARING, e.ListeningFailed): "keys_alone",
    (_P.HEARING, e.TimerFired): "turn_timer",
    (_P.SPEAKING, e.DigitPressed): "key_over_speech",
    (_P.SPEAKING, e.PromptFinished): "spoken_out",
    (_P.WAITING, e.DigitPressed): "keep_key",
    (_P.WAITING, e.PromptFinished): "heard_out",
    (_P.WAITING, e.TimerFired): "waited",
    (_P.TRANSFERRED, e.TransferEnded): "transfer_ended",
}
_ROWS |= {(phase, e.CallEnded): "ended" for phase in Phase if phase is not Phase.ENDED}

TABLE: dict[tuple[Phase, type], str] = {
    (phase, event): _ROWS.get((phase, event), DROP) for phase, event in product(Phase, EVENTS)
}
"""(phase, event type) -> handler of `Dialogue`, or `drop`; total."""
