"""RHVoice: the same text sounds the same, its phrases come labelled; missing, it says so."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tools.acoustic.rhvoice import RHVoice, RHVoiceError, rhvoice, root
from tools.acoustic.sources import ENGINES
from tools.acoustic.speech import SAMPLE_RATE, WIDE_RATE
from tools.acoustic.voices import TRAINING, VoiceShare

fetched = pytest.mark.skipif(not root().is_dir(), reason="RHVoice was not fetched (make voices)")


def test_where_it_is_missing_is_said_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RHVoiceError, match="run tools/setup/voices"):
        RHVoice(tmp_path)


@fetched
@pytest.mark.parametrize(
    "voice", [s.voice for shares in TRAINING.values() for s in shares if s.engine == "rhvoice"]
)
def test_every_voice_says_a_text_twice_alike_and_slower_when_asked(voice: str) -> None:
    text = "тариф два" if voice in {"Aleksandr", "Anna", "Elena", "Irina"} else "tariff two"
    once, again, slow = (rhvoice().say(text, voice, tempo) for tempo in (1.0, 1.0, 0.6))
    assert np.array_equal(once, again)
    assert 0.4 * WIDE_RATE < len(once) < 3 * WIDE_RATE
    assert len(slow) > 1.3 * len(once)
    assert np.abs(once).max() > 3000


@fetched
def test_its_phrases_come_labelled_as_it_speaks_and_as_another_speaker() -> None:
    texts = ["balance", "two two"]
    share = VoiceShare("rhvoice", "Bdl", 2, speakers=1)
    said = list(ENGINES["rhvoice"]("en", share, texts, random.Random(4)))
    assert [u.text for u in said] == ["balance", "balance", "two two", "two two"]
    for utterance in said:
        assert len(utterance.starts) == len(utterance.phones) > 3
        assert (np.diff(utterance.starts) > 0).all()
        assert utterance.starts[-1] < len(utterance.samples) / SAMPLE_RATE


@fetched
def test_a_word_that_nobody_can_pronounce_is_left_out() -> None:
    share = VoiceShare("rhvoice", "Anna", 1)
    assert list(ENGINES["rhvoice"]("ru", share, ["баланс 字"], random.Random(4))) == []
