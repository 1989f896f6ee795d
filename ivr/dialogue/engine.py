"""The dialogue: `receive(event) -> actions`. Rules of this module:

1. Every (phase, event) pair has a row in `phases.TABLE`; what comes for a turn, prompt or query that is
   over is dropped in one place, `_is_stale`.
2. Handlers only append actions; nothing here waits, reads a clock or raises on what a caller does.
3. No error ends a call: a query that fails, a loop in a flow, too many tries lead to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue.effects import Universals
from ivr.dialogue.flow import Flow
from ivr.dialogue.phases import DROP, TABLE, Phase
from ivr.dialogue.state import Frame, State
from ivr.dialogue.timing import Timing
from ivr.grammar.model import Expectation, Grammar, Language


class Understanding(Protocol):
    """What the dialogue asks of the grammar: the compiled grammar of an expectation in a language."""

    def grammar(self, expectation: Expectation, language: Language) -> Grammar:
        """Return the grammar; the same one for the same arguments."""


class Dialogue(Universals):
    """One call through a flow, from `CallOffered` to `CallEnded`.

    `flows` are all flows by name (for `call:`); `flow` is the one that was dialled.
    """

    def __init__(
        self,
        flow: Flow,
        understanding: Understanding,
        *,
        flows: Mapping[str, Flow] | None = None,
        timing: Timing | None = None,
    ) -> None:
        start = flow.steps[flow.start]
        super().__init__(State([Frame(flow, start)]), understanding, dict(flows or {}), timing or Timing())

    def receive(self, event: e.Event) -> list[a.Action]:
        """Take one fact and return the orders that follow from it."""
        self.out = []
        handler = TABLE[self.state.phase, type(event)].handler
        if handler != DROP and not self._is_stale(event):
            getattr(self, f"on_{handler}")(event)
        return self.out

    def _is_stale(self, event: e.Event) -> bool:
        match event:
            case e.SpeechStarted(turn) | e.Heard(turn) | e.ListeningFailed(turn):
                return turn != self.state.turn
            case e.TimerFired(_, turn):
                return turn != self.state.turn
            case e.PromptFinished(serial):
                return not self.speaker.is_last(serial)
            case e.QueryAnswered(query) | e.QueryFailed(query):
                return query != self.state.query
        return False

    def on_offered(self, event: e.CallOffered) -> None:
        """Answer, and enter the flow."""
        self.state.language, self.state.today = event.language, event.today
        self.out.append(a.Answer())
        flow = self.state.frame.flow
        resumed = event.resumed and bool(flow.resume)
        self.enter(flow.resume if resumed else flow.start)

    def on_ended(self, event: e.CallEnded) -> None:
        """Let go of everything; nothing more is ordered on this call but closing the ears."""
        self.state.phase = Phase.ENDED
        self.state.values.clear()
        self.state.type_ahead.clear()
        self.state.turn += 1
