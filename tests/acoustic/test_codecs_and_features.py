"""The line and the features: known numbers, not only shapes."""

from __future__ import annotations

import numpy as np
import pytest

from tools.acoustic.channel import place
from tools.acoustic.codecs import a_law, lose_packets, mu_law
from tools.acoustic.examples import frame_labels
from tools.acoustic.features import DIMENSION, frame_count, mfcc
from tools.acoustic.speech import Utterance


@pytest.mark.parametrize("codec", [a_law, mu_law])
@pytest.mark.parametrize("level", [100, 1_000, 10_000])
def test_companding_keeps_the_signal_to_within_its_steps(codec: object, level: float) -> None:
    assert callable(codec)
    wave = (level * np.sin(np.arange(8000) / 5)).astype(np.float32)
    error = codec(wave) - wave
    assert 10 * np.log10(np.mean(wave**2) / np.mean(error**2)) > 20  # G.711: 24 dB at the quietest, then 38


def test_a_lost_packet_is_twenty_milliseconds_and_the_rest_is_untouched() -> None:
    wave = np.full(8000, 1000, np.float32)
    lossy = lose_packets(wave, np.random.default_rng(1), 0.2)
    packets = lossy.reshape(-1, 160)
    changed = (packets != 1000).any(axis=1)
    assert 0 < changed.sum() < 25
    assert (packets[changed] != 1000).all()


def test_features_count_whole_windows_only() -> None:
    assert [frame_count(n) for n in (199, 200, 279, 280, 8000)] == [0, 1, 1, 2, 98]
    assert mfcc(np.zeros(8000)).shape == (98, DIMENSION)


def test_features_equal_kaldi_on_a_fixed_signal() -> None:
    """First coefficients of a rough signal, from kaldi-native-fbank 1.23 with the model's mfcc.conf."""
    index = np.arange(400)
    rough = 30.0 * ((index * index * 7919) % 101 - 50)
    assert mfcc(rough)[1, :6] == pytest.approx(
        [112.9653, -34.8462, -6.5699, -12.7847, -5.8971, -13.9357], abs=1e-3
    )


def test_labels_follow_the_speech_when_it_is_moved_and_sped_up() -> None:
    speech = Utterance(
        "a b", "test", np.ones(8000, np.int16), np.array([0.0, 0.5], np.float32), np.array([3, 5], np.int16)
    )
    placed = place(speech.samples.astype(np.float32), np.random.default_rng(2), (1.25, 1.25))
    labels = frame_labels(speech, placed, frame_count(len(placed.samples)))
    assert placed.length == 6400
    seconds = {phone: float((labels == phone).sum()) / 100 for phone in (3, 5)}
    assert seconds == {3: pytest.approx(0.4, abs=0.02), 5: pytest.approx(0.4, abs=0.02)}
    assert labels[0] == 0
    assert labels[-1] == 0
