"""The acoustic network: a small time-delay network that sees 43 frames and answers every third one.

PyTorch is needed to train only; what is exported are plain matrices (:class:`Affine`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from torch import nn  # type: ignore[import-not-found, unused-ignore]

from tools.acoustic.affine import Affine
from tools.acoustic.codecs import Floats
from tools.acoustic.features import DIMENSION

WIDTH = 288


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


def build(outputs: int) -> Any:
    """Return the untrained network: features ``(n, 40, frames)`` to logits ``(n, outputs, frames / 3)``."""
    modules: list[Any] = [nn.BatchNorm1d(DIMENSION, affine=False, momentum=0.02)]
    width = DIMENSION
    for layer in LAYERS:
        convolution = nn.Conv1d(width, WIDTH, layer.kernel, stride=layer.stride, dilation=layer.dilation)
        modules += [convolution, nn.ReLU(), nn.BatchNorm1d(WIDTH)]
        width = WIDTH
    return nn.Sequential(*modules, nn.Conv1d(width, outputs, 1))


def fold(network: Any) -> list[Affine]:
    """Fold each batch normalisation into the convolution after it."""
    scale, shift = np.ones(DIMENSION), np.zeros(DIMENSION)
    offsets = iter([*(layer.offsets for layer in LAYERS), (0,)])
    out: list[Affine] = []
    for module in network:
        if isinstance(module, nn.BatchNorm1d):
            scale, shift = _normalisation(module)
        elif isinstance(module, nn.Conv1d):
            weights = module.weight.detach().double().numpy()  # (out, in, kernel)
            bias = module.bias.detach().double().numpy() + np.einsum("oik,i->o", weights, shift)
            scaled = (weights * scale[None, :, None]).transpose(0, 2, 1).reshape(len(bias), -1)
            out.append(Affine(next(offsets), scaled.astype(np.float32), bias.astype(np.float32)))
    return out


def _normalisation(module: Any) -> tuple[Any, Any]:
    scale = (1 / torch.sqrt(module.running_var.double() + module.eps)).numpy()
    shift = -module.running_mean.double().numpy() * scale
    if not module.affine:
        return scale, shift
    gain, bias = module.weight.detach().double().numpy(), module.bias.detach().double().numpy()
    return scale * gain, shift * gain + bias


def save(path: Any, network: Any, phones: tuple[str, ...], priors: Floats, history: list[str]) -> None:
    """Store a trained network with its phones, their frequencies and, a line a run, how it was trained."""
    facts = {"phones": list(phones), "priors": priors.tolist(), "history": history}
    torch.save({"state": network.state_dict(), **facts}, path)


def history_of(path: Any) -> list[str]:
    """Return how a stored network was trained, one line for each run."""
    return list(torch.load(path, weights_only=True)["history"])


def load(path: Any) -> tuple[Any, tuple[str, ...], Floats]:
    """Load what :func:`save` stored, ready to fold."""
    stored = torch.load(path, weights_only=True)
    network = build(len(stored["phones"]))
    network.load_state_dict(stored["state"])
    return network.eval(), tuple(stored["phones"]), np.array(stored["priors"], np.float32)
