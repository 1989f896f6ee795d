"""The model file: what was written is read back, to the precision that 16 bits a weight have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.acoustic.kaldi import read_model, write_model
from tools.acoustic.layers import Affine
from tools.acoustic.paths import model_folder
from tools.acoustic.phones import PHONE_SETS


def _layers() -> list[Affine]:
    rng = np.random.default_rng(4)
    shapes = (((-1, 0, 1), 5, 12), ((0,), 3, 5))
    return [
        Affine(offsets, *(rng.standard_normal(s).astype(np.float32) for s in ((rows, columns), rows)))
        for offsets, rows, columns in shapes
    ]


def test_a_model_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path, priors = tmp_path / "final.mdl", np.array([0.5, 0.3, 0.2], np.float32)
    write_model(path, ("sil", "a", "spn"), _layers(), priors)
    layers, read = read_model(path)
    assert np.array_equal(read, priors)
    for wrote, back in zip(_layers(), layers, strict=True):
        assert np.array_equal(wrote.bias, back.bias)
        assert np.abs(wrote.weights - back.weights).max() < 1e-4


@pytest.mark.parametrize("language", ["ru", "en"])
def test_training_can_go_on_with_the_committed_model(language: str) -> None:
    layers, priors = read_model(model_folder(language) / "am" / "final.mdl")
    phones = len(PHONE_SETS[language].names)
    assert len(priors) == len(layers[-1].bias) == phones
    assert priors.sum() == pytest.approx(1.0, abs=1e-4)
    assert all(back.weights.shape[0] == len(back.bias) for back in layers)


def test_what_is_no_model_of_ours_is_said(tmp_path: Path) -> None:
    (tmp_path / "final.mdl").write_bytes(b"\0B<TransitionModel> ")
    with pytest.raises(ValueError, match="not a model"):
        read_model(tmp_path / "final.mdl")
