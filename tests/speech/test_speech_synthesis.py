"""Synthesis by the real engine: sound, order, survival."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ivr.errors import PeerGone, SpeechError
from ivr.speech.engine_process import EngineProcess
from ivr.speech.ports import Sound, SpeechOptions
from ivr.speech.synthesis import LONGEST_TEXT, ProcessSynthesiser
from tests.speech.lines import Counts

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
LONG = "Сорок тысяч обезьян в рот сунули банан. " * 60


def seconds(sound: Sound) -> float:
    return len(sound.samples) / 2 / sound.rate


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
async def voice(counts: Counts) -> AsyncIterator[ProcessSynthesiser]:
    synthesiser = ProcessSynthesiser(SpeechOptions(), counts)
    yield synthesiser
    await synthesiser.close()


async def test_a_phrase_comes_back_as_sound(voice: ProcessSynthesiser) -> None:
    sound = await voice.speak("На счёте двести сорок пять рублей.", "ru")
    assert sound.rate == 22_050
    assert 2.0 < seconds(sound) < 4.0
    assert np.abs(np.frombuffer(sound.samples, "<i2")).max() > 3000


async def test_a_whole_minute_comes_back_whole(voice: ProcessSynthesiser) -> None:
    assert seconds(await voice.speak(LONG, "ru")) > 100


async def test_rate_and_language_take_effect_for_each_phrase(voice: ProcessSynthesiser) -> None:
    slow, fast, english, again = [
        await voice.speak("one hundred twenty three", *manner)
        for manner in (("en", 0.6), ("en", 2.0), ("ru", 1.0), ("en", 0.6))
    ]
    assert seconds(slow) > 1.8 * seconds(fast)
    assert seconds(again) == pytest.approx(seconds(slow), abs=0.02)
    assert english.samples != again.samples


async def test_no_phrase_comes_back_empty_or_cut(voice: ProcessSynthesiser) -> None:
    lengths: dict[str, set[float]] = {}
    for _ in range(60):
        for word in ("да", "оператор", "баланс"):
            lengths.setdefault(word, set()).add(round(seconds(await voice.speak(word, "ru")), 1))
    assert all(max(found) - min(found) < 0.11 for found in lengths.values()), lengths
    assert min(min(found) for found in lengths.values()) > 0.3


async def test_a_killed_process_is_replaced_and_the_phrase_is_said(
    voice: ProcessSynthesiser, counts: Counts
) -> None:
    await voice.speak("да", "ru")
    phrase = asyncio.create_task(voice.speak(LONG, "ru"))
    await asyncio.sleep(0)
    first = voice.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert seconds(await phrase) > 100
    assert voice.pid not in (None, first)
    assert counts.totals["synthesis_restarts"] == 1


async def test_a_stopped_process_counts_as_hung_and_is_replaced(counts: Counts) -> None:
    voice = ProcessSynthesiser(replace(SpeechOptions(), phrase_timeout=1.0), counts)
    try:
        await voice.speak("да", "ru")
        assert voice.pid is not None
        os.kill(voice.pid, signal.SIGSTOP)
        assert seconds(await voice.speak("нет", "ru")) > 0.2
        assert counts.totals["synthesis_restarts"] == 1
    finally:
        await voice.close()


async def test_fifty_calls_at_once_all_get_their_own_phrase(voice: ProcessSynthesiser) -> None:
    texts = [" ".join(["слово"] * (1 + number % 5)) for number in range(50)]
    sounds = await asyncio.gather(*(voice.speak(text, "ru") for text in texts))
    by_length = sorted(zip(texts, sounds, strict=True), key=lambda pair: len(pair[0]))
    lengths = [seconds(sound) for _, sound in by_length]
    assert lengths[0] < lengths[-1] / 2
    assert lengths == sorted(lengths, key=lambda length: round(length, 1))


async def test_live_phrases_go_before_patient_ones(voice: ProcessSynthesiser) -> None:
    await voice.speak("да", "ru")
    said: list[str] = []

    async def say(text: str, patient: bool) -> None:
        await voice.speak(text, "ru", patient=patient)
        said.append(text)

    patient = [asyncio.create_task(say(f"долгая {number}", True)) for number in range(5)]
    await asyncio.sleep(0)
    live = asyncio.create_task(say("живая", False))
    await asyncio.gather(live, *patient)
    assert said.index("живая") <= 1


async def test_a_full_queue_refuses_live_phrases_and_lets_patient_ones_wait(counts: Counts) -> None:
    voice = ProcessSynthesiser(replace(SpeechOptions(), synthesis_queue=2), counts)
    try:
        waiting = [asyncio.create_task(voice.speak("да", "ru", patient=True)) for _ in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(SpeechError, match="overloaded"):
            await voice.speak("нет", "ru")
        assert len(await asyncio.gather(*waiting)) == 4
        assert counts.totals["synthesis_refused"] == 1
    finally:
        await voice.close()


async def test_an_unknown_voice_is_refused_and_the_next_phrase_is_said(voice: ProcessSynthesiser) -> None:
    lost = ProcessSynthesiser(replace(SpeechOptions(), voices={"ru": "no-such-voice", "en": "en-us"}))
    try:
        with pytest.raises(SpeechError, match="no-such-voice"):
            await lost.speak("да", "ru")
        assert seconds(await lost.speak("yes", "en")) > 0.2
    finally:
        await lost.close()


@pytest.mark.parametrize("text", ["", "   ", "\0\n"])
async def test_nothing_to_say_is_refused(voice: ProcessSynthesiser, text: str) -> None:
    with pytest.raises(SpeechError, match="nothing to say"):
        await voice.speak(text, "ru")


async def test_a_phrase_without_end_is_refused_before_it_holds_up_others(voice: ProcessSynthesiser) -> None:
    with pytest.raises(SpeechError, match="characters"):
        await voice.speak("а" * (LONGEST_TEXT + 1), "ru")


async def test_closing_fails_what_still_waits_and_ends_the_process(counts: Counts) -> None:
    voice = ProcessSynthesiser(SpeechOptions(), counts)
    await voice.identify()
    pid = voice.pid
    assert pid is not None
    waiting = [asyncio.create_task(voice.speak(LONG, "ru")) for _ in range(3)]
    for _ in range(10):  # until the first of them is being said
        await asyncio.sleep(0)
    await voice.close()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(outcome, SpeechError) for outcome in outcomes)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_an_engine_that_never_greets_is_an_error_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "dumb_engine.py").write_text("raise SystemExit(1)\n")
    process = EngineProcess(1.0, module="no_such_module_of_ours")
    with pytest.raises(PeerGone):
        await process.start()
    await process.stop()
    assert process.pid is None


def test_the_engine_starts_without_numpy_or_network_code() -> None:
    code = "import sys, ivr.speech.synthesis_process; print({'numpy', 'aiohttp', 'vosk'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "set()"
