"""Plain nodes of a read file: every scalar is text, and everything knows its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.dialogue.flow import Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, a number or a sentence: always text, whatever YAML would make of it."""

    text: str
    place: Place
    path: str
    quoted: bool = False
    """True when it was written in quotes or as a block, so that no reader can mistake it."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    path: str


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values in the order written; no key stands twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place
    path: str

    def get(self, key: str) -> Node | None:
        """The value under a key, None when the key is not there."""
        return next((node for name, node in self.entries if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)


Node = Scalar | Items | Table


def kind_of(node: Node) -> str:
    """What a node is, in the words of a message."""
    if isinstance(node, Scalar):
        return "text" if node.text else "nothing"
    return "a list" if isinstance(node, Items) else "a table of keys"
