"""One ticker for all calls: every 20 ms, on absolute time, each call sends what is due.

Rules:

1. Ticks lie on a grid that starts with the first member and never drifts.
2. A loop that was late makes up for at most one frame: a call's lead is never above 40 ms, and what was
   missed beyond that is moved back in time, never sent in a burst.
3. A member that fails is taken off and told so; the others do not notice.
4. Without members no timer runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import structlog

from ivr.channels.asterisk.audiosocket import FRAME_SECONDS

log = structlog.get_logger(__name__)

MOST_FRAMES: Final = 2
"""Most frames a call sends in one tick."""


class Handle(Protocol):
    """A timer that can be taken back."""

    def cancel(self) -> None:
        """Take it back."""


class Clock(Protocol):
    """The part of an event loop that the ticker needs; tests have their own."""

    def time(self) -> float:
        """Seconds on a clock that only goes forward."""

    def call_at(self, when: float, callback: Callable[[], object]) -> Handle:
        """Call back at a time of that clock."""


class Member(Protocol):
    """Who sends in every tick."""

    def tick(self, count: int) -> None:
        """Send so many frames now (1 or 2)."""

    def fail(self, reason: str) -> None:
        """Know that the ticker has dropped this member."""


class Ticker:
    """Calls every member each 20 ms."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._members: dict[Member, None] = {}
        self._due = 0.0
        self._timer: Handle | None = None
        self.ticks = 0
        """Ticks so far."""
        self.missed = 0
        """Ticks that could not be made up for: each is 20 ms that a call's sound was moved back."""
        self.worst = 0.0
        """Longest time in seconds that a tick came late."""

    def add(self, member: Member) -> None:
        """Let a member send from the next tick on."""
        self._members[member] = None
        if self._timer is None:
            self._schedule(self._clock.time())

    def remove(self, member: Member) -> None:
        """Let a member send no more; nothing if it does not."""
        self._members.pop(member, None)
        if not self._members and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, due: float) -> None:
        self._due = due
        self._timer = self._clock.call_at(due, self._tick)

    def _tick(self) -> None:
        late = max(0.0, self._clock.time() - self._due)
        periods = 1 + int(late / FRAME_SECONDS)
        count = min(periods, MOST_FRAMES)
        self._note(late, periods - count)
        for member in tuple(self._members):
            try:
                member.tick(count)
            except Exception:
                log.exception("call dropped by the ticker")
                self.remove(member)
                member.fail("sending failed")
        if self._members:
            self._schedule(self._due + periods * FRAME_SECONDS)
        else:
            self._timer = None

    def _note(self, late: float, missed: int) -> None:
        self.ticks += 1
        self.missed += missed
        self.worst = max(self.worst, late)
