"""The matcher: a small acyclic transducer over words, and what can be asked of it.

It is built from its end to its beginning, so that what follows a state is always complete when the
state is made: an option or an alternative is a merger of two states, and there are no empty arcs.
States are immutable and shared; walking one needs a dictionary look-up per word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from ivr.grammar.fold import fold
from ivr.grammar.tree import Alternatives, Node, Optional, RuleReference, Sequence, Slot, Word

Output = tuple[object, ...]
MOST_READINGS = 16
"""Readings kept of one stretch of speech: the most likely ones."""


@lru_cache(maxsize=4096)
def _folded(text: str) -> tuple[str, ...]:
    """`fold`, remembered: for words of templates and tables alone. What callers say is never kept."""
    return fold(text) or ("",)


class Random(Protocol):
    """What sampling needs of a `random.Random`; the core makes none of its own."""

    def randrange(self, stop: int, /) -> int:
        """Return a number from 0 to `stop` - 1."""


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """The meaning of a sentence that may end here."""

    name: str
    """The phrase set's name, or the value's kind."""
    read: Callable[[Output], object | None] | None = None
    """For values: makes the value of what the arcs gave, None when that is no value after all."""


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """One word's way from a state to the next."""

    target: State
    output: Output = ()
    cost: int = 0
    """Readings are ordered by the sum of these, cheapest first."""
    courtesy: bool = False
    """A word like "please" after a finished answer: understood, never waited for."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A place in a sentence: what may come next, and what it means to stop here."""

    arcs: Mapping[str, tuple[Arc, ...]] = field(default_factory=dict)
    ends: tuple[End, ...] = ()

    @property
    def open(self) -> bool:
        """Whether something worth waiting for may follow; a courtesy once begun is waited for."""
        return any(not (arc.courtesy and self.ends) for arcs in self.arcs.values() for arc in arcs)


class Arcs:
    """Collects the arcs of a state in the making."""

    def __init__(self) -> None:
        self._arcs: dict[str, list[Arc]] = {}

    def add(
        self, said: str, target: State, output: Output = (), cost: int = 0, *, courtesy: bool = False
    ) -> None:
        """Add a way through `said`, which may be several words; the output comes with the last."""
        if not said:
            return
        *before, last = _folded(said)
        for word in reversed(before):
            follow = State({last: (Arc(target, output, 0, courtesy),)})
            target, output, last = follow, (), word
        self._arcs.setdefault(last, []).append(Arc(target, output, cost, courtesy))

    def state(self, *also: State) -> State:
        """Make the state, merged with others."""
        own = State(MappingProxyType({word: tuple(arcs) for word, arcs in self._arcs.items()}))
        return merge((own, *also)) if also else own


def merge(states: Iterable[State]) -> State:
    """Return the state from which everything goes that goes from one of these."""
    arcs: dict[str, tuple[Arc, ...]] = {}
    ends: tuple[End, ...] = ()
    for state in states:
        ends += tuple(end for end in state.ends if end not in ends)
        for word, more in state.arcs.items():
            had = arcs.get(word, ())
            arcs[word] = had + tuple(arc for arc in more if arc not in had) if had else more
    return State(MappingProxyType(arcs), ends)


def compile_tree(
    node: Node,
    after: State,
    slots: Mapping[str, Callable[[State], State]] = MappingProxyType({}),
    *,
    courtesy: bool = False,
) -> State:
    """Return the state at which the tree begins and after which comes `after`.

    `slots` makes the state in which a slot's value begins from the one that follows it.
    """
    if isinstance(node, Word):
        arcs = Arcs()
        arcs.add(node.text, after, courtesy=courtesy)
        return arcs.state()
    if isinstance(node, Slot):
        return slots[node.name](after)
    if isinstance(node, Optional):
        return merge((compile_tree(node.item, after, slots, courtesy=courtesy), after))
    if isinstance(node, Alternatives):
        return merge(compile_tree(item, after, slots, courtesy=courtesy) for item in node.items)
    if isinstance(node, Sequence):
        for item in reversed(node.items):
            after = compile_tree(item, after, slots, courtesy=courtesy)
        return after
    raise TypeError(f"rule <{node.name}> is not resolved" if isinstance(node, RuleReference) else str(node))
