"""A menu fits in the ear: few options, one key each, the universals left alone."""

from __future__ import annotations

from ivr.dialogue.flow import Flow, Menu, MenuOption, Step
from ivr.dialogue.universals import UNIVERSAL_KEYS, UNIVERSALS
from ivr.flowfile.checks.subject import Subject

MOST_OPTIONS = 5
"""Options a caller can keep in mind while listening."""


def check(subject: Subject) -> None:
    """Note menus that callers get lost in."""
    for flow, step, part, path in subject.parts():
        if isinstance(part, Menu):
            _size(subject, flow, part, path)
            _keys(subject, flow, step, part)
            for option in part.options:
                _universal(subject, flow, step, option)


def _size(subject: Subject, flow: Flow, menu: Menu, path: str) -> None:
    if not menu.options:
        subject.error(flow, path, "the menu offers nothing", "write at least one option")
    if len(menu.options) > MOST_OPTIONS:
        message = f"the menu offers {len(menu.options)} options, callers keep {MOST_OPTIONS} in mind"
        subject.error(flow, path, message, "put some of them into a menu of their own")


def _keys(subject: Subject, flow: Flow, step: Step, menu: Menu) -> None:
    first: dict[str, str] = {}
    for option in menu.options:
        path = f"steps.{step.name}.options.{option.name}.key"
        if option.key in UNIVERSAL_KEYS:
            message = f"the key {option.key} is {UNIVERSAL_KEYS[option.key]} everywhere"
            subject.error(flow, path, message, 'take one of "1" to "8"')
        elif first.setdefault(option.key, option.name) != option.name:
            message = f"the key {option.key} already chooses {first[option.key]}"
            subject.error(flow, path, message, "give it another key")


def _universal(subject: Subject, flow: Flow, step: Step, option: MenuOption) -> None:
    path = f"steps.{step.name}.options.{option.name}"
    if option.name in UNIVERSALS and option.next is not None:
        message = f"{option.name} is a universal and leads where it always does"
        subject.error(flow, f"{path}.next", message, "leave next out, or choose another name")
    if option.name not in UNIVERSALS and option.next is None:
        subject.error(flow, path, "the option leads nowhere", "add next: with a step")
