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
        """False when part of the flow was left out, so that what leads where cannot be said."""
        return not isinstance(self.flows, FlowBook) or self.flows.whole(flow.name)

    def parts(self) -> Iterator[tuple[Flow, Step, Part, str]]:
        """Every part of every step, with its path."""
        for flow in self.flows.values():
            for step in flow.steps.values():
                for part in step.parts:
                    yield flow, step, part, part_path(step, part)

    def dialled(self) -> list[Flow]:
        """Flows that a call begins with: those with numbers, and those that no flow calls."""
        called = {part.flow for _, _, part, _ in self.parts() if isinstance(part, Call)}
        return [flow for flow in self.flows.values() if flow.numbers or flow.name not in called]


def part_path(step: Step, part: Part) -> str:
    """The path of a part: its key is its class in lower case."""
    return f"steps.{step.name}.{type(part).__name__.lower()}"
