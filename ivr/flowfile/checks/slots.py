"""Every value that is used has been filled on every way there, and is of the right type.

A use is fine when no way leads to it on which nothing fills the value; what a way fills is known from
the values that asks save and outcomes give. *Main menu*, *operator*, a failing account core and a lost
worker lead to `home`, `operator` and `resume` from anywhere, so nothing is taken for filled there.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from ivr.flowfile.checks.course import SECRET, Course, Move, Point, Routes, route_to
from ivr.flowfile.checks.subject import Subject
from ivr.flowfile.checks.uses import Use, uses_of
from ivr.flowfile.fields import did_you_mean


def check(subject: Subject) -> None:
    """Note values nobody fills, and values of the wrong type."""
    values = _Values(Course(subject))
    for use in uses_of(values.course):
        if subject.whole(subject.flows[use.point.flow]):
            _filled(subject, values, use)
            _typed(subject, values, use)


class _Values:
    """What fills each value, and how far each filling reaches."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._empty: dict[str, Routes] = {}
        self._reach: dict[tuple[str, str], frozenset[Point]] = {}

    @cached_property
    def fillings(self) -> dict[str, dict[str, list[tuple[Point, Move]]]]:
        """Name -> type -> the moves that fill it."""
        found: dict[str, dict[str, list[tuple[Point, Move]]]] = defaultdict(lambda: defaultdict(list))
        for point in self.course.points():
            for move in self.course.moves(point):
                for name, kind in move.gives.items():
                    found[name][kind].append((point, move))
        return found

    def empty(self, name: str) -> Routes:
        """Points that a call can reach before anything has filled the value."""
        if name not in self._empty:
            entries = self.course.entries()
            self._empty[name] = self.course.routes(entries, lambda _, move: name not in move.gives)
        return self._empty[name]

    def reach(self, name: str, kind: str) -> frozenset[Point]:
        """Points where the value may be of this type."""
        key = (name, kind)
        if key not in self._reach:
            starts = [move.to for _, move in self.fillings[name][kind] if move.to is not None]
            routes = self.course.routes(starts, lambda _, move: name not in move.gives)
            self._reach[key] = frozenset(routes)
        return self._reach[key]

    def types_at(self, use: Use) -> list[str]:
        """Every type the value may have where it is used."""
        if use.move is not None and use.name in use.move.gives:
            return [use.move.gives[use.name]]
        return [kind for kind in self.fillings.get(use.name, ()) if use.point in self.reach(use.name, kind)]


def _filled(subject: Subject, values: _Values, use: Use) -> None:
    flow = subject.flows[use.point.flow]
    if use.name not in values.fillings:
        remedy = did_you_mean(use.name, values.fillings) or "save it, or take it from an outcome"
        subject.error(flow, use.path, f"nothing fills {use.name}, which {use.where} needs", remedy)
        return
    if use.move is not None and use.name in use.move.gives:
        return
    routes = values.empty(use.name)
    if use.point in routes:
        way = ", ".join(route_to(routes, use.point))
        message = f"nothing has filled {use.name}, which {use.where} needs, when the call comes by {way}"
        subject.error(flow, use.path, message, "fill it on every way here")


def _typed(subject: Subject, values: _Values, use: Use) -> None:
    flow = subject.flows[use.point.flow]
    for kind in values.types_at(use):
        if not use.fits(kind):
            subject.error(flow, use.path, *_mismatch(use, kind))


def _mismatch(use: Use, kind: str) -> tuple[str, str]:
    if kind == SECRET:
        return f"{use.name} is a secret and {use.where} would give it away", "use another value"
    if use.wanted == SECRET:
        message = f"{use.where} is a secret, but {use.name} was asked for in the open"
        return message, "expect secret_digits where it is asked"
    return f"{use.where} takes {use.name} as {use.wanted}, but it is {kind}", "make the types agree"
