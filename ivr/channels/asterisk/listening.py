"""The ears of one call: open for one turn at a time, fed from the stream, closed when they fail.

Rules:

1. What ears report after they were closed is dropped; so is what ears of an earlier turn report.
2. Whatever fails in the ears costs one log line and `ListeningFailed`; the call goes on with keys.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from ivr.channels.asterisk.ports import Ears, Hearing, Line
from ivr.channels.port import Listening
from ivr.dialogue.events import Event, ListeningFailed

log = structlog.get_logger(__name__)


class TurnEars:
    """Opens and closes the ears of a call, and stands between them and the stream."""

    def __init__(self, ears: Ears, emit: Callable[[Event], None]) -> None:
        self._ears = ears
        self._emit = emit
        self._line: Line | None = None
        self._hearing: Hearing | None = None
        self._turn = 0

    def open(self, order: Listening, prompt_playing: bool) -> None:
        """Listen for a turn, after closing the ears of the turn before."""
        self.close()
        self._turn = order.turn
        try:
            if self._line is None:
                self._line = self._ears.line()
            self._hearing = self._line.open(order, self._reporter(order.turn))
            self._hearing.prompt_playing(prompt_playing)
        except Exception:
            log.exception("ears could not be opened", turn=order.turn)
            self.fail()

    def close(self) -> None:
        """Listen no more."""
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            hearing.close()

    def fail(self) -> None:
        """Close the ears, if they are open or should have been, and say that this turn has none."""
        self.close()
        self._emit(ListeningFailed(self._turn))

    @property
    def listening(self) -> bool:
        """True while ears are open."""
        return self._hearing is not None

    def feed(self, frame: bytes) -> None:
        """Give 20 ms of sound to the ears that are open."""
        if self._hearing is not None:
            try:
                self._hearing.feed(frame)
            except Exception:
                log.exception("ears failed", turn=self._turn)
                self.fail()

    def sent(self, frame: bytes) -> None:
        """Tell the ears that are open of 20 ms of ours that go out."""
        if self._hearing is not None:
            self._hearing.sent(frame)

    def prompt_playing(self, playing: bool) -> None:
        """Tell the ears that are open whether a prompt is being heard."""
        if self._hearing is not None:
            self._hearing.prompt_playing(playing)

    def _reporter(self, turn: int) -> Callable[[Event], None]:
        def report(event: Event) -> None:
            if self._hearing is None or self._turn != turn:
                return
            if isinstance(event, ListeningFailed):
                self.close()
            self._emit(event)

        return report
