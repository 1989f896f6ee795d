"""Write and read a Kaldi nnet3 acoustic model (``final.mdl``, binary) that stock Vosk loads.

Layout as in Kaldi's ``hmm/transition-model.cc``, ``nnet3/nnet-nnet.cc`` and
``nnet3/nnet-simple-component.cc``: tokens are text, numbers carry a size byte, vectors the tag FV,
matrices CM2. Every phone has one emitting state; ids are position dependent (begin, end, inside, single).
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from tools.acoustic.layers import Affine

_POSITIONS = (("B", "begin"), ("E", "end"), ("I", "internal"), ("S", "singleton"))
_HALF = 0.5
_LEAD = 3.25
"""By so much (natural logarithm) a frame's best phone is ahead of the filler ..."""
FILLER_TAUGHT = 0.5
"""... where this share of the filler's score is what the network was taught, the rest the best phone's."""
_NEVER = 1000.0
_STEPS = 65535


@dataclass(frozen=True, slots=True)
class PhoneIds:
    """Kaldi's position-dependent phone ids, from 1; silence is id 1."""

    names: tuple[str, ...]

    def id_of(self, phone: str, position: str) -> int:
        """Return the id of a phone at a word's ``B``egin, ``E``nd, ``I``nside or alone (``S``)."""
        number = self.names.index(phone)
        return 1 if number == 0 else 2 + (number - 1) * len(_POSITIONS) + "BEIS".index(position)

    def count(self) -> int:
        """Return the number of ids."""
        return 1 + (len(self.names) - 1) * len(_POSITIONS)

    def network_output(self, phone_id: int) -> int:
        """Return the network's output that scores a phone id."""
        return 0 if phone_id == 1 else 1 + (phone_id - 2) // len(_POSITIONS)

    def word_boundary(self) -> str:
        """Return ``word_boundary.int``: each id and its place in a word."""
        kinds = ["nonword", *(kind for _ in self.names[1:] for _, kind in _POSITIONS)]
        return "".join(f"{i} {kind}\n" for i, kind in enumerate(kinds, start=1))


def transition_id(phone_id: int, *, stay: bool) -> int:
    """Return Kaldi's transition id of a one-state phone: stay in it, or leave it."""
    return 2 * (phone_id - 1) + (1 if stay else 2)


class _Writer:
    """Kaldi's binary stream."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def raw(self, data: bytes) -> None:
        self._file.write(data)

    def token(self, *names: str) -> None:
        for name in names:
            self._file.write(name.encode() + b" ")

    def integer(self, *values: int) -> None:
        for value in values:
            self._file.write(b"\x04" + struct.pack("<i", value))

    def number(self, *values: float) -> None:
        for value in values:
            self._file.write(b"\x04" + struct.pack("<f", value))

    def integers(self, values: list[int]) -> None:
        self._file.write(b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes())

    def vector(self, values: npt.ArrayLike) -> None:
        data = np.asarray(values, "<f4")
        self.token("FV")
        self.integer(len(data))
        self.raw(data.tobytes())

    def matrix(self, values: npt.NDArray[np.float32]) -> None:
        """Write 16 bits a weight (``matrix/compressed-matrix.cc``, CM2): half the size, error below 1e-4."""
        low, span = float(values.min()), float(np.ptp(values))
        steps = np.round((values.astype(np.float64) - low) / max(span, 1e-20) * _STEPS)
        self.token("CM2")
        self.raw(struct.pack("<ffii", low, span, *values.shape) + steps.astype("<u2").tobytes())


def write_model(
    path: Path, names: tuple[str, ...], layers: list[Affine], priors: npt.NDArray[np.float32]
) -> None:
    """Write ``final.mdl``: the transition model, the network and the outputs' priors."""
    context = sum(max(layer.offsets) for layer in layers)
    with path.open("wb") as file:
        out = _Writer(file)
        out.raw(b"\0B")
        _transition_model(out, PhoneIds(names))
        _network(out, layers, priors)
        out.token("<LeftContext>")
        out.integer(context)
        out.token("<RightContext>")
        out.integer(context)
        out.token("<Priors>")
        out.vector(priors)


def _transition_model(out: _Writer, ids: PhoneIds) -> None:
    phones = list(range(1, ids.count() + 1))
    out.token("<TransitionModel>", "<Topology>")
    out.integers(phones)
    out.integers([-1] + [0] * len(phones))
    out.integer(1, 2)  # one topology entry of two states: the emitting one ...
    out.integer(0, 2, 0)  # ... of class 0 with two transitions: to itself
    out.number(_HALF)
    out.integer(1)  # and on
    out.number(_HALF)
    out.integer(-1, 0)  # the final one
    out.token("</Topology>", "<Triples>")
    out.integer(len(phones))
    for phone in phones:
        out.integer(phone, 0, ids.network_output(phone))
    out.token("</Triples>", "<LogProbs>")
    out.vector([0.0] + [math.log(_HALF)] * (2 * len(phones)))
    out.token("</LogProbs>", "</TransitionModel>")


