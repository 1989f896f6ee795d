"""Automata of turns as arrays: all that the grammar allows, and all ways to say the answer.

They are made of the same chains, with the same costs, as the decoding graph (``graph.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.acoustic.codecs import Floats
from tools.acoustic.fst import Fst
from tools.acoustic.graph import Costs, filler_loop, silence_loop, word_loop
from tools.acoustic.kaldi import PhoneIds
from tools.acoustic.lexicon import Lexicon
from tools.acoustic.turns import Turn

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chain:
    """A word, silence or the filler, from one state to another.

    States are counted from 2: 0 is where it begins, 1 where it ends.
    """

    states: int
    """How many of its own it has."""
    said: Integers
    """``(arcs, 3)``: arcs that take a frame: from, to, the network's output."""
    said_weights: Floats
    """Of each, ``exp(-cost)``."""
    ends: Integers
    """``(arcs, 2)``: arcs that take none: from, to; no such arc follows another."""
    ends_weights: Floats


@dataclass(frozen=True, slots=True)
class Automata:
    """Several automata side by side, their states counted through."""

    said: Integers
    """``(arcs, 4)``: arcs that take a frame: from, to, output, automaton."""
    said_weights: Floats
    ends: Integers
    """``(arcs, 2)``: arcs that take none."""
    ends_weights: Floats
    owners: Integers
    """``(states,)``: the automaton of each state."""
    starts: Integers
    """``(automata,)``: states."""
    finals: Integers


def chain(fst: Fst, ids: PhoneIds) -> Chain:
    """Return a loop of one state as a chain."""
    said, ends = [], []
    for source, arcs in enumerate(fst.arcs):
        for arc in arcs:
            if arc.input:
                output = ids.network_output((arc.input + 1) // 2)
                said.append((source and source + 1, arc.target + 1, output, arc.cost))
            else:
                ends.append((source + 1, 1, arc.cost))
    costs = np.array([arc[-1] for arc in said]), np.array([arc[-1] for arc in ends])
    return Chain(
        len(fst.arcs) - 1,
        np.array([arc[:3] for arc in said], np.int64),
        np.exp(-costs[0]).astype(np.float32),
        np.array([arc[:2] for arc in ends], np.int64),
        np.exp(-costs[1]).astype(np.float32),
    )


class AutomatonMaker:
    """Joins automata from chains."""

    def __init__(self, language: str, lexicon: Lexicon, phones: tuple[str, ...], costs: Costs) -> None:
        ids = PhoneIds(phones)
        self._silence = chain(silence_loop(ids, costs), ids)
        self._filler = chain(filler_loop(ids, costs), ids)
        self._words = {
            word: chain(word_loop(language, word, ways, ids, costs), ids) for word, ways in lexicon.items()
        }

    def pair(self, turns: list[Turn], disturbed: list[bool]) -> tuple[Automata, Automata]:
        """Return what the grammars allow, and the ways to the answers, each with an automaton for every turn.

        ``disturbed``: whether a filler may stand before and after the answer.
        """
        allowed, right = _Joiner(), _Joiner()
        for turn, noisy in zip(turns, disturbed, strict=True):
            begin = allowed.begin(1)
            for part in (self._silence, self._filler, *(self._words[word] for word in turn.words)):
                allowed.add(part, begin, begin)
            self._answer(right, turn, noisy)
        return allowed.joined(), right.joined()

    def _answer(self, right: _Joiner, turn: Turn, noisy: bool) -> None:
        parts = [self._words[word] for word in turn.answer] or [self._filler]
        begin = right.begin(len(parts) + 1)
        for k, part in enumerate(parts):
            right.add(part, begin + k, begin + k + 1)
        for k in range(len(parts) + 1):
            right.add(self._silence, begin + k, begin + k)
            if not turn.answer or (noisy and k in (0, len(parts))):
                right.add(self._filler, begin + k, begin + k)


class _Joiner:
    """Counts states through."""

    def __init__(self) -> None:
        self._states, self._automata = 0, -1
        self._said: list[Integers] = []
        self._ends: list[Integers] = []
        self._weights: tuple[list[Floats], list[Floats]] = ([], [])
        self._owners: list[tuple[int, int]] = []
        self._bounds: list[tuple[int, int]] = []

    def begin(self, knots: int) -> int:
        """Begin an automaton of so many states that chains lie between; return the first."""
        first = self._states
        self._automata += 1
        self._grow(knots)
        self._bounds.append((first, self._states - 1))
        return first

    def add(self, part: Chain, source: int, target: int) -> None:
        """Add a chain between two states."""
        places = np.concatenate([[source, target], np.arange(self._states, self._states + part.states)])
        self._grow(part.states)
        said = np.empty((len(part.said), 4), np.int64)
        said[:, :2], said[:, 2], said[:, 3] = places[part.said[:, :2]], part.said[:, 2], self._automata
        self._said.append(said)
        self._ends.append(places[part.ends])
        self._weights[0].append(part.said_weights)
        self._weights[1].append(part.ends_weights)

    def _grow(self, states: int) -> None:
        self._owners.append((self._automata, states))
        self._states += states

    def joined(self) -> Automata:
        """Return all."""
        owners, counts = zip(*self._owners, strict=True)
        starts, finals = zip(*self._bounds, strict=True)
        return Automata(
            np.concatenate(self._said),
            np.concatenate(self._weights[0]),
            np.concatenate(self._ends),
            np.concatenate(self._weights[1]),
            np.repeat(owners, counts),
            np.array(starts),
            np.array(finals),
        )
