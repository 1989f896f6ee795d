"""The acoustic network: a small time-delay network that sees 43 frames and answers every third one.

PyTorch is needed to train only; what is exported are plain matrices (:class:`Affine`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from torch import nn  # type: ignore[import-not-found, unused-ignore]

from tools.acoustic.features import DIMENSION
from tools.acoustic.layers import LAYERS, Affine

WIDTH = 288
_SILENT = 5e-3
"""Share of its layer's median variance below which a unit says nothing."""


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
    mean = module.running_mean.double().numpy()
    if not module.affine:
        return scale, -mean * scale
    scale[silent(module.running_var).numpy()] = 0  # or a rare sound would be multiplied by hundreds
    gain, bias = module.weight.detach().double().numpy(), module.bias.detach().double().numpy()
    return scale * gain, bias - mean * scale * gain


def silent(variances: Any) -> Any:
    """Return which units of a layer say nothing: next to no variance over many batches.

    Features are no units: the higher cepstra vary little and matter all the same.
    """
    return variances < _SILENT * variances.median()


def unfold(layers: list[Affine], features: list[Any]) -> Any:
    """Return a network that computes what these folded layers do, ready to be trained on.

    ``features``: batches ``(n, 40, frames)`` that stand for the corpus; each normalisation is set to their
    mean and variance in its place, and the convolution after it undoes that. Units that say nothing are
    switched off: a batch in which one speaks would be another network's. Errors: ``ValueError``.
    """
    network = build(len(layers[-1].bias))
    norms = [module for module in network if isinstance(module, nn.BatchNorm1d)]
    convolutions = [module for module in network if isinstance(module, nn.Conv1d)]
    before: Any = None
    for norm, convolution, layer in zip(norms, convolutions, layers, strict=True):
        shape = tuple(convolution.weight.shape)  # (out, in, kernel)
        if layer.weights.shape != (shape[0], shape[1] * shape[2]):
            raise ValueError("the layers are another network's")
        every = torch.cat([batch.transpose(0, 1).flatten(1) for batch in features], dim=1)
        norm.running_mean.copy_(every.mean(dim=1))
        norm.running_var.copy_(every.var(dim=1))
        scale = torch.sqrt(norm.running_var + norm.eps)
        weights = torch.tensor(layer.weights).reshape(shape[0], shape[2], shape[1]).transpose(1, 2)
        with torch.no_grad():
            if before is not None:
                mute = silent(norm.running_var)
                scale[mute] = 0
                before.weight[mute], before.bias[mute] = 0, 0  # nor does it learn to speak up
            convolution.weight.copy_(weights * scale[None, :, None])
            convolution.bias.copy_(torch.tensor(layer.bias) + (weights.sum(2) @ norm.running_mean))
            features = [torch.relu(convolution(norm.eval()(batch))) for batch in features]
        before = convolution
    return network
