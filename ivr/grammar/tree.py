"""What may be said, as a tree: the one form between templates, lists of sentences and the matcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word, lower case, spelled as it is written (with ё)."""

    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """All of these, one after the other; nothing at all when empty."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Exactly one of these."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """This or nothing."""

    item: Node


@dataclass(frozen=True, slots=True)
class RuleReference:
    """The rule of that name; `resolve` puts the rule itself in its place."""

    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a value fills; what may be said there is known only to the value's kind."""

    name: str


Node = Word | Sequence | Alternatives | Optional | RuleReference | Slot


class RuleError(ValueError):
    """A rule is unknown or refers to itself."""


def resolve(node: Node, rules: Mapping[str, Node], inside: tuple[str, ...] = ()) -> Node:
    """Return the tree with every rule reference replaced by its rule.

    Raises `RuleError` for an unknown rule and for one that contains itself.
    """
    if isinstance(node, RuleReference):
        if node.name not in rules:
            raise RuleError(f"there is no rule <{node.name}> without a fault")
        if node.name in inside:
            raise RuleError(f"rule <{node.name}> contains itself")
        return resolve(rules[node.name], rules, (*inside, node.name))
    if isinstance(node, Optional):
        return Optional(resolve(node.item, rules, inside))
    if isinstance(node, Sequence | Alternatives):
        return type(node)(tuple(resolve(item, rules, inside) for item in node.items))
    return node


def words(node: Node) -> frozenset[str]:
    """All words of the tree."""
    if isinstance(node, Word):
        return frozenset({node.text})
    if isinstance(node, Optional):
        return words(node.item)
    if isinstance(node, Sequence | Alternatives):
        return frozenset().union(*(words(item) for item in node.items))
    return frozenset()


def slots(node: Node) -> frozenset[str]:
    """Names of all slots of the tree."""
    if isinstance(node, Slot):
        return frozenset({node.name})
    if isinstance(node, Optional):
        return slots(node.item)
    if isinstance(node, Sequence | Alternatives):
        return frozenset().union(*(slots(item) for item in node.items))
    return frozenset()


def sentences(node: Node) -> Iterator[tuple[str, ...]]:
    """All sentences of a resolved tree as tuples of words, lazily, in the order written.

    Take them with `itertools.islice`: there may be very many (`count` tells). A slot says `{name}`.
    """
    if isinstance(node, Word):
        yield (node.text,)
    elif isinstance(node, Slot):
        yield ("{" + node.name + "}",)
    elif isinstance(node, Optional):
        yield from sentences(node.item)
        yield ()
    elif isinstance(node, Alternatives):
        for item in node.items:
            yield from sentences(item)
    elif isinstance(node, Sequence):
        yield from _in_sequence(node.items)
    else:
        raise RuleError(f"rule <{node.name}> is not resolved")


def _in_sequence(items: tuple[Node, ...]) -> Iterator[tuple[str, ...]]:
    if not items:
        yield ()
        return
    for head in sentences(items[0]):
        for tail in _in_sequence(items[1:]):
            yield (*head, *tail)


def count(node: Node) -> int:
    """How many sentences `sentences` would give; one said in two ways of the template counts twice."""
    if isinstance(node, Optional):
        return count(node.item) + 1
    if isinstance(node, Alternatives):
        return sum(count(item) for item in node.items)
    if isinstance(node, Sequence):
        total = 1
        for item in node.items:
            total *= count(item)
        return total
    return 1


def may_be_silent(node: Node) -> bool:
    """Whether the tree allows saying nothing."""
    if isinstance(node, Optional):
        return True
    if isinstance(node, Alternatives):
        return any(may_be_silent(item) for item in node.items)
    if isinstance(node, Sequence):
        return all(may_be_silent(item) for item in node.items)
    return False
