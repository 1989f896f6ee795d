"""What lines, grammars and models do at their worst, on real ears: a clear message, and the call goes on."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import structlog

from ivr.dialogue.events import Event, Heard, Hypothesis, ListeningFailed
from ivr.grammar.model import Grammar
from ivr.speech.fake import ScriptedRecognisers
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_BYTES, SpeechOptions
from ivr.speech.synthesis import ProcessSynthesiser
from ivr.speech.vosk_ear import VoskRecognisers
from tests.speech.lines import (
    MODELS,
    TEST_MODEL,
    Counts,
    Digits,
    Menu,
    Reports,
    Turn,
    frames_of,
    needs_model,
    noise,
    on_a_line,
)
from tools.acoustic.speech import to_telephone_rate

MENU = Menu("баланс", "пакеты", "оператор")
HOUR = 3600.0
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> float:
    """MiB that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


async def said(text: str) -> bytes:
    """The words on a line, by our own voice."""
    synthesiser = ProcessSynthesiser(SpeechOptions())
    try:
        sound = await synthesiser.speak(text, "ru")
    finally:
        await synthesiser.close()
    samples = np.frombuffer(sound.samples, "<i2")
    return on_a_line(to_telephone_rate(samples, sound.rate).astype("<i2").tobytes())


async def heard(
    sound: bytes, grammar: Grammar, options: SpeechOptions, piece: int = FRAME_BYTES
) -> list[Event]:
    """What is reported of this sound, fed in pieces as fast as it is decoded."""
    reports, counts = Reports(), Counts()
    ears = GrammarEars(VoskRecognisers(options, counts), options, counts)
    hearing = ears.open(Turn(grammar), reports)
    for number, at in enumerate(range(0, len(sound), piece)):
        hearing.feed(sound[at : at + piece])
        if number % 5 == 0:
            await hearing.settled()
    await hearing.settled()
    hearing.close()
    await ears.close()
    return reports.events


def answers(events: list[Event]) -> list[str]:
    return [event.hypotheses[0].words for event in events if isinstance(event, Heard) and event.hypotheses]


REAL = replace(SpeechOptions(), model_folders=(MODELS,))


@needs_model
async def test_words_beside_one_that_the_model_does_not_know_are_heard() -> None:
    with structlog.testing.capture_logs() as logs:
        events = await heard(await said("баланс"), Menu("баланс", "мой абракадабр"), REAL)
    assert Heard(1, (Hypothesis("баланс", "take"),)) in events
    assert [entry["event"] for entry in logs] == ["words unknown to the model"]


@needs_model
@pytest.mark.parametrize("phrases", [(), ("абракадабр",)])
async def test_a_grammar_of_nothing_hears_only_that_somebody_spoke(phrases: tuple[str, ...]) -> None:
    events = await heard(await said("баланс"), Menu(*phrases), REAL)
    assert not any(isinstance(event, ListeningFailed) for event in events)
    assert all(event.hypotheses[0].decision == "reject" for event in events if isinstance(event, Heard))


@needs_model
async def test_a_model_that_takes_no_grammars_hears_answers_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "vosk-model-static-ru"
    shutil.copytree(TEST_MODEL, folder)
    (folder / "graph/HCLr.fst").rename(folder / "graph/HCLG.fst")
    (folder / "graph/Gr.fst").unlink()
    options = replace(REAL, models={"ru": str(folder)})
    assert answers(await heard(await said("оператор"), MENU, options)) == ["оператор"]


@needs_model
async def test_sound_at_twice_the_rate_or_in_stereo_is_noise_not_a_fault() -> None:
    line = np.frombuffer(await said("баланс"), "<i2")
    for sound in (np.repeat(line, 2), np.stack((line, np.zeros_like(line)), axis=1)):
        events = await heard(sound.astype("<i2").tobytes(), MENU, REAL, 2 * FRAME_BYTES)
        assert not any(isinstance(event, ListeningFailed) for event in events)


@needs_model
async def test_frames_of_odd_length_are_heard_like_any_other() -> None:
    assert answers(await heard(await said("оператор"), MENU, REAL, 333)) == ["оператор"]


@needs_model
async def test_speech_without_a_pause_is_decoded_in_bounded_pieces_and_memory() -> None:
    """With a real recogniser, whose lattices grow with the stretch."""
    options = replace(REAL, longest_utterance=3.0, second_opinion=0.0)
    speech = (await said("один два три четыре пять шесть семь восемь"))[9600:-25600]
    whole = speech * round(12 * 16000 / len(speech))
    before = resident()
    events = await heard(whole, Digits(1, 10_000), options)
    assert len(answers(events)) >= 3
    assert resident() - before < 60


async def test_an_hour_of_silence_reports_nothing_and_keeps_nothing() -> None:
    reports, counts = Reports(), Counts()
    ears = GrammarEars(ScriptedRecognisers(), SpeechOptions(), counts)
    hearing = ears.open(Turn(MENU), reports)
    await hearing.settled()
    minute = list(frames_of(noise(60.0)))
    for frame in minute:
        hearing.feed(frame)
    before = resident()
    for _ in range(round(HOUR / 60) - 1):
        for frame in minute:
            hearing.feed(frame)
        await asyncio.sleep(0)
    assert resident() - before < 2
    assert [event for event in reports.events if isinstance(event, Heard | ListeningFailed)] == []
    assert ears.admission.streams == 0
    hearing.close()
    await ears.close()
