"""A use case is given every argument it needs, and what a flow writes itself is of the argument's type."""

from __future__ import annotations

from datetime import date

from ivr.dialogue.flow import Do, Flow
from ivr.dialogue.queries import Argument, UseCase
from ivr.flowfile.checks.subject import Subject
from ivr.flowfile.fields import did_you_mean

_NUMBERS = frozenset({"money", "count", "data", "duration"})


def check(subject: Subject) -> None:
    """Note arguments that are missing, and written values that cannot be."""
    for flow, _, part, path in subject.parts():
        use_case = subject.use_cases.get(part.use_case) if isinstance(part, Do) else None
        if isinstance(part, Do) and use_case is not None:
            _missing(subject, flow, part, use_case, path)
            for name, written in part.arguments.items():
                declared = use_case.arguments.get(name)
                if declared is not None and isinstance(written, str):
                    _written(subject, flow, f"{path}.{part.use_case}.{name}", declared, written)


def _missing(subject: Subject, flow: Flow, part: Do, use_case: UseCase, path: str) -> None:
    missing = sorted(use_case.needed - part.arguments.keys())
    if missing:
        message = f"{part.use_case} is not given {' and '.join(missing)}"
        where = f"{path}.{part.use_case}" if part.arguments else path
        subject.error(flow, where, message, "pass every argument that it needs")


def _written(subject: Subject, flow: Flow, path: str, declared: Argument, written: str) -> None:
    if declared.choices and written not in declared.choices:
        remedy = did_you_mean(written, declared.choices) or f"possible are {', '.join(declared.choices)}"
        subject.error(flow, path, f"{written} is no value of this argument", remedy)
    elif declared.type in _NUMBERS and not written.removeprefix("-").isdecimal():
        subject.error(flow, path, f"{written} is no whole number", f"the argument is {declared.type}")
    elif declared.type == "date" and not _is_date(written):
        subject.error(flow, path, f"{written} is no date", "write it like 2026-12-31")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
