"""The statistics of the call benches: percentiles, verdicts, likeness."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.calls_measures import Measured, Promise, likeness, percentile, table


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


def test_the_same_sound_is_found_wherever_it_lies() -> None:
    chance = np.random.default_rng(7)
    sound = chance.normal(0, 2000, 4000).astype(np.int16)
    line = np.concatenate((np.zeros(3211, np.int16), sound, np.zeros(900, np.int16)))
    assert likeness(sound, line) > 0.99
    assert likeness(sound, (line // 4).astype(np.int16)) > 0.99, "loudness does not matter"
    other = chance.normal(0, 2000, line.size).astype(np.int16)
    assert likeness(sound, other) < 0.3


def test_silence_and_too_little_sound_are_like_nothing() -> None:
    sound = np.full(800, 1000, np.int16)
    assert likeness(sound, np.zeros(2000, np.int16)) == 0
    assert likeness(np.zeros(800, np.int16), sound) == 0
    assert likeness(sound, sound[:100]) == 0
    assert likeness(np.zeros(0, np.int16), sound) == 0
