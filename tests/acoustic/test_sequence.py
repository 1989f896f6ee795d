"""The sequence criterion against plain sums over every path."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tools.acoustic.automata import Automata
from tools.acoustic.sequence import log_sums, sequence_loss

_RIGHT = Automata(
    said=np.array([[0, 1, 1, 0], [1, 1, 1, 0], [1, 2, 2, 0], [3, 4, 2, 1], [4, 4, 2, 1]]),
    said_weights=np.array([0.5, 1.0, 0.25, 1.0, 0.5], np.float32),
    ends=np.array([[4, 5]]),
    ends_weights=np.array([0.125], np.float32),
    owners=np.array([0, 0, 0, 1, 1, 1]),
    starts=np.array([0, 3]),
    finals=np.array([2, 5]),
)
_LENGTHS = np.array([4, 3])


def _scores() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(2, 3, 4)).astype(np.float32)


def _plain(scores: np.ndarray, number: int) -> float:
    """Return the logarithm of the sum over all paths of an automaton, found by trying all of them."""
    total, frames = 0.0, int(_LENGTHS[number])
    for path in product(range(len(_RIGHT.said)), repeat=frames):
        weight, state = 1.0, int(_RIGHT.starts[number])
        for frame, arc in enumerate(path):
            source, target, output, owner = _RIGHT.said[arc]
            if source != state or owner != number:
                break
            weight *= _RIGHT.said_weights[arc] * np.exp(scores[number, output, frame])
            state = int(target)
        else:
            if state == 4:
                weight, state = weight * 0.125, 5
            total += weight if state == _RIGHT.finals[number] else 0.0
    return float(np.log(total))


def test_the_sum_over_paths_is_that_of_trying_all() -> None:
    scores = _scores()
    assert np.allclose(log_sums(scores, _RIGHT, _LENGTHS).logs, [_plain(scores, 0), _plain(scores, 1)])


def test_the_shares_are_the_change_by_small_changes() -> None:
    shares = log_sums(_scores(), _RIGHT, _LENGTHS).shares
    assert np.allclose(shares[0].sum(axis=0), 1)
    assert np.allclose(shares[1].sum(axis=0), [1, 1, 1, 0])  # nothing after its end
    for place in [(0, 1, 0), (0, 1, 2), (0, 2, 3), (1, 2, 1), (1, 0, 0)]:
        moved = _scores()
        moved[place] += 1e-3
        change = _plain(moved, place[0]) - _plain(_scores(), place[0])
        assert np.isclose(shares[place], change / 1e-3, atol=1e-3)


def test_nothing_is_lost_where_only_the_right_is_allowed_and_a_margin_costs() -> None:
    scores, labels = _scores(), np.array([[1, 1, 1, 2], [2, 2, 2, -1]])
    loss, gradient = sequence_loss(scores, labels, _RIGHT, _RIGHT, 0.0)
    assert loss == pytest.approx(0, abs=1e-9)
    assert np.allclose(gradient, 0)
    wrong = np.array([[2, 2, 2, 1], [1, 1, 1, -1]])
    assert sequence_loss(scores, wrong, _RIGHT, _RIGHT, 0.5)[0] == pytest.approx(0.5)


def test_what_is_allowed_besides_is_made_worse_and_the_right_better() -> None:
    more = replace(
        _RIGHT,
        said=np.vstack([_RIGHT.said, [3, 4, 0, 1]]),
        said_weights=np.append(_RIGHT.said_weights, 1).astype(np.float32),
    )
    loss, gradient = sequence_loss(_scores(), np.array([[1, 1, 1, 2], [2, 2, 2, -1]]), more, _RIGHT, 0.0)
    assert loss > 0.01
    assert np.allclose(gradient[0], 0)
    assert gradient[1, 0, 0] > 0.01
    assert gradient[1, 2, 0] == pytest.approx(-gradient[1, 0, 0])


def test_an_answer_that_cannot_be_is_left_out() -> None:
    labels = np.array([[1, -1, -1, -1], [2, 2, 2, -1]])
    loss, gradient = sequence_loss(_scores(), labels, _RIGHT, _RIGHT, 0.0)
    assert loss == pytest.approx(0, abs=1e-9)
    assert np.isfinite(gradient).all()
