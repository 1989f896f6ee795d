"""Money moves only after a yes: the last thing a caller answers before it is a `confirm`.

A confirm that was answered before something else was asked or chosen does not count: the caller confirmed
something else. A secret asked in between does no harm - it shows who confirms, not what. One yes is good for
one movement.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from ivr.dialogue import flow as f
from ivr.flowfile.checks.course import Course, Move, Point
from ivr.flowfile.checks.subject import Subject, part_path

_State = tuple[Point, bool]
"""Where a call is, and whether its caller has just said yes."""


def check(subject: Subject) -> None:
    """Note every `do` that moves money and can be reached without a yes."""
    course = Course(subject)
    walk = _Walk(course)
    reached = walk.states((point, False) for point in course.entries())
    for state in reached:
        point, confirmed = state
        flow = subject.flows[point.flow]
        part = course.part(point)
        if isinstance(part, f.Do) and not confirmed and walk.moves_money(point) and subject.whole(flow):
            way = ", ".join(_steps(reached, state))
            message = f"{part.use_case} moves money without a confirm when the call comes by {way}"
            path = part_path(flow.steps[point.step], part)
            subject.error(flow, path, message, "ask with confirm before it, and do it on yes")


class _Walk:
    """All that a call can come to, with and without a yes."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._returns: dict[tuple[str, str, bool], frozenset[bool]] = {}

    def moves_money(self, point: Point) -> bool:
        """Whether money moves at this point."""
        part = self._course.part(point)
        use_case = self._course.subject.use_cases.get(part.use_case) if isinstance(part, f.Do) else None
        return use_case is not None and use_case.moves_money

    def states(self, starts: Iterable[_State]) -> Mapping[_State, _State | None]:
        """Every state reached, and the state it was reached from, breadth first."""
        reached: dict[_State, _State | None] = dict.fromkeys(starts)
        waiting = deque(reached)
        while waiting:
            state = waiting.popleft()
            for following in self._following(state):
                if following not in reached:
                    reached[following] = state
                    waiting.append(following)
        return reached

    def _following(self, state: _State) -> Iterator[_State]:
        point, before = state
        for move in self._course.moves(point):
            if move.to is not None:
                for confirmed in self._confirmed(point, move, before):
                    yield move.to, confirmed

    def _confirmed(self, point: Point, move: Move, before: bool) -> frozenset[bool]:
        part = self._course.part(point)
        match part:
            case f.Confirm():
                return frozenset({move.event == "yes"})
            case f.Menu() | f.Pick():
                return frozenset({False})
            case f.Ask(_, expect):
                return frozenset({before and expect.secret})
            case f.Call(name) if move.event != "call":
                return self._returned(name, move.event, before)
        return frozenset({before and not self.moves_money(point)})

    def _returned(self, flow: str, outcome: str, before: bool) -> frozenset[bool]:
        """What a called flow makes of a yes on its ways to this outcome."""
        key = (flow, outcome, before)
        if key not in self._returns:
            self._returns[key] = frozenset()
            start = Point(flow, self._course.subject.flows[flow].start)
            known = start.step in self._course.subject.flows[flow].steps
            reached = self.states([(start, before)]) if known else {}
            ends = ((point, confirmed) for point, confirmed in reached if point.flow == flow)
            self._returns[key] = frozenset(
                confirmed for point, confirmed in ends if self._course.part(point) == f.End(outcome)
            )
        return self._returns[key]


def _steps(reached: Mapping[_State, _State | None], state: _State) -> list[str]:
    steps: list[str] = []
    at: _State | None = state
    while at is not None:
        if not steps or steps[-1] != at[0].step:
            steps.append(at[0].step)
        at = reached[at]
    return steps[::-1]
