"""Noises and answers into our prompt, through the real ears: what pauses it, and what is an answer."""

from __future__ import annotations

import numpy as np
import pytest

from bench.noises import KINDS, disturbance
from ivr.dialogue.events import Event, Heard, SpeechStarted
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES
from tests.speech.lines import Menu, Turn, frames_of, needs_model, on_a_line
from tools.caller.voice import speak

pytestmark = needs_model
MENU = Menu("баланс", "какой у меня баланс", "пакеты", "установить пароль", "оператор", "громче", "назад")


async def into_a_prompt(ears: GrammarEars, sound: bytes) -> list[Event]:
    """What is reported of a sound while a prompt plays, which falls silent as the dialogue has it."""
    told: list[Event] = []
    hearing = ears.open(Turn(MENU), told.append)
    hearing.prompt_playing(True)
    for frame in frames_of(on_a_line(sound)):
        paused = sum(isinstance(event, SpeechStarted) for event in told)
        hearing.prompt_playing(paused == sum(isinstance(event, Heard) for event in told))
        hearing.sent(bytes(FRAME_BYTES))
        hearing.feed(frame)
        await hearing.settled()
    hearing.close()
    return told


@pytest.mark.parametrize("kind", KINDS)
async def test_a_noise_may_pause_a_prompt_and_is_no_answer(ears: GrammarEars, kind: str) -> None:
    for seed in range(3):
        sound = disturbance(kind, np.random.default_rng(seed))
        told = await into_a_prompt(ears, sound.astype("<i2").tobytes())
        heard = [event for event in told if isinstance(event, Heard)]
        assert len(heard) == sum(isinstance(event, SpeechStarted) for event in told)
        assert {one.decision for event in heard for one in event.hypotheses} <= {"reject"}


@pytest.mark.parametrize("text", ["баланс", "какой у меня баланс", "пакеты"])
async def test_an_answer_into_a_prompt_is_taken(ears: GrammarEars, text: str) -> None:
    told = await into_a_prompt(ears, speak(text, "ru").astype("<i2").tobytes())
    assert [type(event) for event in told] == [SpeechStarted, Heard]
    assert isinstance(told[1], Heard)
    assert [(one.words, one.decision) for one in told[1].hypotheses] == [(text, "take")]
