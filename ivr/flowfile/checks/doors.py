"""Ways in and out of flows: numbers, home and operator, called flows and how they end."""

from __future__ import annotations

from ivr.dialogue.flow import Call, Flow, Transfer
from ivr.flowfile.checks.course import Course, Point
from ivr.flowfile.checks.events import ends_of
from ivr.flowfile.checks.subject import Subject, calls_of


def check(subject: Subject) -> None:
    """Note numbers with two flows, flows without a way home, called flows that never come back."""
    course = Course(subject)
    _numbers(subject)
    for flow in subject.dialled():
        _ways_home(subject, flow)
        if subject.whole(flow):
            _operator(subject, course, flow)
    for flow, _, part, path in subject.parts():
        if isinstance(part, Call) and part.flow in subject.flows:
            _called(subject, flow, subject.flows[part.flow], path)


def _numbers(subject: Subject) -> None:
    first: dict[str, Flow] = {}
    for flow in subject.flows.values():
        for index, number in enumerate(flow.numbers):
            other = first.setdefault(number, flow)
            if other is not flow:
                message = f"the number {number} is answered by the flow {other.name} too"
                subject.error(flow, f"numbers[{index}]", message, "one number, one flow")


def _ways_home(subject: Subject, flow: Flow) -> None:
    for key, step in (("home", flow.home), ("operator", flow.operator)):
        if not step:
            remedy = f"write {key}: with the step that {key.replace('home', 'main menu')} leads to"
            subject.error(flow, "", f"the flow {flow.name} has no {key}", remedy)


def _operator(subject: Subject, course: Course, flow: Flow) -> None:
    """Whatever the operator step asks first, it leads to a person."""
    if flow.operator not in flow.steps:
        return
    reached = course.routes([Point(flow.name, flow.operator)])
    if not any(isinstance(course.part(point), Transfer) for point in reached):
        message = f"the step {flow.operator} leads to no person"
        subject.error(flow, "operator", message, "let it transfer")


def _called(subject: Subject, flow: Flow, called: Flow, path: str) -> None:
    if not ends_of(called):
        message = f"the flow {called.name} never comes back"
        subject.error(flow, path, message, f"write end: with an outcome in {called.name}")
    circle = _calls(subject, called.name)
    if flow.name in circle:
        message = f"the flows {flow.name} and {called.name} call one another"
        subject.error(flow, path, message, "let one of them end, and the other go on")


def _calls(subject: Subject, name: str) -> set[str]:
    """Every flow that a flow calls, directly or through others, itself included."""
    found = {name}
    waiting = [name]
    while waiting:
        called = calls_of(subject.flows[waiting.pop()])
        waiting += sorted(called & subject.flows.keys() - found)
        found |= called
    return found
