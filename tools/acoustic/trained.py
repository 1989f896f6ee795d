"""What a training leaves, free of PyTorch: layers, phones, their frequencies, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.acoustic.codecs import Floats
from tools.acoustic.layers import Affine


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained network, its normalisations folded in."""

    layers: list[Affine]
    phones: tuple[str, ...]
    """Of the outputs, in order."""
    priors: Floats
    """How often the network was told each phone; the sum is 1."""
    history: list[str]
    """How it was trained, one line for each run."""


def save(path: Path, trained: Trained) -> None:
    """Store a trained network as ``.npz``."""
    arrays = {
        "phones": np.array(trained.phones),
        "history": np.array(trained.history),
        "priors": trained.priors,
    }
    for number, layer in enumerate(trained.layers):
        arrays[f"offsets{number}"] = np.array(layer.offsets)
        arrays[f"weights{number}"], arrays[f"bias{number}"] = layer.weights, layer.bias
    np.savez(path, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> Trained:
    """Load what :func:`save` stored."""
    with np.load(path) as data:
        count = sum(name.startswith("bias") for name in data.files)
        layers = [
            Affine(tuple(data[f"offsets{k}"].tolist()), data[f"weights{k}"], data[f"bias{k}"])
            for k in range(count)
        ]
        return Trained(layers, tuple(data["phones"].tolist()), data["priors"], data["history"].tolist())


def mean_of(before: list[Affine], after: list[Affine], share: float) -> list[Affine]:
    """Return the weighted mean of two networks of one history, ``share`` of it the one after.

    Both lie in one basin, where the mean is often better than either (Wortsman et al. 2022, "Model soups").
    """
    return [
        Affine(
            new.offsets,
            ((1 - share) * old.weights + share * new.weights).astype(np.float32),
            ((1 - share) * old.bias + share * new.bias).astype(np.float32),
        )
        for old, new in zip(before, after, strict=True)
    ]
