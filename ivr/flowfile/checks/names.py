"""Every name a flow writes means something: steps, prompts, use cases, arguments, flows, labels, phrases."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.dialogue import flow as f
from ivr.flowfile.checks.subject import Subject, part_path
from ivr.flowfile.fields import did_you_mean
from ivr.flowfile.syntax import BACK


def check(subject: Subject) -> None:
    """Note every name that means nothing."""
    for flow in subject.flows.values():
        _steps(subject, flow)
        for path, prompt in prompts_of(flow):
            _prompt(subject, flow, path, prompt)
    for flow, step, part, path in subject.parts():
        match part:
            case f.Do():
                _use_case(subject, flow, part, path)
            case f.Call(name) if name not in subject.flows:
                remedy = did_you_mean(name, subject.flows)
                subject.error(flow, path, f"there is no flow {name}", remedy)
            case f.Menu(_, options):
                for option in options:
                    _option(subject, flow, f"steps.{step.name}.options.{option.name}", option.name)


def targets_of(step: f.Step) -> Iterator[tuple[str, f.Target]]:
    """Every target a step names, with its path."""
    base = f"steps.{step.name}"
    if step.next is not None:
        yield f"{base}.next", step.next
    for event, target in step.on.items():
        yield f"{base}.on.{event}", target
    for part in step.parts:
        for option in part.options if isinstance(part, f.Menu) else ():
            if option.next is not None:
                yield f"{base}.options.{option.name}.next", option.next


def prompts_of(flow: f.Flow) -> Iterator[tuple[str, str]]:
    """Every prompt a flow names, with its path."""
    for step in flow.steps.values():
        for part in step.parts:
            if isinstance(part, f.Say | f.Ask | f.Menu | f.Pick | f.Confirm):
                yield part_path(step, part), part.prompt
        for path, target in targets_of(step):
            if target.say is not None:
                yield path, target.say


def _steps(subject: Subject, flow: f.Flow) -> None:
    tops = {"start": flow.start, "resume": flow.resume, "home": flow.home, "operator": flow.operator}
    for path, step in tops.items():
        if step:
            _step(subject, flow, path, step)
    for written in flow.steps.values():
        for path, target in targets_of(written):
            if target.step != BACK:
                _step(subject, flow, path, target.step)


def _step(subject: Subject, flow: f.Flow, path: str, name: str) -> None:
    if name not in flow.steps:
        subject.error(flow, path, f"there is no step {name}", did_you_mean(name, flow.steps))


def _prompt(subject: Subject, flow: f.Flow, path: str, name: str) -> None:
    """Known in one language is known; what the others lack is a missing translation."""
    books = subject.content.prompts.values()
    if not any(book.has(name) for book in books):
        known = {name for book in books for name in book.names}
        subject.error(flow, path, f"there is no prompt {name}", did_you_mean(name, known))


def _option(subject: Subject, flow: f.Flow, path: str, name: str) -> None:
    """A label or a phrase set that is written with a fault is told as such, not as missing."""
    written = subject.content.places.values()
    if not any(f"labels.{name}" in places for places in written):
        subject.error(flow, path, f"there is no label {name}", "write its words under labels in prompts.yaml")
    if not any(f"phrases.{name}" in places for places in written):
        subject.error(flow, path, f"there is no phrase set {name}", "write how it is said in phrases.yaml")


def _use_case(subject: Subject, flow: f.Flow, part: f.Do, path: str) -> None:
    use_case = subject.use_cases.get(part.use_case)
    if use_case is None:
        remedy = did_you_mean(part.use_case, subject.use_cases)
        subject.error(flow, path, f"there is no use case {part.use_case}", remedy)
        return
    for argument in part.arguments:
        if argument not in use_case.arguments:
            known = ", ".join(sorted(use_case.arguments)) or "none"
            remedy = did_you_mean(argument, use_case.arguments) or f"its arguments: {known}"
            where = f"{path}.{part.use_case}.{argument}"
            subject.error(flow, where, f"{part.use_case} takes no argument {argument}", remedy)
