"""The statistics of the call benches: percentiles, verdicts, likeness."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.calls_measures import ALIKE, Measured, Promise, likeness, percentile, table
from tools.caller.g711 import Samples


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [
        ([7.0], 0.95, 7.0),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 0.5, 50),
        (list(range(1, 101)), 1.0, 100),
        (list(range(1, 22)), 0.95, 20),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
    ],
)
def test_percentile_is_a_value_that_was_measured(values: list[float], share: float, wanted: float) -> None:
    assert percentile(values, share) == wanted


def test_no_values_have_no_percentile_and_keep_no_promise() -> None:
    assert math.isnan(percentile([], 0.95))
    assert not Promise(0.95, 150).kept([])
    assert not Measured("nothing", (), (Promise(0.95, 150),)).kept


def test_one_value_in_twenty_may_be_late() -> None:
    promise = Promise(0.95, 150)
    assert promise.kept([100.0] * 19 + [900.0])
    assert not promise.kept([100.0] * 18 + [900.0] * 2)
    assert promise.kept([150.0])


def test_a_later_target_is_shown_and_not_judged() -> None:
    due, later = Promise(0.5, 700), Promise(0.5, 450, later=True)
    row = Measured("words", (500.0, 600.0, 700.0), (due, later))
    assert row.kept
    assert row.verdict() == "pass; later target p50 not reached"
    assert Measured("words", (400.0,), (later,)).verdict() == "later target reached"


def test_a_broken_promise_is_named_in_the_table() -> None:
    rows = [
        Measured("gap", (20.0, 90.0), (Promise(1.0, 70),)),
        Measured("lost", (0.0,), (Promise(1.0, 0),), unit=""),
        Measured("load", (1.0,)),
    ]
    lines = table(rows).splitlines()
    assert lines[2] == "| gap | 2 | 20 ms | 90 ms | 90 ms | max ≤ 70 | FAIL (max) |"
    assert lines[3].endswith("| max ≤ 0 | pass |")
    assert lines[4].endswith("| - | - |")


def words(seed: int, tones: int = 12) -> Samples:
    """Make something like speech: tones of random pitch and loudness, 80 ms each."""
    chance = np.random.default_rng(seed)
    moments = np.arange(640) / 8000
    return np.concatenate(
        [
            chance.uniform(500, 6000) * np.sin(2 * np.pi * chance.uniform(200, 3000) * moments)
            for _ in range(tones)
        ]
    ).astype(np.int16)


def silence(samples: int) -> Samples:
    return np.zeros(samples, np.int16)


def test_the_same_sound_is_found_wherever_it_lies() -> None:
    sound = words(1)
    line = np.concatenate((silence(3240), sound, silence(9000)))
    assert likeness(sound, line) > ALIKE
    hiss = np.random.default_rng(2).normal(0, 30, line.size)
    assert likeness(sound, (line * 0.7 + hiss).astype(np.int16)) > ALIKE, "neither noise nor loudness matters"


def test_other_sounds_are_not_alike() -> None:
    assert likeness(words(1), np.concatenate((silence(3240), words(3), silence(9000)))) < ALIKE


def test_silence_and_too_little_sound_are_like_nothing() -> None:
    assert likeness(words(1), silence(20000)) == 0
    assert likeness(silence(800), words(1)) == 0
    assert likeness(words(1), words(1)[:1000]) == 0
    assert likeness(silence(0), words(1)) == 0
