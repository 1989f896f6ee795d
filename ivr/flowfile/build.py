"""Nodes of one flow file -> `Flow`, and the lines of everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.dialogue.flow import Flow, Place, Step
from ivr.flowfile import fields, values
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Items, Node, Table
from ivr.flowfile.steps import build_step
from ivr.flowfile.syntax import FLOW_KEYS


@dataclass(frozen=True, slots=True)
class Built:
    """A flow as far as it could be built."""

    flow: Flow
    places: Mapping[str, Place]
    """Dotted path in the file -> line."""
    whole: bool
    """False when something was wrong and left out: then only what stands is worth checking."""


def build_flow(root: Node, version: str, faults: Faults) -> Built | None:
    """Build a flow; None when the file is no flow at all."""
    before = len(faults)
    table = fields.as_table(root, faults, "a flow's keys")
    if table is None:
        return None
    fields.check_keys(table, FLOW_KEYS, faults)
    name = fields.flow_name(table.get("flow"), faults)
    flow = Flow(
        name=name or "",
        numbers=fields.numbers(table.get("numbers"), faults),
        start=fields.name(table.get("start"), faults) or "",
        steps=_steps(table, faults),
        resume=fields.name(table.get("resume"), faults) or "",
        home=fields.name(table.get("home"), faults) or "",
        operator=fields.name(table.get("operator"), faults) or "",
        version=version,
        place=table.place,
    )
    return Built(flow, places_of(root), len(faults) == before) if name else None


def _steps(root: Table, faults: Faults) -> dict[str, Step]:
    table = fields.as_table(root.get("steps"), faults, "steps, as {name: {...}},")
    if table is None:
        return {}
    if not table.entries:
        faults.refuse(table, "there is no step", "write at least one")
    values.refuse_reserved((name for name, _ in table), faults)
    built = [build_step(name, node, faults) for name, node in table if fields.name(name, faults)]
    return {step.name: step for step in built}


def places_of(root: Node) -> dict[str, Place]:
    """The line of every key and list item, by its path."""
    places = {root.path: root.place}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Table):
            places.update({key.path: key.place for key, _ in node})
            waiting.extend(value for _, value in node)
        elif isinstance(node, Items):
            places.update({item.path: item.place for item in node.items})
            waiting.extend(node.items)
    return places


def place_in(places: Mapping[str, Place], path: str) -> Place | None:
    """The line of a path, or of the nearest table or list around it."""
    while path and path not in places:
        cut = max(path.rfind("."), path.rfind("["), 0)
        path = path[:cut]
    return places.get(path)
