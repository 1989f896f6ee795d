"""The network in PyTorch, where it is installed: folded and unfolded it answers the same."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from tools.acoustic.features import DIMENSION
from tools.acoustic.layers import scores

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch makes models only")

_OUTPUTS = 12


def _features(count: int) -> list[Any]:
    import torch  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - where it is

    rng = np.random.default_rng(1)
    drawn = [rng.standard_normal((4, DIMENSION, 90)).astype(np.float32) for _ in range(count)]
    return [torch.from_numpy(batch) for batch in drawn]


def _network(features: list[Any], hushed: float) -> Any:
    """Return a network whose normalisations know these features; one unit speaks ``hushed`` times as loud."""
    import torch  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - where it is
    from torch.optim.swa_utils import update_bn  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415

    from tools.acoustic import net  # noqa: PLC0415 - needs PyTorch

    torch.manual_seed(1)
    network = net.build(_OUTPUTS)
    with torch.no_grad():
        network[1].weight[5] *= hushed
        network[1].bias[5] *= hushed
    update_bn(features, network.train())
    return network.eval()


def _answer(layers: Any, batch: Any) -> Any:
    return scores(layers, batch[0].numpy().T.copy())


def test_a_unit_that_says_next_to_nothing_is_not_made_loud() -> None:
    from tools.acoustic import net  # noqa: PLC0415 - needs PyTorch

    features = _features(8)
    folded = net.fold(_network(features, 1e-5))
    assert max(np.abs(layer.weights).max() for layer in folded) < 5
    loud = features[0] * 1000  # as if the unit spoke up for once
    assert np.isfinite(_answer(folded, loud)).all()
    assert not folded[1].weights.reshape(len(folded[1].bias), -1, net.WIDTH)[:, :, 5].any()


def test_units_that_speak_are_kept() -> None:
    from tools.acoustic import net  # noqa: PLC0415 - needs PyTorch

    folded = net.fold(_network(_features(8), 0.5))
    assert folded[1].weights.reshape(len(folded[1].bias), -1, net.WIDTH)[:, :, 5].any()


@pytest.mark.parametrize("hushed", [1.0, 1e-5])
def test_what_is_unfolded_answers_as_before(hushed: float) -> None:
    from tools.acoustic import net  # noqa: PLC0415 - needs PyTorch

    features = _features(8)
    folded = net.fold(_network(features, hushed))
    again = net.fold(net.unfold(folded, features).eval())
    assert np.allclose(_answer(again, features[0]), _answer(folded, features[0]), atol=1e-3)


def test_a_silent_unit_stays_silent_in_training() -> None:
    from tools.acoustic import net  # noqa: PLC0415 - needs PyTorch

    features = _features(8)
    again = net.unfold(net.fold(_network(features, 1e-5)), features)
    again.train()(features[0] * 1000).square().mean().backward()
    assert not again[1].weight[5].any()
    assert not again[1].weight.grad[5].any()
    assert not again[4].weight[:, 5].any()
    assert not again[4].weight.grad[:, 5].any()


def test_a_feature_that_varies_little_is_kept() -> None:
    from tools.acoustic import net  # noqa: PLC0415 - needs PyTorch

    features = _features(8)
    for batch in features:
        batch[:, -1] *= 0.01
    folded = net.fold(_network(features, 1.0))
    again = net.fold(net.unfold(folded, features).eval())
    for layers in (folded, again):
        assert layers[0].weights.reshape(len(layers[0].bias), -1, DIMENSION)[:, :, -1].all()
