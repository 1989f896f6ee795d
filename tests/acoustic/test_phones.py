"""Phones: every synthesizer's names land in the one set, closures belong to their stops."""

from __future__ import annotations

import numpy as np
import pytest

from tools.acoustic.closures import with_closures
from tools.acoustic.phones import FILLER, PHONE_SETS, SILENCE, UNKNOWN, broad_marks


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_table_entry_is_a_phone_of_the_set(language: str) -> None:
    phones = PHONE_SETS[language]
    used = {
        broad for table in (phones.espeak, phones.festival) for names in table.values() for broad in names
    }
    assert used | {*phones.own, FILLER} == set(phones.names)
    assert phones.names[0] == SILENCE
    assert phones.names[-1] == FILLER


def test_a_name_that_stands_for_two_phones_shares_its_time_between_them() -> None:
    marks = [(0.0, "f"), (0.1, "oːɹ"), (0.3, "")]
    broad = broad_marks(marks, PHONE_SETS["en"].espeak, 0.4)
    assert [name for _, name in broad] == ["f", "ao", "r", SILENCE]
    assert broad[2][0] == pytest.approx(0.2)


def test_an_unknown_name_is_left_out_of_training() -> None:
    assert broad_marks([(0.0, "ǃ")], PHONE_SETS["en"].espeak, 0.1) == [(0.0, "?")]
    assert PHONE_SETS["en"].number("?") == UNKNOWN


def _tone_then_silence_then_tone() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    tone = (10_000 * np.sin(np.arange(1600) / 3)).astype(np.int16)
    return np.concatenate([tone, np.zeros(400, np.int16), tone])


def test_a_stop_takes_the_silence_before_its_burst() -> None:
    marks = with_closures(_tone_then_silence_then_tone(), [(0.0, "uw"), (0.25, "t"), (0.3, "uw")])
    assert marks[1][1] == "t"
    assert marks[1][0] == pytest.approx(0.2, abs=0.006)


def test_other_phones_keep_their_start() -> None:
    marks = [(0.0, "uw"), (0.25, "s"), (0.3, "uw")]
    assert with_closures(_tone_then_silence_then_tone(), marks) == marks


def test_a_stop_leaves_the_phone_before_it_half_of_its_time() -> None:
    marks = with_closures(_tone_then_silence_then_tone(), [(0.0, "a"), (0.21, "a"), (0.25, "t")])
    assert marks[2][0] == pytest.approx(0.23)
