"""Every place where a flow uses a value of the call: slots of prompts, arguments, waits, lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.dialogue import flow as f
from ivr.dialogue.queries import UseCase
from ivr.flowfile.checks.course import ANY, SECRET, Course, Move, Point
from ivr.flowfile.checks.subject import Subject, part_path
from ivr.grammar.model import LANGUAGES

OPEN = "open"
"""An argument that takes whatever is no secret."""
SECONDS = "seconds"

_FITS = {
    "label": {"text"},
    SECONDS: {"duration", "count"},
    SECRET: {SECRET},
}
"""Wanted type -> types that will do, where it is not just the type itself."""


@dataclass(frozen=True, slots=True)
class Use:
    """One value used in one place."""

    point: Point
    name: str
    wanted: str
    """A slot type, or OPEN, SECRET, SECONDS."""
    path: str
    where: str
    """How a message calls the place: `the prompt balance_is`."""
    move: Move | None = None
    """The move during which it is used; None: at the point itself."""

    def fits(self, given: str) -> bool:
        """Whether a value of this type will do here."""
        if self.wanted == OPEN:
            return given != SECRET
        if given == ANY:
            return self.wanted != SECRET
        return given in _FITS.get(self.wanted, {self.wanted})


def uses_of(course: Course) -> Iterator[Use]:
    """All uses of all flows."""
    for point in course.points():
        part = course.part(point)
        if part is not None:
            yield from _of_part(course.subject, point, part)
        for move in course.moves(point):
            if move.say is not None:
                yield from _of_prompt(course.subject, point, move.say, move.path, move)


def _of_part(subject: Subject, point: Point, part: f.Part) -> Iterator[Use]:
    step = subject.flows[point.flow].steps[point.step]
    path = part_path(step, part)
    match part:
        case f.Say(prompt) | f.Ask(prompt) | f.Menu(prompt) | f.Confirm(prompt):
            yield from _of_prompt(subject, point, prompt, path)
        case f.Pick(prompt, source, _):
            yield from _of_prompt(subject, point, prompt, path)
            yield Use(point, source, "list", f"steps.{step.name}.from", "the list to pick from")
        case f.Wait(f.Reference(name)):
            yield Use(point, name, SECONDS, path, "the wait")
        case f.Do():
            yield from _of_arguments(subject, point, part, path)


def _of_prompt(
    subject: Subject, point: Point, prompt: str, path: str, move: Move | None = None
) -> Iterator[Use]:
    slots: dict[tuple[str, str], None] = {}
    for language in LANGUAGES:
        book = subject.content.prompts[language]
        if book.has(prompt):
            slots |= dict.fromkeys(book.slots(prompt).items())
    for name, wanted in slots:
        yield Use(point, name, wanted, path, f"the prompt {prompt}", move)


def _of_arguments(subject: Subject, point: Point, part: f.Do, path: str) -> Iterator[Use]:
    use_case = subject.use_cases.get(part.use_case)
    for name, argument in part.arguments.items():
        if isinstance(argument, f.Reference):
            wanted = OPEN if use_case is None else _wanted(use_case, name)
            where = f"the argument {name} of {part.use_case}"
            yield Use(point, argument.name, wanted, f"{path}.{part.use_case}.{name}", where)


def _wanted(use_case: UseCase, name: str) -> str:
    """Money and dates must come as such: a caller's count or digits would mean something else there."""
    declared = use_case.arguments.get(name)
    return declared.type if declared is not None and declared.type in {"money", "date", SECRET} else OPEN
