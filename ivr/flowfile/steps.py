"""One step: its parts in the order written, where it leads, and its settings."""

from __future__ import annotations

from collections.abc import Callable

from ivr.dialogue.flow import (
    Ask,
    Call,
    Confirm,
    Do,
    End,
    Menu,
    MenuOption,
    Part,
    Pick,
    Say,
    Step,
    Transfer,
    Wait,
)
from ivr.flowfile import fields, values
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.syntax import CLOSING, OPTION_KEY, OPTION_KEYS, STEP_KEYS, Role

_KEY_REMEDY = 'keys are "1" to "8"; 0, 9, * and # are the universals'


def build_step(name: Scalar, node: Node, faults: Faults) -> Step:
    """Build a step. What is wrong is noted and left out; the step itself is always there."""
    table = fields.as_table(node, faults, "a step's keys")
    if table is None:
        return Step(name.text, (), place=name.place)
    fields.check_keys(table, STEP_KEYS, faults)
    _check_company(table, faults)
    _check_order(table, faults)
    return Step(
        name=name.text,
        parts=_parts(table, faults),
        next=values.target(table.get("next"), faults),
        on=values.targets(table.get("on"), faults),
        tries=fields.whole_number(table.get("tries"), faults),
        patience=fields.factor(table.get("patience"), faults),
        barge_in=values.barge_in(table.get("barge_in"), faults),
        language=values.language(table.get("language"), faults),
        place=name.place,
    )


def _check_company(table: Table, faults: Faults) -> None:
    """Keys that stand only beside another one, and keys that another one needs."""
    present = {name.text for name, _ in table}
    for key in STEP_KEYS.values():
        node = table.get(key.name)
        if node is not None and key.goes_with and not present & set(key.goes_with):
            message = f"{key.name} stands without {' or '.join(key.goes_with)}"
            faults.refuse(node, message, f"remove it, or add {key.goes_with[0]}")
        missing = present & set(key.needed_by) if node is None else set()
        for user in sorted(missing):
            faults.refuse(table, f"{user} needs {key.name}", key.meaning.rstrip("."))


def _check_order(table: Table, faults: Faults) -> None:
    """One listening part, one leaving part, and nothing after the part that the step leaves by."""
    for role in ("listening", "leaving"):
        for extra in _keys_of_role(table, role)[1:]:
            first = _keys_of_role(table, role)[0].text
            faults.refuse(extra, f"{extra.text} and {first} stand in one step", "give each a step of its own")
    parts = [name for name, _ in table if name.text in STEP_KEYS and STEP_KEYS[name.text].role]
    last = next((name for name in parts if name.text in CLOSING), None)
    if last is not None and parts[-1] is not last:
        message = f"{parts[-1].text} stands after {last.text}, where the step is over"
        faults.refuse(parts[-1], message, f"write it above {last.text}")


def _keys_of_role(table: Table, role: Role) -> list[Scalar]:
    return [name for name, _ in table if (key := STEP_KEYS.get(name.text)) is not None and key.role == role]


def _parts(table: Table, faults: Faults) -> tuple[Part, ...]:
    parts: list[Part] = []
    if all(name.text in STEP_KEYS and not STEP_KEYS[name.text].role for name, _ in table):
        faults.refuse(table, "the step does nothing", "give it a do or a say")
    for name, node in table:
        build = _BUILDERS.get(name.text)
        part = build(table, node, faults) if build is not None else None
        if part is not None:
            parts.append(part)
    return tuple(parts)


def _do(_: Table, node: Node, faults: Faults) -> Do | None:
    return values.do(node, faults)


def _say(_: Table, node: Node, faults: Faults) -> Say | None:
    prompt = fields.name(node, faults)
    return None if prompt is None else Say(prompt)


def _ask(table: Table, node: Node, faults: Faults) -> Ask | None:
    prompt = fields.name(node, faults)
    expect = values.value_type(table.get("expect"), faults)
    save = fields.name(table.get("save"), faults)
    return None if prompt is None or expect is None or save is None else Ask(prompt, expect, save)


def _menu(table: Table, node: Node, faults: Faults) -> Menu | None:
    prompt = fields.name(node, faults)
    options = fields.as_table(table.get("options"), faults, "options, as {name: {key: ..., next: step}},")
    if prompt is None or options is None:
        return None
    built = [_option(name, value, faults) for name, value in options]
    return Menu(prompt, tuple(option for option in built if option is not None))


def _option(name: Scalar, node: Node, faults: Faults) -> MenuOption | None:
    known = fields.name(name, faults)
    table = fields.as_table(node, faults, 'an option, as {key: "1", next: step},')
    if known is None or table is None:
        return None
    fields.check_keys(table, OPTION_KEYS, faults)
    key = fields.quoted(table.get("key"), faults, OPTION_KEY, "a key for an option", _KEY_REMEDY)
    return None if key is None else MenuOption(known, key, values.target(table.get("next"), faults))


def _pick(table: Table, node: Node, faults: Faults) -> Pick | None:
    prompt = fields.name(node, faults)
    source = values.reference(table.get("from"), faults)
    save = fields.name(table.get("save"), faults)
    return None if prompt is None or source is None or save is None else Pick(prompt, source, save)


def _confirm(_: Table, node: Node, faults: Faults) -> Confirm | None:
    prompt = fields.name(node, faults)
    return None if prompt is None else Confirm(prompt)


def _call(_: Table, node: Node, faults: Faults) -> Call | None:
    flow = fields.flow_name(node, faults)
    return None if flow is None else Call(flow)


def _wait(_: Table, node: Node, faults: Faults) -> Wait | None:
    seconds = values.seconds(node, faults)
    return None if seconds is None else Wait(seconds)


def _transfer(_: Table, node: Node, faults: Faults) -> Transfer | None:
    target = fields.label(node, faults)
    return None if target is None else Transfer(target)


def _end(_: Table, node: Node, faults: Faults) -> End | None:
    outcome = fields.name(node, faults)
    return None if outcome is None else End(outcome)


_BUILDERS: dict[str, Callable[[Table, Node, Faults], Part | None]] = {
    "do": _do,
    "say": _say,
    "ask": _ask,
    "menu": _menu,
    "pick": _pick,
    "confirm": _confirm,
    "call": _call,
    "wait": _wait,
    "transfer": _transfer,
    "end": _end,
}
