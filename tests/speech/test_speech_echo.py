"""The echo of our own prompt in the caller's sound: it is no speech, and the caller over it is."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.speech.activity import LineActivity
from ivr.speech.echo import EchoBound
from ivr.speech.ports import SAMPLE_RATE
from tests.speech.lines import frames_of, noise

SECONDS = 6


def talk(level: float, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Something that rises and falls four times a second as speech does, with pauses: harmonics of 120 Hz."""
    moments = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    chance = np.random.default_rng(seed)
    loudness = np.repeat(chance.choice([0.0, 0.3, 1.0], SECONDS * 8, p=[0.3, 0.3, 0.4]), SAMPLE_RATE // 8)
    smooth = np.convolve(loudness, np.hanning(400) / 200, "same")
    buzz = sum(np.sin(2 * np.pi * 120 * number * moments) / number for number in range(3, 20))
    return np.asarray(buzz / np.std(buzz) * smooth * level)


def speech_frames(
    prompt: np.ndarray[tuple[int], np.dtype[np.float64]], line: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> list[int]:
    """The frames of the line that are taken for speech while the prompt goes out."""
    activity = LineActivity()
    hiss = np.frombuffer(noise(SECONDS, 12), "<i2")
    ours = prompt.astype("<i2").tobytes()
    theirs = np.clip(line + hiss, -32767, 32767).astype("<i2").tobytes()
    found = []
    for number, (sent, came) in enumerate(zip(frames_of(ours), frames_of(theirs), strict=True)):
        activity.sent(sent)
        if activity.speech(came):
            found.append(number)
    return found


@pytest.mark.parametrize("loss", [20, 30, 40])
@pytest.mark.parametrize("milliseconds", [10, 60, 200])
def test_the_echo_of_a_prompt_is_no_speech(loss: int, milliseconds: int) -> None:
    prompt = talk(4000, 1)
    echo = np.roll(prompt, milliseconds * 8) * 10 ** (-loss / 20)
    assert len(speech_frames(prompt, echo)) <= 3


@pytest.mark.parametrize("loss", [20, 30, 60])
def test_a_caller_over_the_echo_is_speech(loss: int) -> None:
    prompt = talk(4000, 1)
    caller = talk(3000, 2)
    caller[: 3 * SAMPLE_RATE] = 0
    alone = set(speech_frames(np.zeros_like(prompt), caller))
    both = speech_frames(prompt, caller + np.roll(prompt, 480) * 10 ** (-loss / 20))
    assert len(alone) > 60
    assert [number for number in both if number < 150] == []
    assert len(alone & set(both)) >= 0.7 * len(alone)


def test_a_silent_robot_hides_nobody() -> None:
    bound = EchoBound()
    assert bound.exceeded(10.0, 1.0)
    for _ in range(50):
        bound.sent(0.0)
        assert bound.exceeded(10.0, 1.0)


def test_the_loss_is_learnt_from_what_comes_back_and_not_from_the_caller() -> None:
    bound = EchoBound()
    for _ in range(100):
        bound.sent(4e6)
        assert not bound.exceeded(4e3, 100.0)
    assert bound.exceeded(4e4, 100.0)
    for _ in range(200):
        bound.sent(4e6)
        assert bound.exceeded(1e6, 100.0)
    assert bound.exceeded(4e4, 100.0)
