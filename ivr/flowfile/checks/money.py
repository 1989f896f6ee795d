"""Money moves only after a yes: the last thing a caller answers before it is a `confirm`.

A confirm that was answered before something else was asked or chosen does not count: the caller confirmed
something else. A secret asked in between does no harm - it shows who confirms, not what.
"""

from __future__ import annotations

from collections import deque

from ivr.dialogue import flow as f
from ivr.flowfile.checks.course import Course, Move, Point
from ivr.flowfile.checks.subject import Subject, part_path

_State = tuple[Point, bool]
"""Where a call is, and whether its caller has just said yes."""


def check(subject: Subject) -> None:
    """Note every `do` that moves money and can be reached without a yes."""
    course = Course(subject)
    for point, steps in _unconfirmed(course).items():
        flow = subject.flows[point.flow]
        step = flow.steps[point.step]
        part = step.parts[point.part]
        if isinstance(part, f.Do) and subject.whole(flow):
            message = (
                f"{part.use_case} moves money without a confirm when the call comes by {', '.join(steps)}"
            )
            remedy = "ask with confirm before it, and do it on yes"
            subject.error(flow, part_path(step, part), message, remedy)


def _unconfirmed(course: Course) -> dict[Point, list[str]]:
    """Points before a money-moving `do` that a call reaches unconfirmed, and the steps it passed."""
    starts: list[_State] = [(point, False) for point in course.entries()]
    reached: dict[_State, _State | None] = dict.fromkeys(starts)
    waiting = deque(starts)
    found: dict[Point, list[str]] = {}
    while waiting:
        state = waiting.popleft()
        point, confirmed = state
        if not confirmed and _moves_money(course, point):
            found[point] = _steps(reached, state)
        for move in course.moves(point):
            following = None if move.to is None else (move.to, _confirmed(course, point, move, confirmed))
            if following is not None and following not in reached:
                reached[following] = state
                waiting.append(following)
    return found


def _moves_money(course: Course, point: Point) -> bool:
    part = course.part(point)
    use_case = course.subject.use_cases.get(part.use_case) if isinstance(part, f.Do) else None
    return use_case is not None and use_case.moves_money


def _confirmed(course: Course, point: Point, move: Move, before: bool) -> bool:
    part = course.part(point)
    if isinstance(part, f.Confirm):
        return move.event == "yes"
    if isinstance(part, f.Menu | f.Pick | f.Call) or _moves_money(course, point):
        return False
    return before and not (isinstance(part, f.Ask) and not part.expect.secret)


def _steps(reached: dict[_State, _State | None], state: _State) -> list[str]:
    steps: list[str] = []
    at: _State | None = state
    while at is not None:
        if not steps or steps[-1] != at[0].step:
            steps.append(at[0].step)
        at = reached[at]
    return steps[::-1]
