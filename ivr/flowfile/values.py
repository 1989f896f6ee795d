"""Value types, arguments and places to go: the small languages inside a flow file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.dialogue.flow import Argument, BargeIn, Do, Reference, Target
from ivr.flowfile import fields
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.syntax import BACK, HOTWORD, KIND, REFERENCE, TARGET_KEYS
from ivr.grammar.model import LANGUAGES, VALUE_KINDS, Language, ValueType
from ivr.grammar.value_types import parse_value_type

ASKED_KINDS = sorted(VALUE_KINDS - {"choice"})
"""Kinds that `expect` may name; a choice is made with `menu` or `pick`."""
LONGEST_WAIT = 600
"""Seconds; nobody waits longer on a line without a word."""


def value_type(node: Node | None, faults: Faults) -> ValueType | None:
    """`secret_digits(8..26)` -> `ValueType`."""
    scalar = fields.as_text(node, faults, "a value type")
    if scalar is None:
        return None
    kind = KIND.match(scalar.text.strip())
    if kind is not None and kind[0] not in ASKED_KINDS:
        faults.refuse(scalar, f"there is no value type {kind[0]}", _remedy_for_kind(kind[0]))
        return None
    try:
        return parse_value_type(scalar.text)
    except ValueError as error:
        faults.refuse(scalar, str(error))
        return None


def _remedy_for_kind(kind: str) -> str:
    if kind == "choice":
        return "a choice is made with menu, or with pick from a list"
    return fields.did_you_mean(kind, ASKED_KINDS) or f"there are {', '.join(ASKED_KINDS)}"


def reference(node: Node | None, faults: Faults) -> str | None:
    """`$available` -> "available"."""
    scalar = fields.as_text(node, faults, "a value of the call, as $name,")
    if scalar is None:
        return None
    match = REFERENCE.fullmatch(scalar.text.strip())
    if match is None:
        faults.refuse(scalar, f"{scalar.text.strip()[:40]} is not a value of the call", "write it as $name")
        return None
    return match.group(1)


def argument(node: Node, faults: Faults) -> Argument | None:
    """`$phone` -> `Reference("phone")`; anything else is passed on as it stands."""
    scalar = fields.as_text(node, faults, "a value, as $name or a word,")
    if scalar is None:
        return None
    if not scalar.text.startswith("$"):
        return scalar.text
    named = reference(scalar, faults)
    return None if named is None else Reference(named)


def seconds(node: Node | None, faults: Faults) -> Argument | None:
    """`$seconds`, or a whole number of seconds."""
    scalar = fields.as_text(node, faults, "a number of seconds or $name")
    if scalar is None:
        return None
    if scalar.text.startswith("$"):
        return argument(scalar, faults)
    if re.fullmatch("[0-9]{1,3}", scalar.text) and 1 <= int(scalar.text) <= LONGEST_WAIT:
        return scalar.text
    faults.refuse(scalar, "this is not a wait", f"write $name or seconds from 1 to {LONGEST_WAIT}")
    return None


def barge_in(node: Node | None, faults: Faults) -> BargeIn:
    """`yes`, `no` or `hotword`; `yes` when it is not there or wrong."""
    if isinstance(node, Scalar) and node.text == HOTWORD:
        return "hotword"
    return "no" if fields.flag(node, faults, (HOTWORD,)) is False else "yes"


def language(node: Node | None, faults: Faults) -> Language | None:
    """A language that prompts are written in."""
    scalar = fields.as_text(node, faults, "a language")
    if scalar is None:
        return None
    for known in LANGUAGES:
        if scalar.text == known:
            return known
    faults.refuse(scalar, f"{scalar.text[:40]} is not a language here", f"there are {', '.join(LANGUAGES)}")
    return None


def do(node: Node, faults: Faults) -> Do | None:
    """`name`, or `{name: {argument: $value}}`."""
    if isinstance(node, Scalar):
        name = fields.name(node, faults)
        return None if name is None else Do(name)
    table = fields.as_table(node, faults, "a use case, as name or {name: {argument: $value}},")
    if table is None:
        return None
    if len(table.entries) != 1:
        faults.refuse(table, "do names one use case", "give each use case a step of its own")
        return None
    named, arguments = table.entries[0]
    name = fields.name(named, faults)
    return None if name is None else Do(name, _arguments(arguments, faults))


def _arguments(node: Node, faults: Faults) -> dict[str, Argument]:
    table = fields.as_table(node, faults, "arguments, as {name: $value},")
    found: dict[str, Argument] = {}
    for key, value in table or ():
        name, taken = fields.name(key, faults), argument(value, faults)
        if name is not None and taken is not None:
            found[name] = taken
    return found


def target(node: Node | None, faults: Faults) -> Target | None:
    """A step's name, `back`, or `{say: prompt, next: step}`."""
    if isinstance(node, Table):
        fields.check_keys(node, TARGET_KEYS, faults)
        step, say = fields.name(node.get("next"), faults), fields.name(node.get("say"), faults)
        return None if step is None else Target(step, say, node.place)
    step = fields.name(node, faults)
    return None if step is None or node is None else Target(step, None, node.place)


def targets(node: Node | None, faults: Faults) -> dict[str, Target]:
    """Named event -> where it leads."""
    table = fields.as_table(node, faults, "events, as {event: step},")
    found: dict[str, Target] = {}
    for key, value in table or ():
        event, where = fields.name(key, faults), target(value, faults)
        if event is not None and where is not None:
            found[event] = where
    return found


def refuse_reserved(names: Iterable[Scalar], faults: Faults) -> None:
    """A step may not be called `back`: that is a way, not a place."""
    for name in names:
        if name.text == BACK:
            faults.refuse(name, f"{BACK} is the way back and no step's name", "choose another name")
