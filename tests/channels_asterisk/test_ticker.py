"""The ticker on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.channels.asterisk.ticker import Ticker


@dataclass
class Timer:
    when: float
    callback: Callable[[], object]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class ManualClock:
    now: float = 100.0
    timers: list[Timer] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object]) -> Timer:
        self.timers.append(Timer(when, callback))
        return self.timers[-1]

    def run_next(self, late: float = 0.0) -> None:
        """Jump to the next timer, and so much past it, and call it."""
        timer = min((each for each in self.timers if not each.cancelled), key=lambda each: each.when)
        self.timers.remove(timer)
        self.now = max(self.now, timer.when + late)
        timer.callback()

    @property
    def pending(self) -> int:
        return sum(not each.cancelled for each in self.timers)


class Caller:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.sent: list[tuple[float, int]] = []
        self.failed = ""
        self.broken = False

    def tick(self, count: int) -> None:
        if self.broken:
            raise RuntimeError("no socket")
        self.sent.append((self.clock.now, count))

    def fail(self, reason: str) -> None:
        self.failed = reason


def test_every_member_sends_each_20_ms_on_one_timer() -> None:
    clock = ManualClock()
    ticker = Ticker(clock)
    callers = [Caller(clock), Caller(clock)]
    for caller in callers:
        ticker.add(caller)
    for _ in range(50):
        assert clock.pending == 1
        clock.run_next()
    for caller in callers:
        assert [count for _, count in caller.sent] == [1] * 50
        assert caller.sent[-1][0] - caller.sent[0][0] == pytest.approx(49 * 0.02)
    assert (ticker.ticks, ticker.missed, ticker.worst) == (50, 0, 0.0)


def test_a_late_loop_is_made_up_for_once_and_keeps_the_grid() -> None:
    clock = ManualClock()
    ticker = Ticker(clock)
    caller = Caller(clock)
    ticker.add(caller)
    clock.run_next()
    clock.run_next(late=0.115)
    clock.run_next()
    assert [count for _, count in caller.sent] == [1, 2, 1]
    assert ticker.missed == 4
    assert caller.sent[-1][0] == pytest.approx(100.0 + 7 * 0.02)


@given(st.lists(st.floats(0, 0.3), max_size=60))
def test_a_call_is_never_more_than_40_ms_ahead_of_time(lateness: list[float]) -> None:
    clock = ManualClock()
    ticker = Ticker(clock)
    caller = Caller(clock)
    ticker.add(caller)
    for late in lateness:
        clock.run_next(late)
    sent = 0
    for when, count in caller.sent:
        sent += count
        assert sent * 0.02 - (when - 100.0) <= 0.04 + 1e-6
        assert count <= 2


def test_without_members_no_timer_runs() -> None:
    clock = ManualClock()
    ticker = Ticker(clock)
    caller = Caller(clock)
    ticker.add(caller)
    ticker.remove(caller)
    ticker.remove(caller)
    assert clock.pending == 0
    ticker.add(caller)
    assert clock.pending == 1


def test_a_member_that_fails_is_dropped_with_one_line_and_others_go_on() -> None:
    clock = ManualClock()
    ticker = Ticker(clock)
    bad, good = Caller(clock), Caller(clock)
    ticker.add(bad)
    ticker.add(good)
    bad.broken = True
    with capture_logs() as logs:
        for _ in range(3):
            clock.run_next()
    assert [line["event"] for line in logs] == ["call dropped by the ticker"]
    assert bad.failed == "sending failed"
    assert len(good.sent) == 3
    ticker.remove(good)
    assert clock.pending == 0
