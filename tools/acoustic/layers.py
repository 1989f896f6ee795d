"""The network's shape, and its layers as plain numbers, free of PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Affine:
    """One layer as Kaldi wants it: inputs at ``offsets`` (10 ms frames) joined, times weights, plus bias."""

    offsets: tuple[int, ...]
    weights: npt.NDArray[np.float32]
    """``(outputs, len(offsets) * inputs)``."""
    bias: npt.NDArray[np.float32]
    """``(outputs,)``."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution: kernel size, stride and dilation, the latter two in its input's steps."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    offsets: tuple[int, ...] = ()
    """The same, as offsets in feature frames (10 ms): what Kaldi's ``Append(Offset(...))`` wants."""


LAYERS = (
    Layer(5, offsets=(-2, -1, 0, 1, 2)),
    Layer(3, stride=3, offsets=(-1, 0, 1)),
    Layer(3, offsets=(-3, 0, 3)),
    Layer(3, offsets=(-3, 0, 3)),
    Layer(3, dilation=2, offsets=(-6, 0, 6)),
    Layer(3, dilation=2, offsets=(-6, 0, 6)),
)


def scores(layers: list[Affine], features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return what the layers answer to features ``(frames, 40)``: logits ``(frames, outputs)``, every 10 ms.

    The first and the last frame stand for what lies beyond them.
    """
    every = [*(layer.offsets for layer in LAYERS), (0,)]
    before, after = -sum(min(offsets) for offsets in every), sum(max(offsets) for offsets in every)
    x = np.pad(features, ((before, after), (0, 0)), mode="edge")
    for number, (layer, offsets) in enumerate(zip(layers, every, strict=True)):
        low, span = min(offsets), max(offsets) - min(offsets)
        joined = np.concatenate([x[k - low : len(x) - span + k - low] for k in offsets], axis=1)
        x = joined @ layer.weights.T + layer.bias
        if number < len(every) - 1:
            x = np.maximum(x, 0)
    return x
