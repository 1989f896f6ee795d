"""All flows of a folder, each with the version its files give it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from ivr.dialogue.flow import Flow, Place
from ivr.flowfile.build import Built, build_flow, place_in
from ivr.flowfile.content import Content
from ivr.flowfile.faults import Faults, raise_if_wrong
from ivr.flowfile.reader import fetch, read_bytes


class FlowBook(dict[str, Flow]):
    """Flows by name. It also knows the line of everything in them, for messages."""

    def __init__(self, built: Mapping[str, Built]) -> None:
        super().__init__({name: one.flow for name, one in built.items()})
        self._built = built

    def place(self, flow: str, path: str) -> Place:
        """The line of a path of a flow's file, or of the nearest table around it."""
        return place_in(self._built[flow].places, path) or self[flow].place

    def whole(self, flow: str) -> bool:
        """False when part of the flow was wrong and left out."""
        return self._built[flow].whole


def load_flows(folder: Path, content: Content | None = None) -> FlowBook:
    """Read all `*.yaml` of a folder. Raises FaultyContentError with every fault of every file.

    `content` goes into each flow's version; without it the version is the flow file's alone.
    """
    faults = Faults()
    flows = read_flows(folder, content, faults)
    raise_if_wrong(faults)
    return flows


def read_flows(folder: Path, content: Content | None, faults: Faults) -> FlowBook:
    """Read all `*.yaml` of a folder; what is wrong is noted and left out."""
    found: dict[str, Built] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        faults.error(Place(folder.name), "", "there is no flow here", "a flow is a file NAME.yaml")
    for path in paths:
        built = _read(path, f"{folder.name}/{path.name}", content, faults)
        if built is None:
            continue
        first = found.setdefault(built.flow.name, built)
        if first is not built:
            message = f"the flow {built.flow.name} is in {first.flow.place} too"
            faults.error(built.places["flow"], "flow", message, "give one of them another name")
    return FlowBook(found)


def _read(path: Path, name: str, content: Content | None, faults: Faults) -> Built | None:
    data = fetch(path, name, faults)
    root = None if data is None else read_bytes(data, name, faults)
    return None if data is None or root is None else build_flow(root, version_of(data, content), faults)


def version_of(data: bytes, content: Content | None) -> str:
    """The version of a flow: a digest of its file and of all prompts and phrases, 16 hexadecimal digits."""
    digest = sha256(data)
    if content is not None:
        digest.update(content.digest.encode())
    return digest.hexdigest()[:16]
