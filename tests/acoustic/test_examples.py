"""Training examples: deterministic, padded alike, labels where the phones are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tools.acoustic.corpus import read_shard, write_shard
from tools.acoustic.examples import CONTEXT, SUBSAMPLING, ExampleMaker, is_strange
from tools.acoustic.phones import FILLER, PHONE_SETS
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


def _maker(corpus: list[Utterance]) -> ExampleMaker:
    return ExampleMaker("ru", corpus, 4.0, seed=3)


def test_the_same_seed_gives_the_same_batch_and_another_epoch_another() -> None:
    first, second = (_maker(_corpus()) for _ in range(2))
    assert first.batches(0) == second.batches(0)
    assert np.array_equal(first.batch(0, 1).features, second.batch(0, 1).features)
    assert not np.array_equal(first.batch(0, 1).features, first.batch(1, 1).features)


def test_an_epoch_uses_our_lines_twice_and_all_others_at_times() -> None:
    ours = [replace(u, text="восемь, два") for u in _corpus()]
    used = [place for batch in _maker(ours).batches(0) for place in batch]
    assert sorted(used) == sorted([*range(6), *range(6)])
    others = [replace(u, text="мифолог") for u in _corpus()] * 50
    epochs = [[place for batch in _maker(others).batches(epoch) for place in batch] for epoch in (0, 1)]
    assert all(len(set(used)) == len(used) for used in epochs)
    assert all(0.5 < len(used) / len(others) < 0.7 for used in epochs)
    assert set(epochs[0]) != set(epochs[1])


def test_an_epoch_uses_what_takes_long_to_make_three_times_as_often() -> None:
    lines = [replace(u, text="восемь", voice="kokoro-af_heart-20-am_adam") for u in _corpus()]
    used = [place for batch in _maker(lines).batches(0) for place in batch]
    assert sorted(used) == sorted(list(range(6)) * 6)


def test_features_match_labels() -> None:
    maker = _maker([replace(u, text="баланс") for u in _corpus()])
    batches = [maker.batch(0, n) for n in range(len(maker.batches(0)))]
    assert sum(len(b.labels) for b in batches) == 12
    filler = PHONE_SETS["ru"].number(FILLER)
    for batch in batches:
        assert batch.features.shape[1] == batch.labels.shape[1] * SUBSAMPLING + 2 * CONTEXT
        assert np.isfinite(batch.features).all()
        assert set(np.unique(batch.labels)) <= {-1, 0, 1, 2, 3, 4, 5, 6, filler}


def test_a_line_without_a_word_of_ours_is_strange() -> None:
    own = frozenset({"баланс", "два"})
    assert is_strange("мифолог, кот", own)
    assert not is_strange("мифолог, баланс", own)
    lines = [
        replace(u, text=text) for u, text in zip(_corpus(), ["мифолог", "восемь", "баланс"] * 2, strict=True)
    ]
    maker = _maker(lines)
    for number, places in enumerate(maker.batches(0)):
        told = maker.batch(0, number).strange.tolist()
        assert told == [lines[place].text == "мифолог" for place in places]
