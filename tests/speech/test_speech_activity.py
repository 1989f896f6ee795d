"""Voice activity on a telephone line: silence, noise, speech."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from ivr.speech import audio
from ivr.speech.activity import LineActivity, NoiseFloor
from ivr.speech.ports import FRAME_BYTES, FRAME_SECONDS, SpeechOptions
from ivr.speech.synthesis import ProcessSynthesiser
from tests.speech.lines import frames_of, noise, on_a_line


def spoken_frames(sound: bytes) -> list[int]:
    activity = LineActivity()
    return [number for number, frame in enumerate(frames_of(sound)) if activity.speech(frame)]


@pytest.mark.parametrize("sound", [bytes(FRAME_BYTES) * 500, noise(10, 3), noise(10, 30), noise(10, 300)])
def test_silence_and_steady_noise_are_no_speech(sound: bytes) -> None:
    assert [number for number in spoken_frames(sound) if number > 10] == []


def test_noise_that_grows_is_followed_within_seconds() -> None:
    assert [number for number in spoken_frames(noise(2, 10) + noise(10, 400)) if number > 500] == []


def test_the_floor_falls_at_once_and_rises_slowly() -> None:
    floor = NoiseFloor(8.0)
    assert not any(floor.exceeded(90_000.0) for _ in range(500))
    for _ in range(20):
        floor.exceeded(100.0)
    assert floor.exceeded(90_000.0)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_a_word_is_speech_from_its_beginning_to_its_end() -> None:
    synthesiser = ProcessSynthesiser(SpeechOptions())
    try:
        word = audio.prompt(await synthesiser.speak("баланс", "ru"))
    finally:
        await synthesiser.close()
    loud = np.flatnonzero(np.abs(np.frombuffer(word, "<i2")) > 300)
    begin, end = 0.6 + loud[0] / 8000, 0.6 + loud[-1] / 8000
    frames = spoken_frames(on_a_line(word))
    assert frames[0] * FRAME_SECONDS == pytest.approx(begin, abs=0.06)
    assert frames[-1] * FRAME_SECONDS == pytest.approx(end, abs=0.06)
