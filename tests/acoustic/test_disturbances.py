"""Disturbances around training phrases: the phrase stays, what is loud beside it is named the filler."""

from __future__ import annotations

import numpy as np
import pytest

from tools.acoustic.codecs import Floats
from tools.acoustic.disturbances import around, stands_out

LEAD, LENGTH, TAIL = 1600, 8000, 800


def _placed() -> Floats:
    rng = np.random.default_rng(1)
    return np.pad(1000 * rng.standard_normal(LENGTH), (LEAD, TAIL)).astype(np.float32)


def _babble(count: int) -> Floats:
    return np.random.default_rng(2).standard_normal(count).astype(np.float32)


@pytest.mark.parametrize("seed", range(40))
def test_the_phrase_stays_and_only_what_is_loud_beside_it_is_filler(seed: int) -> None:
    placed = _placed()
    samples, lead, filler = around(placed, LEAD, LENGTH, np.random.default_rng(seed), _babble)
    assert np.array_equal(samples[lead : lead + LENGTH], placed[LEAD : LEAD + LENGTH])
    assert len(samples) >= len(placed)
    assert len(filler) == -(-len(samples) // 80)
    centres = np.arange(len(filler)) * 80 + 40
    beside = (centres < lead) | (centres >= lead + LENGTH)
    assert not filler[~beside].any()
    power = np.convolve(samples**2, np.full(320, 1 / 320), "same")
    assert (power[np.minimum(centres, len(samples) - 1)][filler] > 50**2).all()


def test_most_silences_stay_silent_and_some_disturbances_are_loud_and_long() -> None:
    lengths, shares = [], []
    for seed in range(200):
        samples, _, filler = around(_placed(), LEAD, LENGTH, np.random.default_rng(seed), _babble)
        lengths.append(len(samples) == LEAD + LENGTH + TAIL)
        shares.append(filler.sum() * 0.01)
    assert 0.55 < np.mean(lengths) < 0.75
    assert 0.1 < np.mean(np.array(shares) > 0) < 0.5
    assert max(shares) > 0.5
    assert min(share for share in shares if share) > 0.05


def test_the_same_seed_disturbs_alike() -> None:
    first, second = (around(_placed(), LEAD, LENGTH, np.random.default_rng(5), _babble) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[2], second[2])


def test_on_a_closed_line_nothing_stands_out() -> None:
    rng = np.random.default_rng(1)
    line = 6 * rng.standard_normal(8000)
    line[4000:] += 300 * rng.standard_normal(4000)
    assert not stands_out(line.astype(np.float32))[:50].any()
    assert not stands_out(np.zeros(8000, np.float32)).any()


def test_only_what_is_louder_than_the_lines_noise_stands_out() -> None:
    rng = np.random.default_rng(2)
    line = 100 * rng.standard_normal(16000)
    line[8000:] *= 3
    heard = stands_out(line.astype(np.float32))
    assert heard[:100].mean() < 0.1
    assert heard[100:].all()
