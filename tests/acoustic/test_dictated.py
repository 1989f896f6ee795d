"""Dictated numbers: joined of single digits of one voice, silent between them, labels with their phones."""

from __future__ import annotations

import numpy as np

from tools.acoustic.dictated import dictated
from tools.acoustic.speech import SAMPLE_RATE, Utterance

DIGITS = ("один", "два")


def _line(text: str, voice: str, seed: int) -> Utterance:
    samples = (3000 + np.random.default_rng(seed).integers(0, 9, 4000)).astype(np.int16)
    return Utterance(text, voice, samples, np.array([0.0, 0.25], np.float32), np.array([3, 4], np.int16))


CORPUS = [_line(text, voice, 7) for voice in ("a", "b") for text in (*DIGITS, *DIGITS, "баланс", "два два")]


def test_only_single_digits_of_one_voice_are_joined() -> None:
    lines = dictated(CORPUS, DIGITS, 1)
    assert {line.voice for line in lines} == {"a", "b"}
    for line in lines:
        words = line.text.split()
        assert 2 <= len(words) <= 4
        assert set(words) <= set(DIGITS)
    assert len({len(line.samples) for line in lines}) > 1


def test_a_pause_is_silence_in_the_sound_and_in_the_labels() -> None:
    for line in dictated(CORPUS, DIGITS, 2):
        ends = np.append(line.starts[1:], len(line.samples) / SAMPLE_RATE)
        for start, end, phone in zip(line.starts, ends, line.phones, strict=True):
            # a start is a float32: a sample more or less
            sound = line.samples[round(start * SAMPLE_RATE) + 1 : round(end * SAMPLE_RATE) - 1]
            assert bool(sound.any()) == (phone != 0 and sound.size > 0)
        assert list(line.phones).count(0) == len(line.text.split()) - 1


def test_the_same_seed_joins_the_same() -> None:
    first, second = (dictated(CORPUS, DIGITS, 3) for _ in range(2))
    assert [line.text for line in first] == [line.text for line in second]
    assert all(
        np.array_equal(*pair) for pair in zip(*([x.samples for x in y] for y in (first, second)), strict=True)
    )
