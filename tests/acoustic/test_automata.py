"""Automata of turns: the graph's own chains, one automaton a turn, every state and arc its owner's."""

from __future__ import annotations

from functools import cache

import numpy as np

from tools.acoustic.automata import Automata, AutomatonMaker
from tools.acoustic.graph import Costs
from tools.acoustic.lexicon import build_lexicon
from tools.acoustic.phones import PHONE_SETS
from tools.acoustic.turns import Turn

_NAMES = PHONE_SETS["en"].names
_COSTS = Costs(silence=0.5, word=2.0, digit=1.0, filler=3.0)


@cache
def _maker() -> AutomatonMaker:
    return AutomatonMaker("en", build_lexicon("en", ["yes", "no", "two"]), _NAMES, _COSTS)


def _pair(*turns: Turn, disturbed: bool = False) -> tuple[Automata, Automata]:
    return _maker().pair(list(turns), [disturbed] * len(turns))


def _reached(automata: Automata, number: int, outputs: list[str]) -> float:
    """Return the sum of the weights of an automaton's paths that score just these outputs, a frame each."""
    now = np.zeros(len(automata.owners))
    now[automata.starts[number]] = 1
    for name in outputs:
        taken = automata.said[:, 2] == _NAMES.index(name)
        then = np.zeros_like(now)
        np.add.at(then, automata.said[taken, 1], now[automata.said[taken, 0]] * automata.said_weights[taken])
        np.add.at(then, automata.ends[:, 1], then[automata.ends[:, 0]] * automata.ends_weights)
        now = then
    return float(now[automata.finals[number]])


def test_an_answer_is_said_in_its_order_with_silences_around() -> None:
    _, right = _pair(Turn(("no", "two", "yes"), ("no", "two")))
    spoken = ["n", "ow", "two.1", "two.2"]
    assert _reached(right, 0, spoken) > 0
    assert _reached(right, 0, ["sil", *spoken[:2], "sil", "sil", *spoken[2:], "sil"]) > 0
    assert _reached(right, 0, spoken[2:] + spoken[:2]) == 0
    assert _reached(right, 0, ["spn"] * 9 + spoken) == 0


def test_costs_are_those_of_the_graph() -> None:
    _, right = _pair(Turn(("two",), ("two",)))
    held = ["two.1"] * 2 + ["two.2"] * 2
    assert np.isclose(_reached(right, 0, held), np.exp(-_COSTS.digit))
    hurried = _COSTS.digit + _COSTS.short_digit
    assert np.isclose(_reached(right, 0, held[1:]), np.exp(-hurried))
    borrowed = _COSTS.digit + _COSTS.general
    assert np.isclose(_reached(right, 0, ["t", "t", *held[2:]]), np.exp(-borrowed))


def test_a_turn_without_an_answer_is_answered_by_the_filler() -> None:
    allowed, right = _pair(Turn(("yes",), ()))
    assert _reached(right, 0, ["sil", *["spn"] * 6]) > 0
    assert _reached(right, 0, ["spn"] * 5) == 0
    assert _reached(right, 0, ["sil"]) == 0
    assert _reached(allowed, 0, ["sil"] * 2 + ["y", "eh", "s"] + ["spn"] * 6) > 0
    assert _reached(allowed, 0, ["n", "ow"]) == 0


def test_noise_may_stand_before_and_after_an_answer_where_there_was_some() -> None:
    noise = ["spn"] * 6
    _, right = _pair(Turn(("no", "yes"), ("yes", "no")), disturbed=True)
    assert _reached(right, 0, [*noise, "y", "eh", "s", "n", "ow", *noise]) > 0
    assert _reached(right, 0, ["y", "eh", "s", *noise, "n", "ow"]) == 0


def test_automata_stand_side_by_side() -> None:
    turns = Turn(("no",), ("no",)), Turn(("two", "yes"), ("yes", "yes"))
    for several, *alone in zip(_pair(*turns), *(_pair(turn) for turn in turns), strict=True):
        assert np.array_equal(several.owners[several.starts], [0, 1])
        assert np.array_equal(several.owners[several.finals], [0, 1])
        assert np.array_equal(several.owners[several.said[:, 0]], several.said[:, 3])
        assert np.array_equal(several.owners[several.ends[:, 0]], several.owners[several.ends[:, 1]])
        for number, one in enumerate(alone):
            for said in (["n", "ow"], ["y", "eh", "s"] * 2, ["sil", "two.1", "two.2"]):
                assert _reached(several, number, said) == _reached(one, 0, said)