def _network(out: _Writer, layers: list[Affine], priors: npt.NDArray[np.float32]) -> None:
    inputs = layers[0].weights.shape[1] // len(layers[0].offsets)
    config, previous = [f"input-node name=input dim={inputs}"], "input"
    for number, layer in enumerate(layers[:-1], start=1):
        name = f"tdnn{number}"
        spliced = ", ".join(previous if k == 0 else f"Offset({previous}, {k})" for k in layer.offsets)
        config.append(_node(f"{name}.affine", f"Append({spliced})"))
        config.append(_node(f"{name}.relu", f"{name}.affine"))
        previous = f"{name}.relu"
    config.append(_node("output.affine", previous))
    config.append(_node("output.log-softmax", "output.affine"))
    config += _filler_config(len(priors))
    out.token("<Nnet3>")
    out.raw(("\n" + "\n".join(config) + "\n\n").encode())
    out.token("<NumComponents>")
    out.integer(2 * len(layers) + 3)
    for number, layer in enumerate(layers[:-1], start=1):
        _affine(out, f"tdnn{number}.affine", layer)
        _nonlinearity(out, f"tdnn{number}.relu", "RectifiedLinearComponent", len(layer.bias))
    _affine(out, "output.affine", layers[-1])
    _nonlinearity(out, "output.log-softmax", "LogSoftmaxComponent", len(layers[-1].bias))
    _filler(out, priors)
    out.token("</Nnet3>")


def _filler_config(outputs: int) -> list[str]:
    """Return the nodes that replace the filler, the last output."""
    return [
        _node("filler.rivals", "output.log-softmax"),
        _node("filler.best", "filler.rivals"),
        _node("filler.mean", "Append(output.log-softmax, filler.best)"),
        f"dim-range-node name=output.phones input-node=output.log-softmax dim-offset=0 dim={outputs - 1}",
        "output-node name=output input=Append(output.phones, filler.mean) objective=linear",
    ]


def filler_ahead(priors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return what is added to each output's score before the best is half of the filler's.

    The best phone is that of the best likelihood (score less logarithm of its prior), as the decoder sees it.
    """
    ahead: npt.NDArray[np.float32] = (np.log(priors[-1]) - np.log(priors) - _LEAD).astype(np.float32)
    ahead[[0, -1]] = -_NEVER  # neither silence nor the filler is speech
    return ahead


def _filler(out: _Writer, priors: npt.NDArray[np.float32]) -> None:
    """Write what makes the filler as good as it was taught to be and as any phone is, in equal parts."""
    outputs = len(priors)
    mean = np.zeros((1, outputs + 1), np.float32)
    mean[0, -2:] = FILLER_TAUGHT, 1 - FILLER_TAUGHT
    _affine(out, "filler.rivals", Affine((0,), np.eye(outputs, dtype=np.float32), filler_ahead(priors)))
    out.token("<ComponentName>", "filler.best", "<MaxpoolingComponent>")
    for axis, size in (("X", 1), ("Y", 1), ("Z", outputs)):
        out.token(f"<Input{axis}Dim>")
        out.integer(size)
    for what in ("Size", "Step"):
        for axis in "XYZ":
            out.token(f"<Pool{axis}{what}>")
            out.integer(outputs if (axis, what) == ("Z", "Size") else 1)
    out.token("</MaxpoolingComponent>")
    _affine(out, "filler.mean", Affine((0,), mean, np.zeros(1, np.float32)))


def _node(name: str, source: str) -> str:
    return f"component-node name={name} component={name} input={source}"


def _affine(out: _Writer, name: str, layer: Affine) -> None:
    out.token("<ComponentName>", name, "<FixedAffineComponent>", "<LinearParams>")
    out.matrix(layer.weights)
    out.token("<BiasParams>")
    out.vector(layer.bias)
    out.token("</FixedAffineComponent>")


def _nonlinearity(out: _Writer, name: str, kind: str, dimension: int) -> None:
    """Write an activation; its training statistics are empty."""
    out.token("<ComponentName>", name, f"<{kind}>", "<Dim>")
    out.integer(dimension)
    for statistic in ("<ValueAvg>", "<DerivAvg>"):
        out.token(statistic)
        out.vector([])
    out.token("<Count>")
    out.number(0)
    out.token("<OderivRms>")
    out.vector([])
    for statistic in ("<OderivCount>", "<NumDimsSelfRepaired>", "<NumDimsProcessed>", "<SelfRepairScale>"):
        out.token(statistic)
        out.number(0)
    out.token(f"</{kind}>")


def read_model(path: Path) -> tuple[list[Affine], npt.NDArray[np.float32]]:
    """Return the layers, without their offsets, and the priors of a ``final.mdl`` that we wrote.

    Errors: ``ValueError``.
    """
    data = path.read_bytes()
    network = data.partition(b"<ComponentName> filler.rivals ")[0]
    weights = [_matrix_at(network, place) for place in _places(network, b"<LinearParams> ")]
    biases = [_vector_at(network, place) for place in _places(network, b"<BiasParams> ")]
    priors = [_vector_at(data, place) for place in _places(data, b"<Priors> ")]
    if not weights or len(weights) != len(biases) or len(priors) != 1:
        raise ValueError(f"{path}: not a model that tools.acoustic wrote")
    return [Affine((), *layer) for layer in zip(weights, biases, strict=True)], priors[0]


def _places(data: bytes, token: bytes) -> list[int]:
    return [found.end() for found in re.finditer(re.escape(token), data)]


def _vector_at(data: bytes, place: int) -> npt.NDArray[np.float32]:
    tag, count = struct.unpack_from("<3sxi", data, place)
    if tag != b"FV ":
        raise ValueError(f"no vector at byte {place}")
    return np.frombuffer(data, "<f4", count, place + struct.calcsize("<3sxi"))


def _matrix_at(data: bytes, place: int) -> npt.NDArray[np.float32]:
    tag, low, span, rows, columns = struct.unpack_from("<4sffii", data, place)
    if tag != b"CM2 ":
        raise ValueError(f"no matrix at byte {place}")
    steps = np.frombuffer(data, "<u2", rows * columns, place + struct.calcsize("<4sffii"))
    out: npt.NDArray[np.float32] = (low + span / _STEPS * steps).astype(np.float32)
    return out.reshape(rows, columns)
