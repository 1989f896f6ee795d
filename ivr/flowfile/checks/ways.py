"""Every step can be reached, and left."""

from __future__ import annotations

from ivr.dialogue import flow as f
from ivr.flowfile.checks.course import Course, Move, Passes, Point
from ivr.flowfile.checks.subject import Subject


def check(subject: Subject) -> None:
    """Note steps nobody comes to and steps nobody leaves."""
    course = Course(subject)
    for flow in subject.flows.values():
        if subject.whole(flow):
            _unreachable(subject, course, flow)
            _no_way_out(subject, course, flow)


def _unreachable(subject: Subject, course: Course, flow: f.Flow) -> None:
    doors = (flow.start, flow.resume, flow.home, flow.operator)
    starts = [Point(flow.name, step) for step in dict.fromkeys(doors) if step in flow.steps]
    reached = {point.step for point in course.routes(starts) if point.flow == flow.name}
    for step in flow.steps.values():
        if step.name not in reached:
            path = f"steps.{step.name}"
            subject.error(flow, path, "nothing leads to this step", "lead to it, or remove it")


def _no_way_out(subject: Subject, course: Course, flow: f.Flow) -> None:
    """Asks only about ways that can be walked: a step that never runs to its end needs no `next`."""
    for step in flow.steps.values():
        points = course.routes([Point(flow.name, step.name)], _inside(flow, step))
        lost = [move for point in points for move in course.moves(point) if move.lost]
        if lost:
            events = ", ".join(dict.fromkeys(move.event for move in lost))
            message = f"nothing says where {events} leads" if events != "done" else "the step has no way out"
            subject.error(flow, f"steps.{step.name}", message, "add next:, or a row in on:")


def _inside(flow: f.Flow, step: f.Step) -> Passes:
    """Moves that go on to the step's next part."""

    def passes(point: Point, move: Move) -> bool:
        return move.to == Point(flow.name, step.name, point.part + 1)

    return passes
