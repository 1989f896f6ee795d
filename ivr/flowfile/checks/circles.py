"""No caller goes in circles without a way to a person.

At every listening step `0` and the word are a way to a person, so a circle that listens is none - but
for a caller who says nothing, or nothing that is understood. Such a caller gets a person by
`too_many_tries`, unless the flow leads no_input, no_match or too_many_tries elsewhere. So the walk here
is the helpless caller's:
1. Where nothing is asked, every way is taken.
2. Where something is asked, only the way of no answer; without a row in `on` that is a person, and the end.
3. A transfer is a person, and the end.
"""

from __future__ import annotations

from ivr.dialogue import flow as f
from ivr.flowfile.checks.course import Course, Move, Point, Routes
from ivr.flowfile.checks.events import TOO_MANY_TRIES
from ivr.flowfile.checks.subject import Subject

_HELPLESS = {"no_input": "a caller who says nothing", "no_match": "a caller who is not understood"}
_REMEDY = "put a question or a transfer into it, or leave too_many_tries to the operator"


def check(subject: Subject) -> None:
    """Note every circle once, at its first step."""
    course = Course(subject)
    for event, who in _HELPLESS.items():
        walk = _HelplessWalk(course, event)
        for steps in _circles(course, walk):
            flow = subject.flows[steps[0].flow]
            if subject.whole(flow):
                names = ", ".join(dict.fromkeys(point.step for point in steps))
                message = f"{who} goes in a circle and never gets a person: {names}"
                subject.error(flow, f"steps.{steps[0].step}", message, _REMEDY)


class _HelplessWalk:
    """The moves of a caller who gives no answer."""

    def __init__(self, course: Course, event: str) -> None:
        self._course = course
        self._event = event
        self._through: dict[tuple[str, str], bool] = {}

    def __call__(self, point: Point, move: Move) -> bool:
        """Whether such a caller makes this move."""
        part = self._course.part(point)
        if isinstance(part, f.Ask | f.Menu | f.Pick | f.Confirm):
            step = self._course.subject.flows[point.flow].steps[point.step]
            return move.event == (self._event if self._event in step.on else TOO_MANY_TRIES)
        if isinstance(part, f.Call) and move.event != "call":
            return self._comes_through(part.flow, move.event)
        return not isinstance(part, f.Transfer)

    def _comes_through(self, flow: str, outcome: str) -> bool:
        """Whether such a caller can come to this end of a called flow."""
        key = (flow, outcome)
        if key not in self._through:
            self._through[key] = False
            start = Point(flow, self._course.subject.flows[flow].start)
            known = start.step in self._course.subject.flows[flow].steps
            reached = self._course.routes([start], self) if known else {}
            self._through[key] = any(self._course.part(point) == f.End(outcome) for point in reached)
        return self._through[key]


def _circles(course: Course, walk: _HelplessWalk) -> list[list[Point]]:
    """Every circle of the walk, as the points on it; a point belongs to one circle at most."""
    found: list[list[Point]] = []
    seen: set[Point] = set()
    for point in course.points():
        if point not in seen:
            circle = _circle_through(course, walk, point)
            seen.update(circle)
            found += [circle] if circle else []
    return found


def _circle_through(course: Course, walk: _HelplessWalk, point: Point) -> list[Point]:
    """The shortest circle from a point to itself, empty when there is none.

    `back` closes a circle for every listening step that it can be reached from.
    """
    starts = [move.to for move in course.moves(point) if move.to is not None and walk(point, move)]
    routes = course.routes(starts, walk)
    listens = isinstance(course.part(point), f.Ask | f.Menu | f.Pick | f.Confirm)
    ends = [end for end in (point, *routes) if listens and _goes_back(course, walk, end)]
    last = point if point in routes else next(iter(ends), None)
    if last is None:
        return []
    return [point, *_between(routes, last, point)]


def _goes_back(course: Course, walk: _HelplessWalk, point: Point) -> bool:
    return any(move.back and walk(point, move) for move in course.moves(point))


def _between(routes: Routes, last: Point, first: Point) -> list[Point]:
    points: list[Point] = []
    at: Point | None = last if last in routes else None
    while at is not None:
        points.append(at)
        at = routes[at]
    return [point for point in reversed(points) if point != first]
