"""The corpus: the same seed speaks the same, sample by sample and label by label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.acoustic.corpus import Job, make_shard, read_shard, shard_makers
from tools.acoustic.examples import ExampleMaker, load_corpus
from tools.acoustic.voices import VoiceShare

_SHARES = [
    ("ru", VoiceShare("espeak", "ru", 4)),
    ("en", VoiceShare("flite", "slt", 2, (0.55, 1.3), speakers=1)),
]


@pytest.mark.parametrize(("language", "share"), _SHARES)
def test_a_shard_and_its_features_are_the_same_every_time(
    language: str, share: VoiceShare, tmp_path: Path
) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    jobs = [Job(language, share, share.phrases, 5, folder / "000.npz") for folder in folders]
    with shard_makers(1) as pool:
        assert min(pool.map(make_shard, jobs)) > 0
    batches = [ExampleMaker(language, load_corpus(language, f), 10.0, seed=3).batch(0, 0) for f in folders]
    first, second = (read_shard(tmp_path / name / "000.npz") for name in ("first", "second"))
    assert [(u.text, u.voice) for u in first] == [(u.text, u.voice) for u in second]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(first, second, strict=True))
    assert np.array_equal(batches[0].features, batches[1].features)
    assert np.array_equal(batches[0].labels, batches[1].labels)
