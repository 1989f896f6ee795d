"""Write OpenFst's binary ``vector`` transducers over the ``standard`` (tropical) arcs.

Format (OpenFst ``fst/fst.cc`` FstHeader::Write and ``fst/vector-fst.h`` WriteFst): header with
type names, version, flags, property bits, start, states, arcs; then each state's final weight
and arcs. Written here so that a graph is rebuilt without OpenFst's command-line tools.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_MAGIC, _VERSION = 2125659606, 2
_EXPANDED, _MUTABLE = 0x1, 0x2
_INPUT_SORTED, _OUTPUT_SORTED = 0x10000000, 0x40000000


class Arc(NamedTuple):
    """An arc to a state: labels (0 is epsilon) and cost (negative natural logarithm)."""

    input: int
    output: int
    cost: float
    target: int


@dataclass(slots=True)
class Fst:
    """A transducer under construction; state 0 is the start."""

    arcs: list[list[Arc]] = field(default_factory=lambda: [[]])
    final: dict[int, float] = field(default_factory=dict)

    def new_state(self) -> int:
        """Add a state and return its number."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def add(self, source: int, arc: Arc) -> None:
        """Add an arc."""
        self.arcs[source].append(arc)

    def to_bytes(self, *, sorted_by_output: bool) -> bytes:
        """Return OpenFst's file, every state's arcs sorted by output or else by input label."""
        properties = _EXPANDED | _MUTABLE | (_OUTPUT_SORTED if sorted_by_output else _INPUT_SORTED)
        total = sum(len(arcs) for arcs in self.arcs)
        parts = [
            struct.pack("<i", _MAGIC),
            _text("vector"),
            _text("standard"),
            struct.pack("<iiQqqq", _VERSION, 0, properties, 0, len(self.arcs), total),
        ]
        for state, arcs in enumerate(self.arcs):
            parts.append(struct.pack("<fq", self.final.get(state, math.inf), len(arcs)))
            parts.extend(_packed(sorted(arcs, key=_by_output if sorted_by_output else _by_input)))
        return b"".join(parts)

    def write(self, path: Path, *, sorted_by_output: bool) -> None:
        """Write :meth:`to_bytes` to a file."""
        path.write_bytes(self.to_bytes(sorted_by_output=sorted_by_output))


def _text(value: str) -> bytes:
    return struct.pack("<i", len(value)) + value.encode()


def _by_output(arc: Arc) -> tuple[int, int, int]:
    return arc.output, arc.input, arc.target


def _by_input(arc: Arc) -> tuple[int, int, int]:
    return arc.input, arc.output, arc.target


def _packed(arcs: Iterable[Arc]) -> Iterable[bytes]:
    return (struct.pack("<iifi", arc.input, arc.output, arc.cost, arc.target) for arc in arcs)
