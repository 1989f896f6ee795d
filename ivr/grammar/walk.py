"""Walking the matcher: readings of words, whether more may follow, random sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ivr.grammar.automaton import MOST_READINGS, Arc, End, Output, Random, State

_Steps = dict[State, list[tuple[State, Arc]]]
"""For one place between two words: each state reached, and the ways into it."""
_Path = tuple[int, Output]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the words."""

    cost: int
    end: End
    value: object | None


def readings(start: State, words: Iterable[str], aliases: Mapping[str, str]) -> list[Reading]:
    """Return the readings of folded words, most likely first, at most `MOST_READINGS`.

    `aliases`: forms of words -> the words they are forms of; either is looked for.
    """
    layers = _forward(start, words, aliases)
    if layers is None:
        return []
    best: dict[tuple[int, State], list[_Path]] = {}
    found = [
        reading
        for state in layers[-1]
        for path in _best_paths(layers, len(layers) - 1, state, best)
        for reading in _read(state, path)
    ]
    return sorted(found, key=lambda reading: reading.cost)[:MOST_READINGS]


def can_continue(start: State, words: Iterable[str], aliases: Mapping[str, str]) -> bool:
    """Return whether a longer sentence begins with these folded words; courtesies do not count."""
    front = {start}
    for word in words:
        front = {arc.target for state in front for arc in _arcs(state, word, aliases)}
        if not front:
            return False
    return any(state.open for state in front)


def _arcs(state: State, word: str, aliases: Mapping[str, str]) -> tuple[Arc, ...]:
    direct = state.arcs.get(word, ())
    return direct + state.arcs.get(aliases[word], ()) if word in aliases else direct


def _forward(start: State, words: Iterable[str], aliases: Mapping[str, str]) -> list[_Steps] | None:
    layers: list[_Steps] = [{start: []}]
    for word in words:
        steps: _Steps = {}
        for state in layers[-1]:
            for arc in _arcs(state, word, aliases):
                steps.setdefault(arc.target, []).append((state, arc))
        if not steps:
            return None
        layers.append(steps)
    return layers


def _best_paths(
    layers: list[_Steps], place: int, state: State, best: dict[tuple[int, State], list[_Path]]
) -> list[_Path]:
    """The cheapest ways from the start to `state`: only ways that some reading uses are looked at."""
    if place == 0:
        return [(0, ())]
    if (place, state) not in best:
        paths = {
            (cost + arc.cost, output + arc.output): None
            for before, arc in layers[place][state]
            for cost, output in _best_paths(layers, place - 1, before, best)
        }
        best[place, state] = sorted(paths, key=lambda path: path[0])[:MOST_READINGS]
    return best[place, state]


def _read(state: State, path: _Path) -> Iterator[Reading]:
    cost, output = path
    for end in state.ends:
        if end.read is None:
            yield Reading(cost, end, None)
        elif (value := end.read(output)) is not None:
            yield Reading(cost, end, value)


def random_path(start: State, rng: Random) -> tuple[tuple[str, ...], End, Output]:
    """Return a random sentence (folded words), its end and what its arcs gave."""
    state, said, output = start, list[str](), Output()
    while True:
        ways = list(state.arcs)
        turn = rng.randrange(len(ways) + len(state.ends))
        if turn >= len(ways):
            return tuple(said), state.ends[turn - len(ways)], output
        arcs = state.arcs[ways[turn]]
        arc = arcs[rng.randrange(len(arcs))]
        said.append(ways[turn])
        output += arc.output
        state = arc.target


def shared_sentences(start: State, most: int = 20) -> list[tuple[str, frozenset[str]]]:
    """Return sentences that end in two names or more: (the words, the names), at most `most`."""
    found: list[tuple[str, frozenset[str]]] = []
    fronts: list[tuple[frozenset[State], str]] = [(frozenset({start}), "")]
    seen = {fronts[0][0]}
    while fronts and len(found) < most:
        front, said = fronts.pop(0)
        names = frozenset(end.name for state in front for end in state.ends)
        if len(names) > 1:
            found.append((said.strip(), names))
        for word in dict.fromkeys(word for state in front for word in state.arcs):
            follow = frozenset(arc.target for state in front for arc in state.arcs.get(word, ()))
            if follow not in seen:
                seen.add(follow)
                fronts.append((follow, f"{said} {word}"))
    return found
