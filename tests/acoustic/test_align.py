"""Alignment: phones are found where they were said, pauses between words as well; a wrong text fits worse."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from tools.acoustic.align import Aligner, features_as_heard, pronunciations
from tools.acoustic.festival import flite_say
from tools.acoustic.kaldi import read_model
from tools.acoustic.lexicon import spoken_ways
from tools.acoustic.paths import model_folder
from tools.acoustic.phones import PHONE_SETS, SILENCE, broad_marks
from tools.acoustic.speech import WIDE_RATE, Samples, to_telephone_rate

_TEXT = "balance seven number"


def _aligner() -> Aligner:
    layers, priors = read_model(model_folder("en") / "am" / "final.mdl")
    return Aligner("en", PHONE_SETS["en"], layers, priors.astype(np.float64))


def _ways(text: str) -> list[list[tuple[str, ...]]]:
    words = text.split()
    lexicon = spoken_ways("en", words)
    return [pronunciations("en", word, lexicon) for word in words]


def _features(samples: Samples) -> npt.NDArray[np.float32]:
    return features_as_heard(to_telephone_rate(samples, WIDE_RATE))


def test_phones_lie_where_a_voice_that_tells_says_they_lie() -> None:
    samples, marks = flite_say(_TEXT, "rms", 1.0)
    told = broad_marks(marks, PHONE_SETS["en"].festival, len(samples) / WIDE_RATE)
    aligned = _aligner().align(_features(samples), _ways(_TEXT))
    found = [(start, name) for start, name in aligned.marks if name != SILENCE]
    expected = [(start, name) for start, name in told if name != SILENCE]
    assert [name for _, name in found] == [name for _, name in expected]
    apart = [abs(a - b) for (a, _), (b, _) in zip(found, expected, strict=True)]
    assert np.median(apart) < 0.02
    assert np.quantile(apart, 0.8) < 0.03


def test_another_text_fits_worse() -> None:
    samples, _ = flite_say(_TEXT, "rms", 1.0)
    features = _features(samples)
    assert (
        _aligner().align(features, _ways(_TEXT)).fit > _aligner().align(features, _ways("stop two")).fit + 0.5
    )


def test_a_pause_between_words_is_found() -> None:
    words = [to_telephone_rate(flite_say(word, "rms", 1.0)[0], WIDE_RATE) for word in _TEXT.split()]
    pause = np.zeros(4000, np.int16)
    said = np.concatenate([words[0], pause, words[1], pause, words[2]])
    marks = _aligner().align(features_as_heard(said), _ways(_TEXT)).marks
    long = [end - start for (start, name), (end, _) in itertools.pairwise(marks) if name == SILENCE]
    assert sum(length > 0.45 for length in long) == 2


def test_a_digit_is_laid_out_as_its_own_sounds_want_it() -> None:
    assert pronunciations("ru", "четыре", {}) == [
        ("ch", "i", "t", "y", "r'", "i"), ("ch", "i", "t", "y", "r'", "e"),
        ("ch", "e", "t", "y", "r'", "i"), ("ch", "e", "t", "y", "r'", "e"),
    ]  # fmt: skip
    assert pronunciations("en", "four", {}) == [("f", "ao", "r"), ("f", "ao")]
    assert pronunciations("en", "tariff", {}) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_phones_that_can_be_aligned_are_the_general_ones(language: str) -> None:
    phones = PHONE_SETS[language]
    layers, priors = read_model(model_folder(language) / "am" / "final.mdl")
    aligned = Aligner(language, phones, layers, priors.astype(np.float64)).align(
        np.zeros((30, 40), np.float32), [[(phones.names[1],)]]
    )
    assert {name for _, name in aligned.marks} <= {SILENCE, phones.names[1]}
