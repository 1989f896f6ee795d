"""Layers as plain numbers: what they see of the sound."""

from __future__ import annotations

import numpy as np

from tools.acoustic.kaldi import read_model
from tools.acoustic.layers import scores
from tools.acoustic.paths import model_folder


def _features(frames: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(3).normal(0, 10, (frames, 40)).astype(np.float32)


def test_scores_look_as_far_as_the_layers_do() -> None:
    layers, _ = read_model(model_folder("ru") / "am" / "final.mdl")
    features = _features(101)
    there = scores(layers, features)
    assert there.shape == (101, len(layers[-1].bias))
    features[50] += 5
    changed = np.flatnonzero(np.abs(scores(layers, features) - there).max(axis=1) > 0)
    assert (changed.min(), changed.max()) == (50 - 21, 50 + 21)
