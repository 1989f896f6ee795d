"""The corpus: the same seed speaks the same, sample by sample and label by label."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from tools.acoustic.corpus import Job, make_shard, read_shard, spoken_shard
from tools.acoustic.examples import ExampleMaker, load_corpus
from tools.acoustic.voices import VoiceShare

_CRASHES = 77
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
    assert min(spoken_shard(job) for job in jobs) > 0
    batches = [ExampleMaker(language, load_corpus(language, f), 10.0, seed=3).batch(0, 0) for f in folders]
    first, second = (read_shard(tmp_path / name / "000.npz") for name in ("first", "second"))
    assert [(u.text, u.voice) for u in first] == [(u.text, u.voice) for u in second]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(first, second, strict=True))
    assert np.array_equal(batches[0].features, batches[1].features)
    assert np.array_equal(batches[0].labels, batches[1].labels)


def _crash_once(job: Job) -> None:
    if job.seed == _CRASHES:
        os.kill(os.getpid(), signal.SIGSEGV)
    make_shard(job)


def _crash(job: Job) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def test_where_an_engine_crashes_other_phrases_are_drawn(tmp_path: Path) -> None:
    job = Job("en", VoiceShare("flite", "slt", 2, (0.55, 1.3)), 2, _CRASHES, tmp_path / "000.npz")
    assert spoken_shard(job, _crash_once) == len(read_shard(job.path)) > 0


def test_where_it_always_crashes_the_shard_is_named(tmp_path: Path) -> None:
    job = Job("en", VoiceShare("flite", "slt", 2, (0.55, 1.3)), 2, _CRASHES, tmp_path / "007.npz")
    with pytest.raises(RuntimeError, match=r"007\.npz: flite ended 3 times"):
        spoken_shard(job, _crash)
