"""Kokoro: eSpeak NG's phonemes become its own, speakers are drawn, phrases labelled; missing, it says so."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tools.acoustic.kokoro import HELD_OUT, Kokoro, KokoroError, Speaker, kokoro, phonemes, root
from tools.acoustic.sources import ENGINES
from tools.acoustic.speech import SAMPLE_RATE, WIDE_RATE
from tools.acoustic.voices import VoiceShare

fetched = pytest.mark.skipif(
    not root().is_dir() or find_spec("onnxruntime") is None,
    reason="Kokoro was not fetched, or this is not the environment that makes models (make models)",
)


def test_where_it_is_missing_is_said_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KokoroError, match="run tools/setup/models"):
        Kokoro(tmp_path)


@pytest.mark.parametrize(
    ("text", "accent", "expected"),
    [
        ("tuesday", "en-us", "tˈuzdA"),
        ("tuesday", "en", "tjˈuːzdA"),
        ("nine, oh", "en-us", "nˈIn, ˈO"),
        ("nine, oh", "en", "nˈIn, ˈQ"),
        ("thirty change", "en-us", "θˈɜɹɾi ʧˈAnʤ"),
        ("voice again", "en", "vˈYs əɡˈɛn"),
    ],
)
def test_phonemes_of_espeak_become_those_that_it_was_taught(text: str, accent: str, expected: str) -> None:
    assert phonemes(text, accent) == expected


@fetched
def test_speakers_are_drawn_between_two_voices_of_an_accent_never_of_those_held_out() -> None:
    rng = random.Random(3)
    for accent, begun in (("en-us", "a"), ("en", "b")):
        for speaker in (kokoro().draw(accent, rng) for _ in range(200)):
            assert speaker.voice[0] == speaker.other[0] == begun
            assert speaker.voice != speaker.other
            assert not {speaker.voice, speaker.other} & HELD_OUT
            assert 0 <= speaker.share <= 0.5


@fetched
def test_a_speaker_says_a_text_twice_alike_and_slower_when_asked() -> None:
    speaker = Speaker("en-us", "am_adam", "af_bella", 0.25)
    once, again, slow = (kokoro().say("tariff two", speaker, speed) for speed in (1.0, 1.0, 0.6))
    assert np.array_equal(once, again)
    assert 0.4 * WIDE_RATE < len(once) < 2 * WIDE_RATE
    assert len(slow) > 1.3 * len(once)
    assert np.abs(once).max() > 3000


@fetched
def test_its_phrases_come_labelled_as_it_speaks_and_as_another_speaker() -> None:
    said = list(
        ENGINES["kokoro"]("en", VoiceShare("kokoro", "en", 1, speakers=1), ["balance"], random.Random(4))
    )
    assert [u.text for u in said] == ["balance", "balance"]
    assert said[0].voice == said[1].voice
    for utterance in said:
        assert len(utterance.starts) == len(utterance.phones) > 3
        assert (np.diff(utterance.starts) > 0).all()
        assert utterance.starts[-1] < len(utterance.samples) / SAMPLE_RATE
