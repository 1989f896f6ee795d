"""The throughput bench: when a step holds, and how it is told."""

from __future__ import annotations

from bench.ears import row
from bench.ears_load import Tally


def tally(delays: list[float], refused: int = 0, lost: int = 0) -> Tally:
    return Tally(len(delays), delays, right=len(delays), refused=refused, lost=lost)


def test_a_step_holds_when_nearly_all_answers_come_in_time() -> None:
    quick = [0.05] * 96
    assert tally([*quick, *[0.9] * 4]).holds(0.15, 0.99)
    assert not tally([*quick, *[0.9] * 6]).holds(0.15, 0.99)
    assert not tally([0.05] * 98, refused=1, lost=1).holds(0.15, 0.99)
    assert tally([0.05] * 99, refused=1).holds(0.15, 0.99)
    assert not tally([]).holds(0.15, 0.99)


def test_a_step_without_an_answer_is_told_as_such() -> None:
    assert row("nobody", tally([], lost=3)) == "| nobody | 0 | inf | inf | inf | 0 of 3 | 0 | 0 | 0.0% |"
    assert "| 50 | 50 | 50 | 1 of 1 | 1 | 0 |" in row("one", tally([0.05]))
