"""The diagram of the phases, drawn from the transition table, in Graphviz' language."""

from __future__ import annotations

from collections import defaultdict

from ivr.dialogue.phases import DROP, FLOW, TABLE, Phase

_FLOW_NODE = "the flow goes on"


def phase_diagram() -> str:
    """Return the DOT text: phases as boxes, events on the arrows; events that change nothing are left out."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (phase, event), row in TABLE.items():
        if row.handler == DROP:
            continue
        targets = [
            target.name for target in sorted(row.to, key=lambda item: item.name) if target is not phase
        ]
        targets += [_FLOW_NODE] if row.runs else []
        for target in targets:
            arrows[phase.name, target].append(event.__name__)
    for phase in FLOW:
        arrows[_FLOW_NODE, phase.name].append("")
    return _dot(arrows)


def _dot(arrows: dict[tuple[str, str], list[str]]) -> str:
    lines = [
        "digraph phases {",
        '  graph [rankdir=LR, fontname="sans-serif", nodesep=0.5, ranksep=1.1];',
        '  node [shape=box, style="rounded,filled", fillcolor="#eef3fb", fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10, color="#556677"];',
        f'  "{_FLOW_NODE}" [shape=diamond, fillcolor="#fdf3dc"];',
    ]
    lines += [f'  "{phase.name}" [label="{phase.name}\\n{phase.value}"];' for phase in Phase]
    lines += [
        f'  "{source}" -> "{target}" [label="{_label(events)}"];'
        for (source, target), events in sorted(arrows.items())
        if target != Phase.ENDED.name or source == _FLOW_NODE
    ]
    lines.append('  label="CallEnded leads to ENDED from everywhere";')
    return "\n".join([*lines, "}", ""])


def _label(events: list[str]) -> str:
    return "\\n".join(sorted(set(events)))
