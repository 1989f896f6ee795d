"""Which sentences of a prompt were heard whole, in their order: the verdict of the bench of noises."""

from __future__ import annotations

import numpy as np
import pytest

from bench.calls_noise import Case, judged, told_until
from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples

SYLLABLE = SAMPLE_RATE // 10
PAUSE: Samples = np.zeros(SAMPLE_RATE // 4, dtype=np.int16)


def sentence(seed: int) -> Samples:
    """Twelve tones of 0.1 s: as unlike another seed's as two sentences are."""
    hertz = np.random.default_rng(seed).uniform(200, 3000, 12)
    moments = np.arange(SYLLABLE) / SAMPLE_RATE
    sound = [4000 * np.sin(2 * np.pi * one * moments) * np.hanning(SYLLABLE) for one in hertz]
    return np.concatenate(sound).astype(np.int16)


ONE, TWO, THREE = (sentence(seed) for seed in range(3))
CUT = TWO[: TWO.size // 2]
GAP = np.concatenate((TWO[:5600], np.zeros(800, dtype=np.int16), TWO[6400:]))


@pytest.mark.parametrize(
    ("heard", "whole"),
    [
        ((ONE, PAUSE, TWO, PAUSE, THREE), 3),
        ((ONE, PAUSE, CUT, PAUSE, PAUSE, TWO), 2),
        ((ONE, PAUSE, GAP, PAUSE, THREE), 3),
        ((ONE, PAUSE, CUT, PAUSE, PAUSE), 1),
        ((ONE, PAUSE, CUT, PAUSE, PAUSE, PAUSE, THREE), 1),
        ((ONE, PAUSE, THREE), 1),
        ((PAUSE, PAUSE, CUT), 0),
    ],
    ids=["all", "cut and repeated", "torn", "never came back", "went on without it", "left out", "nothing"],
)
def test_sentences_count_until_the_first_that_is_missing(heard: tuple[Samples, ...], whole: int) -> None:
    end = told_until(np.concatenate(heard), (ONE, TWO, THREE))
    ends = {0: 0, 1: ONE.size, 2: sum(part.size for part in heard), 3: sum(part.size for part in heard)}
    assert end == pytest.approx(ends[whole], abs=400)


@pytest.mark.parametrize(
    ("heard", "back"), [((CUT, PAUSE, PAUSE, TWO, PAUSE, THREE), True), ((CUT, PAUSE), False)]
)
def test_a_pause_inside_a_sentence_may_be_counted_as_its_end(heard: tuple[Samples, ...], back: bool) -> None:
    cut = CUT.size / SAMPLE_RATE
    case = Case("slam", asked=0.0, began=cut - 0.1, ended=cut, told=1)
    assert judged(case, np.concatenate((*heard, PAUSE, PAUSE)), (TWO, THREE)).back is back
