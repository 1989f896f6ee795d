"""YAML text -> nodes with lines. The only place that knows YAML, and the place that refuses its traps.

1. A scalar is text. `on:`, `yes:` and `no:` are words here, never booleans; `12` is "12".
2. What other readers would turn into something else is refused where it stands: `0505` (octal 325),
   `12:30` (750 in base sixty), `+7926...` (loses its plus), `0x1F`, `1_000`, `null`, `~`.
3. No anchors, aliases, tags or second documents: a flow reads from top to bottom.
4. Size and depth are bounded; the file is UTF-8; it holds no tab, no control character.
5. All of it is reported at once; only a syntax error hides what comes after it.

The YAML events are taken one by one, and the nodes put together here and not by the library, because
its own composer recurses (a deep file would end in a RecursionError) and stops at the first alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ivr.dialogue.flow import Place
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Items, Node, Scalar, Table

MAX_BYTES = 256 * 1024
"""Largest file that is read. The largest flow a person can keep in the head is a tenth of it."""
MAX_DEPTH = 16
"""Deepest nesting; a flow needs six levels."""

_TRAPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[-+]?0[0-9_]*[0-9]"), "a number that begins with 0 is octal or loses its 0 in YAML"),
    (re.compile(r"\+[0-9][0-9_.]*"), "a number that begins with + loses its + in YAML"),
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"), "digits with colons are base 60 in YAML"),
    (re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+"), "this is a hexadecimal, octal or binary number in YAML"),
    (re.compile(r"[-+]?[0-9]+(_[0-9]+)+"), "underscores between digits vanish in YAML"),
    (re.compile(r"~|null|Null|NULL"), "this means 'nothing' in YAML"),
)


def fetch(path: Path, name: str, faults: Faults) -> bytes | None:
    """Return a file's bytes, one more than `MAX_BYTES` at most; None, and a fault, if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        faults.error(Place(name), "", f"the file cannot be read: {error.strerror or type(error).__name__}")
        return None


def read_bytes(data: bytes, name: str, faults: Faults) -> Node | None:
    """Read a file's bytes; whatever they are, the answer is a node or None with faults noted."""
    if len(data) > MAX_BYTES:
        faults.error(Place(name), "", f"the file is larger than {MAX_BYTES // 1024} KiB", "split it")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.error(Place(name, line), "", "the file is not UTF-8", "save it in the encoding UTF-8")
        return None
    return _compose(_without_tabs(text, name, faults), name, faults)


def _without_tabs(text: str, name: str, faults: Faults) -> str:
    """Refuse tabs once for the whole file, and go on as if they were spaces."""
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "\t" in line]
    if lines:
        more = f" and on {len(lines) - 1} more lines" if len(lines) > 1 else ""
        faults.error(Place(name, lines[0]), "", f"a tab stands here{more}", "write spaces")
    return text.replace("\t", " ")


def _compose(text: str, name: str, faults: Faults) -> Node | None:
    composer = _Composer(name, faults)
    try:
        composer.take(yaml.parse(text, Loader=yaml.BaseLoader))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        faults.error(Place(name, line), "", f"the character U+{ord(text[error.position]):04X} is not allowed")
        return None
    except yaml.MarkedYAMLError as error:
        faults.error(_marked(name, error), "", _syntax_message(error), "mend this first, it hides the rest")
        return None
    except _TooDeepError as error:
        faults.error(error.place, "", f"nested deeper than {MAX_DEPTH} levels", "a flow needs six")
        return None
    except (ValueError, OverflowError):
        # PyYAML lets these through for escapes and directives beyond any character or version.
        faults.error(Place(name), "", "an escape or a directive in the file is beyond every limit")
        return None
    if composer.root is None:
        faults.error(Place(name), "", "the file is empty")
    return composer.root


def _marked(name: str, error: yaml.MarkedYAMLError) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(name, mark.line + 1 if mark is not None else 0)


def _syntax_message(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return "not YAML: " + ", ".join(parts)


@dataclass(slots=True)
class _Open:
    """A table or a list that is being read."""

    table: bool
    place: Place
    path: str
    key: Scalar | None = None
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)

    def path_of_next(self) -> str:
        if not self.table:
            return f"{self.path}[{len(self.items)}]"
        if self.key is None:
            return self.path
        return _joined(self.path, self.key.text)

    def close(self) -> Node:
        if self.table:
            return Table(tuple(self.entries.values()), self.place, self.path)
        return Items(tuple(self.items), self.place, self.path)


class _TooDeepError(Exception):
    """Nesting beyond `MAX_DEPTH`, at a place: reading stops, or a file of brackets would cost minutes."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class _Composer:
    """Puts nodes together from YAML events, noting faults on the way."""

    def __init__(self, name: str, faults: Faults) -> None:
        self.root: Node | None = None
        self._name = name
        self._faults = faults
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, events: Iterable[yaml.Event]) -> None:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents == 2:
                    self._fault(event, "a second document begins here", "keep one document per file")
            elif isinstance(event, yaml.NodeEvent) and self._documents == 1:
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent) and self._documents == 1:
                self._put(self._open.pop().close())

    def _node(self, event: yaml.NodeEvent) -> None:
        self._refuse_references(event)
        if isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event))
        else:
            self._put(Scalar("", self._place(event), self._path(), quoted=True))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _TooDeepError(self._place(event))
        key = self._open[-1].key if self._open else None
        place = self._place(event) if key is None else key.place
        self._open.append(_Open(isinstance(event, yaml.MappingStartEvent), place, self._path()))

    def _refuse_references(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, f"the alias *{event.anchor} stands here", "write the value itself")
        elif event.anchor is not None:
            self._fault(event, f"the anchor &{event.anchor} stands here", "write the value where it is used")
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._fault(event, f"the tag {tag} stands here", "write the value without a tag")

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        scalar = Scalar(event.value, self._place(event), self._path(), quoted=event.style is not None)
        if not scalar.quoted:
            for pattern, reason in _TRAPS:
                if pattern.fullmatch(scalar.text):
                    self._fault(event, f"{scalar.text} without quotes: {reason}", f'write "{scalar.text}"')
                    break
        if any(_is_control(character) for character in scalar.text):
            self._fault(event, "a control character stands in this text", "remove it")
        return scalar

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.table:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node)
        else:
            self._entry(parent, parent.key, node)
            parent.key = None

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return Scalar(node.text, node.place, _joined(node.path, node.text), node.quoted)
        self._faults.refuse(node, "a key must be one word", "write name: value")
        return Scalar("", node.place, node.path)

    def _entry(self, parent: _Open, key: Scalar, node: Node) -> None:
        first = parent.entries.get(key.text)
        if first is None:
            parent.entries[key.text] = (key, node)
            return
        line = first[0].place.line
        self._faults.refuse(key, f"the key stands twice, first on line {line}", "keep one")

    def _path(self) -> str:
        return self._open[-1].path_of_next() if self._open else ""

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self._name, mark.line + 1 if mark is not None else 0)

    def _fault(self, event: yaml.Event, message: str, remedy: str) -> None:
        self._faults.error(self._place(event), self._path(), message, remedy)


def _joined(path: str, key: str) -> str:
    shown = key if key.isprintable() and len(key) <= 60 else repr(key[:60])
    return f"{path}.{shown}" if path else shown


def _is_control(character: str) -> bool:
    """Control characters, and surrogates that no UTF-8 file can hold but an escape can write."""
    if character < " ":
        return character != "\n"
    return "\x7f" <= character < "\xa0" or "\ud800" <= character <= "\udfff"
