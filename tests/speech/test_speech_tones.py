"""Tones are told from voices."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from ivr.speech import audio
from ivr.speech.ports import SpeechOptions
from ivr.speech.synthesis import ProcessSynthesiser
from ivr.speech.tones import ToneMeter
from tests.speech.lines import frames_of, noise, on_a_line


def is_tone(sound: bytes) -> bool:
    meter = ToneMeter()
    for frame in frames_of(sound):
        if np.abs(np.frombuffer(frame, "<i2")).max() > 500:
            meter.add(frame)
    return meter.is_tone


def tones(*hertz: float, seconds: float = 0.5, level: float = 3000) -> bytes:
    moments = np.arange(round(seconds * 8000)) / 8000
    waves = np.array([np.sin(2 * np.pi * one * moments) for one in hertz])
    return bytes((waves.sum(axis=0) * level).astype("<i2").tobytes())


@pytest.mark.parametrize("hertz", [(425,), (1000,), (697, 1209), (941, 1633), (350, 440)])
@pytest.mark.parametrize("seconds", [0.1, 0.5])
def test_call_progress_tones_keys_and_beeps_are_tones(hertz: tuple[float, ...], seconds: float) -> None:
    assert is_tone(on_a_line(tones(*hertz, seconds=seconds), level=40))


def test_a_whistle_is_a_tone_noise_and_nothing_are_none() -> None:
    moments = np.arange(8000) / 8000
    assert is_tone((np.sin(2 * np.pi * (500 + 1000 * moments) * moments) * 3000).astype("<i2").tobytes())
    assert not is_tone(noise(1, 2000))
    assert not ToneMeter().is_tone


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_voices_are_no_tones() -> None:
    synthesiser = ProcessSynthesiser(SpeechOptions())
    try:
        for text in ("да", "нет", "меню", "у", "баланс", "угу", "ноль", "три", "один"):
            assert not is_tone(audio.prompt(await synthesiser.speak(text, "ru"))), text
    finally:
        await synthesiser.close()
