"""Value types, arguments and places to go: the small languages inside a flow file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivr.dialogue.flow import Argument, Do, Reference, Target
from ivr.flowfile import fields
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.syntax import BACK, REFERENCE, TARGET_KEYS, VALUE_TYPE
from ivr.grammar.model import LANGUAGES, VALUE_KINDS, Language, ValueType

DIGIT_KINDS = frozenset({"digits", "secret_digits"})
"""Kinds whose bounds count digits."""
BOUNDED_KINDS = DIGIT_KINDS | {"count"}
"""Kinds that may have bounds, `digits(4..6)`."""
MOST_DIGITS = 64
"""No caller types more in one answer."""
ASKED_KINDS = sorted(VALUE_KINDS - {"choice"})
"""Kinds that `expect` may name; a choice is made with `menu` or `pick`."""
LONGEST_WAIT = 600
"""Seconds; nobody waits longer on a line without a word."""


def value_type(node: Node | None, faults: Faults) -> ValueType | None:
    """`secret_digits(8..26)` -> `ValueType`."""
    scalar = fields.as_text(node, faults, "a value type")
    if scalar is None:
        return None
    match = VALUE_TYPE.fullmatch(scalar.text.strip())
    if match is None:
        faults.refuse(scalar, "this is not a value type", "write it as money or digits(4..6)")
        return None
    kind, low, high = match.groups()
    if kind not in ASKED_KINDS:
        faults.refuse(scalar, f"there is no value type {kind}", _remedy_for_kind(kind))
        return None
    return _bounded(kind, low, high, scalar, faults)


def _remedy_for_kind(kind: str) -> str:
    if kind == "choice":
        return "a choice is made with menu, or with pick from a list"
    return fields.did_you_mean(kind, ASKED_KINDS) or f"there are {', '.join(ASKED_KINDS)}"


def _bounded(kind: str, low: str | None, high: str | None, at: Scalar, faults: Faults) -> ValueType | None:
    if low is None:
        return ValueType(kind)
    if kind not in BOUNDED_KINDS:
        faults.refuse(at, f"{kind} takes no bounds", f"write {kind}")
        return None
    least, most = int(low), int(high if high is not None else low)
    if least > most:
        faults.refuse(at, f"the bounds {least}..{most} leave nothing", f"write {kind}({most}..{least})")
        return None
    if kind in DIGIT_KINDS and not 1 <= least <= most <= MOST_DIGITS:
        faults.refuse(at, f"an answer has 1 to {MOST_DIGITS} digits", f"write {kind}(4) or {kind}(4..6)")
        return None
    return ValueType(kind, least, most)


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
