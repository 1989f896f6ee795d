"""Speakers of our making: eSpeak NG speaks with them, and the same seed makes the same."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tools.acoustic.espeak import SynthesisError, espeak, installed_data
from tools.acoustic.variants import drawn_variant, drawn_variants


def _say(seed: int) -> tuple[list[bytes], list[str]]:
    """Speak with three drawn variants and with one that is installed; runs in a process of its own."""
    with drawn_variants(installed_data(), 3, random.Random(seed)) as (data, names):
        engine, refused = espeak(data), []
        voices = [*(f"en-us+{name}" for name in names), "en-us+Annie"]
        said = [engine.say("check my balance", voice).samples.tobytes() for voice in voices]
        for asked in (None, data / "elsewhere"):
            try:
                espeak(asked)
            except SynthesisError as error:
                refused.append(str(error))
    return said, refused


def test_espeak_speaks_with_speakers_of_our_making_and_with_its_own() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        (first, refused), (again, _), (others, _) = pool.map(_say, (1, 1, 2))
    assert first == again
    assert len(set(first)) == 4
    assert set(first[:3]).isdisjoint(others[:3])
    assert all(len(sound) > 8000 and np.frombuffer(sound, np.int16).std() > 100 for sound in first)
    assert len(refused) == 2


def test_the_copy_of_the_data_is_gone_afterwards() -> None:
    with drawn_variants(installed_data(), 1, random.Random(1)) as (data, _):
        assert (data / "phontab").exists()
        assert (data / "voices" / "!v" / "Annie").exists()
    assert not data.exists()
    assert Path(installed_data(), "phontab").exists()


def test_speakers_differ_and_every_peak_of_theirs_is_a_throats() -> None:
    drawn = [drawn_variant("one", random.Random(seed)) for seed in range(200)]
    assert len(set(drawn)) == 200
    peaks = [line.split()[1:] for text in drawn for line in text.splitlines() if line.startswith("formant")]
    assert len(peaks) == 9 * 200
    lowest = min(int(frequency) for number, frequency, *_ in peaks if int(number) <= 3)
    assert 70 <= lowest < 80
    assert all(5 <= int(frequency) <= 145 for _, frequency, *_ in peaks)
    assert {text.splitlines()[2] for text in drawn} == {"gender female", "gender male"}
