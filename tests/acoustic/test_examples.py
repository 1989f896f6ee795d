"""Training examples: deterministic, padded alike, labels where the phones are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tools.acoustic.corpus import read_shard, write_shard
from tools.acoustic.examples import CONTEXT, SUBSAMPLING, ExampleMaker
from tools.acoustic.speech import Utterance


def _corpus() -> list[Utterance]:
    rng = np.random.default_rng(1)
    out = []
    for k in range(6):
        samples = (3000 * rng.standard_normal(4000 + 500 * k)).astype(np.int16)
        starts, phones = np.array([0.0, 0.2], np.float32), np.array([1 + k, 2], np.int16)
        out.append(Utterance(f"text {k}", f"voice{k}", samples, starts, phones))
    return out


def test_a_shard_reads_back_as_it_was_written(tmp_path: Path) -> None:
    write_shard(tmp_path / "one.npz", _corpus())
    back = read_shard(tmp_path / "one.npz")
    assert [(u.text, u.voice) for u in back] == [(u.text, u.voice) for u in _corpus()]
    for wrote, read in zip(_corpus(), back, strict=True):
        assert np.array_equal(wrote.samples, read.samples)
        assert np.array_equal(wrote.starts, read.starts)
        assert np.array_equal(wrote.phones, read.phones)


def test_the_same_seed_gives_the_same_batch_and_another_epoch_another() -> None:
    first, second = (ExampleMaker(_corpus(), 4.0, seed=3) for _ in range(2))
    assert first.epoch_order(0) == second.epoch_order(0)
    assert np.array_equal(first.batch(0, 1).features, second.batch(0, 1).features)
    assert not np.array_equal(first.batch(0, 1).features, first.batch(1, 1).features)


def test_every_utterance_is_in_one_batch_and_features_match_labels() -> None:
    maker = ExampleMaker(_corpus(), 4.0, seed=3)
    batches = [maker.batch(0, n) for n in range(len(maker))]
    assert sum(len(b.labels) for b in batches) == 6
    for batch in batches:
        assert batch.features.shape[1] == batch.labels.shape[1] * SUBSAMPLING + 2 * CONTEXT
        assert np.isfinite(batch.features).all()
        assert set(np.unique(batch.labels)) <= {-1, 0, 1, 2, 3, 4, 5, 6}
