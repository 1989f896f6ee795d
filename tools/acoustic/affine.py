"""A network layer as plain numbers, free of PyTorch."""

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
