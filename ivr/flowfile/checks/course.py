"""The course of a call: every move from one point of a flow to the next, as the dialogue makes it.

A point stands before a part of a step. What a part may lead to is the dialogue's law:
1. A `do` leaves by an outcome that `on` handles; any other outcome goes on in the step.
2. `ask` and `pick` save a value and go on; `menu` and `confirm` leave, by option, `yes` or `no`.
3. After the last part the step leaves by `done`; an event without a row in `on` takes `next`.
4. `call` comes back with the outcome of an `end`, and with what every way to that end has filled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.dialogue import flow as f
from ivr.flowfile.checks.events import outcomes_of, side_events
from ivr.flowfile.checks.subject import Subject, part_path
from ivr.flowfile.syntax import BACK

ANY = "any"
"""Type of a picked value: only the list knows."""
SECRET = "secret"  # noqa: S105 - the name of a type
YES_NO = "yes_no"

_TYPES = {
    "digits": "digits",
    "secret_digits": SECRET,
    "phone_number": "phone",
    "money": "money",
    "date": "date",
    "count": "count",
    "letters": "text",
    "yes_no": YES_NO,
}
"""Value kind of an `ask` -> type of the saved value."""


@dataclass(frozen=True, slots=True)
class Point:
    """Before a part of a step; after all of them when `part` is their number."""

    flow: str
    step: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """One way on from a point."""

    event: str
    """The event that leads there; empty when the step just goes on."""
    to: Point | None
    """None: the call ends, goes back, or nothing is there."""
    path: str
    """Where it is written."""
    gives: Mapping[str, str] = field(default_factory=dict)
    """Values filled on the way, and their types."""
    say: str | None = None
    """A prompt said on the way."""
    lost: bool = False
    """True when nothing in the flow says where to go."""
    back: bool = False
    """True when it leads to the listening step before, wherever that was."""


Passes = Callable[[Point, Move], bool]
Routes = Mapping[Point, Point | None]
"""Every point reached, and the point it was reached from."""


class Course:
    """All moves of all flows, worked out once."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._moves: dict[Point, tuple[Move, ...]] = {}
        self._returns: dict[tuple[str, str], Mapping[str, str]] = {}

    def entries(self) -> list[Point]:
        """Where a call may begin with nothing filled: starts, and what universals and faults lead to."""
        return [
            Point(flow.name, step)
            for flow in self.subject.dialled()
            for step in dict.fromkeys((flow.start, flow.resume, flow.home, flow.operator))
            if step in flow.steps
        ]

    def points(self) -> Iterator[Point]:
        """Every point of every flow."""
        for flow in self.subject.flows.values():
            for step in flow.steps.values():
                for part in range(len(step.parts) + 1):
                    yield Point(flow.name, step.name, part)

    def part(self, point: Point) -> f.Part | None:
        """The part that is about to run; None after the last."""
        parts = self.subject.flows[point.flow].steps[point.step].parts
        return parts[point.part] if point.part < len(parts) else None

    def moves(self, point: Point) -> tuple[Move, ...]:
        """Every way on from a point."""
        if point not in self._moves:
            self._moves[point] = ()  # flows that call one another in a circle find nothing here
            self._moves[point] = tuple(self._work_out(point))
        return self._moves[point]

    def routes(self, starts: Iterable[Point], passes: Passes = lambda point, move: True) -> Routes:
        """Every point that can be reached over moves that pass, breadth first."""
        reached: dict[Point, Point | None] = dict.fromkeys(starts)
        waiting = deque(reached)
        while waiting:
            point = waiting.popleft()
            for move in self.moves(point):
                if move.to is not None and move.to not in reached and passes(point, move):
                    reached[move.to] = point
                    waiting.append(move.to)
        return reached

    def _work_out(self, point: Point) -> Iterator[Move]:
        flow = self.subject.flows[point.flow]
        step = flow.steps[point.step]
        part = self.part(point)
        on = Point(point.flow, point.step, point.part + 1)
        path = f"steps.{step.name}" if part is None else part_path(step, part)
        match part:
            case None:
                yield self._leave(flow, step, "done", path)
            case f.Do():
                yield from self._do(flow, step, part, on)
            case f.Ask(_, expect, save):
                yield Move("", on, path, {save: _TYPES.get(expect.kind, ANY)})
            case f.Pick(_, _, save):
                yield Move("", on, path, {save: ANY})
            case f.Menu(_, options):
                yield from self._menu(flow, step, options)
            case f.Confirm() | f.Transfer():
                for event in outcomes_of(self.subject, part):
                    yield self._leave(flow, step, event, path)
            case f.Call():
                yield from self._call(flow, step, part, path)
            case f.Say() | f.Wait():
                yield Move("", on, path)
        for event in side_events(part) & step.on.keys():
            yield self._follow(flow, event, step.on[event], f"steps.{step.name}.on.{event}")

    def _do(self, flow: f.Flow, step: f.Step, part: f.Do, on: Point) -> Iterator[Move]:
        use_case = self.subject.use_cases.get(part.use_case)
        outcomes = {} if use_case is None else use_case.outcomes
        for event, gives in outcomes.items():
            if event in step.on:
                yield self._follow(flow, event, step.on[event], f"steps.{step.name}.on.{event}", gives)
            else:
                yield Move(event, on, part_path(step, part), gives)
        if use_case is None:  # a fault of its own; nothing more is to be made of it here
            for event, target in step.on.items():
                yield self._follow(flow, event, target, f"steps.{step.name}.on.{event}")
            yield Move("", on, part_path(step, part))

    def _menu(self, flow: f.Flow, step: f.Step, options: Iterable[f.MenuOption]) -> Iterator[Move]:
        for option in options:
            if option.next is not None:
                path = f"steps.{step.name}.options.{option.name}.next"
                yield self._follow(flow, option.name, option.next, path)

    def _call(self, flow: f.Flow, step: f.Step, part: f.Call, path: str) -> Iterator[Move]:
        called = self.subject.flows.get(part.flow)
        if called is None:
            return
        if called.start in called.steps:
            yield Move("call", Point(called.name, called.start), path)
        for event in outcomes_of(self.subject, part):
            yield self._leave(flow, step, event, path, self._returned(called, event))

    def _returned(self, called: f.Flow, outcome: str) -> Mapping[str, str]:
        """What every way through a called flow to this outcome has filled."""
        key = (called.name, outcome)
        if key not in self._returns:
            self._returns[key] = {}
            self._returns[key] = self._always_filled(called, outcome)
        return self._returns[key]

    def _always_filled(self, called: f.Flow, outcome: str) -> dict[str, str]:
        inside = [point for point in self.points() if point.flow == called.name]
        ends = {point for point in inside if self.part(point) == f.End(outcome)}
        types = {
            name: kind for point in inside for move in self.moves(point) for name, kind in move.gives.items()
        }
        start = Point(called.name, called.start)
        return {name: kind for name, kind in types.items() if not self._avoids(name, start, ends)}

    def _avoids(self, name: str, start: Point, ends: set[Point]) -> bool:
        def passes(point: Point, move: Move) -> bool:
            return name not in move.gives and (move.to is None or move.to.flow == start.flow)

        return start.step in self.subject.flows[start.flow].steps and any(
            point in ends for point in self.routes([start], passes)
        )

    def _leave(
        self, flow: f.Flow, step: f.Step, event: str, path: str, gives: Mapping[str, str] | None = None
    ) -> Move:
        target = step.on.get(event) or step.next
        if target is None:
            lost = not (event == "answered" and isinstance(step.parts[-1], f.Transfer))
            return Move(event, None, path, gives or {}, lost=lost)
        written = f"steps.{step.name}.on.{event}" if event in step.on else f"steps.{step.name}.next"
        return self._follow(flow, event, target, written, gives)

    def _follow(
        self, flow: f.Flow, event: str, target: f.Target, path: str, gives: Mapping[str, str] | None = None
    ) -> Move:
        back = target.step == BACK
        to = Point(flow.name, target.step) if not back and target.step in flow.steps else None
        return Move(event, to, path, gives or {}, target.say, back=back)


def route_to(routes: Routes, point: Point) -> list[str]:
    """The steps passed on the way to a point, the first first, no step twice in a row."""
    steps: list[str] = []
    at: Point | None = point
    while at is not None:
        if not steps or steps[-1] != at.step:
            steps.append(at.step)
        at = routes[at]
    return steps[::-1]
