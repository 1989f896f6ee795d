"""What all rules look at, and how they say what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.dialogue.flow import Call, Flow, Part, Place, Step
from ivr.dialogue.queries import UseCase
from ivr.flowfile.content import Content
from ivr.flowfile.faults import Faults
from ivr.flowfile.load import FlowBook


@dataclass(frozen=True, slots=True)
class Subject:
    """Flows with their content and the account core's declarations, and the faults found so far."""

    flows: Mapping[str, Flow]
    content: Content
    use_cases: Mapping[str, UseCase]
    faults: Faults = field(default_factory=Faults)

    def error(self, flow: Flow, path: str, message: str, remedy: str = "") -> None:
        """Note an error at a path of a flow."""
        self.faults.error(self.place(flow, path), path, message, remedy)

    def warning(self, flow: Flow, path: str, message: str, remedy: str = "") -> None:
        """Note a warning at a path of a flow."""
        self.faults.warning(self.place(flow, path), path, message, remedy)

    def place(self, flow: Flow, path: str) -> Place:
        """The line of a path; a flow that came from no file has its step's line at best."""
        if isinstance(self.flows, FlowBook):
            return self.flows.place(flow.name, path)
        step = flow.steps.get(path.split(".")[1]) if path.startswith("steps.") else None
        return flow.place if step is None else step.place

    def whole(self, flow: Flow) -> bool:
        """False when so much was left out that what leads where, and what is filled, cannot be said.

        Flows that call others, or are called, are whole together or not at all.
        """
        if not isinstance(self.flows, FlowBook):
            return True
        alone = flow.name not in self.called() and not calls_of(flow)
        return self.flows.whole(flow.name) and (alone or all(self.flows.whole(name) for name in self.flows))

    def parts(self) -> Iterator[tuple[Flow, Step, Part, str]]:
        """Every part of every step, with its path."""
        for flow in self.flows.values():
            for step in flow.steps.values():
                for part in step.parts:
                    yield flow, step, part, part_path(step, part)

    def dialled(self) -> list[Flow]:
        """Flows that a call begins with: those with numbers, and those that no flow calls."""
        called = self.called()
        return [flow for flow in self.flows.values() if flow.numbers or flow.name not in called]

    def called(self) -> frozenset[str]:
        """Names of flows that others call."""
        return frozenset[str]().union(*(calls_of(flow) for flow in self.flows.values()))


def calls_of(flow: Flow) -> set[str]:
    """Names of the flows that a flow calls."""
    parts = (part for step in flow.steps.values() for part in step.parts)
    return {part.flow for part in parts if isinstance(part, Call)}


def part_path(step: Step, part: Part) -> str:
    """The path of a part: its key is its class in lower case."""
    return f"steps.{step.name}.{type(part).__name__.lower()}"
