"""Every outcome is handled, and nothing is handled that cannot happen."""

from __future__ import annotations

from ivr.dialogue.flow import Call, Do, Flow, Step
from ivr.flowfile.checks.events import events_of
from ivr.flowfile.checks.subject import Subject, part_path
from ivr.flowfile.fields import did_you_mean


def check(subject: Subject) -> None:
    """Note outcomes that get lost and events that never come."""
    for flow in subject.flows.values():
        for step in flow.steps.values():
            _impossible(subject, flow, step)
            for part in step.parts:
                if isinstance(part, Do):
                    _unhandled(subject, flow, step, part)


def _unhandled(subject: Subject, flow: Flow, step: Step, part: Do) -> None:
    """One outcome may go on in the step; two would do the same there, and one of them is a refusal."""
    use_case = subject.use_cases.get(part.use_case)
    left = [] if use_case is None else [name for name in use_case.outcomes if name not in step.on]
    if len(left) > 1:
        names = ", ".join(left[:-1]) + f" and {left[-1]}"
        message = f"the outcomes {names} of {part.use_case} all go on in the step"
        remedy = "handle all but one of them in on"
        subject.error(flow, part_path(step, part), message, remedy)


def _impossible(subject: Subject, flow: Flow, step: Step) -> None:
    if _unknown_parts(subject, step):
        return
    possible = events_of(subject, step)
    for event in step.on:
        if event not in possible:
            remedy = did_you_mean(event, possible) or f"possible are {', '.join(possible)}"
            subject.error(flow, f"steps.{step.name}.on.{event}", f"{event} cannot happen here", remedy)


def _unknown_parts(subject: Subject, step: Step) -> bool:
    """A use case or flow that does not exist is a fault of its own; its events are anybody's guess."""
    return any(
        (isinstance(part, Do) and part.use_case not in subject.use_cases)
        or (isinstance(part, Call) and part.flow not in subject.flows)
        for part in step.parts
    )
