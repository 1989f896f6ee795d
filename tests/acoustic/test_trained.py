"""What a training leaves: read back as stored, and the mean of two networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tools.acoustic.layers import Affine
from tools.acoustic.trained import Trained, load, mean_of, save


def _layers(value: float) -> list[Affine]:
    return [
        Affine((-1, 0, 1), np.full((2, 6), value, np.float32), np.array([value, -value], np.float32)),
        Affine((0,), np.full((3, 2), 2 * value, np.float32), np.zeros(3, np.float32)),
    ]


def test_a_trained_network_reads_back_as_stored(tmp_path: Path) -> None:
    stored = Trained(
        _layers(0.5), ("sil", "ж", "spn"), np.array([0.5, 0.3, 0.2], np.float32), ["once", "again"]
    )
    save(tmp_path / "trained.npz", stored)
    read = load(tmp_path / "trained.npz")
    assert (read.phones, read.history) == (stored.phones, stored.history)
    assert np.array_equal(read.priors, stored.priors)
    for wrote, back in zip(stored.layers, read.layers, strict=True):
        assert wrote.offsets == back.offsets
        assert np.array_equal(wrote.weights, back.weights)
        assert np.array_equal(wrote.bias, back.bias)


def test_the_mean_lies_where_its_share_says_and_keeps_the_new_offsets() -> None:
    before = [Affine((), layer.weights, layer.bias) for layer in _layers(1.0)]
    first, second = mean_of(before, _layers(3.0), 0.75)
    assert first.offsets == (-1, 0, 1)
    assert np.allclose(first.weights, 2.5)
    assert np.allclose(first.bias, [2.5, -2.5])
    assert np.allclose(second.weights, 5.0)
