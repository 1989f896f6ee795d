"""The ears over a scripted recogniser: what is reported, when, and what happens when things go wrong."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import structlog

from ivr.dialogue.events import Heard, Hypothesis, ListeningFailed, SpeechStarted
from ivr.errors import SpeechError
from ivr.speech.fake import ScriptedRecogniser, ScriptedRecognisers
from ivr.speech.hearing import GrammarEars, TurnHearing
from ivr.speech.ports import FILLER, Decoded, Recogniser, RecogniserMaker, SpeechOptions
from tests.speech.lines import (
    SILENT_FRAME,
    SPEECH_FRAME,
    Counts,
    Digits,
    LoudActivity,
    Menu,
    Reports,
    Turn,
)

MENU = Menu("баланс", "пакеты", "какой у меня баланс")
OPTIONS = SpeechOptions()


class Bench:
    """Ears with a fake recogniser and voice activity by the first sample."""

    def __init__(self, makers: RecogniserMaker, options: SpeechOptions = OPTIONS) -> None:
        self.counts = Counts()
        self.ears = GrammarEars(makers, options, self.counts, LoudActivity)
        self.reports = Reports()

    def open(self, turn: Turn) -> TurnHearing:
        return self.ears.open(turn, self.reports)

    async def feed(self, hearing: TurnHearing, *stretches: tuple[float, bytes]) -> None:
        """Feed frames as fast as they are decoded."""
        for seconds, frame in stretches:
            for number in range(round(seconds / 0.02)):
                hearing.feed(frame)
                if number % 5 == 0:
                    await hearing.settled()
            await hearing.settled()


def scripted(*entries: Decoded | str) -> Bench:
    return Bench(ScriptedRecognisers(entries))


async def test_an_answer_is_announced_and_reported_with_its_turn() -> None:
    bench = scripted("баланс")
    hearing = bench.open(Turn(MENU, turn=7))
    await bench.feed(hearing, (0.5, SILENT_FRAME), (0.5, SPEECH_FRAME), (0.3, SILENT_FRAME))
    assert bench.reports.events == [SpeechStarted(7), Heard(7, (Hypothesis("баланс", "take"),))]
    hearing.close()
    await bench.ears.close()


async def test_silence_costs_the_recogniser_nothing() -> None:
    class Untouchable(ScriptedRecogniser):
        def accept(self, sound: bytes, *, hurried: bool = False) -> None:
            raise AssertionError("silence was decoded")

    class Makers(ScriptedRecognisers):
        def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
            return Untouchable([])

    bench = Bench(Makers())
    hearing = bench.open(Turn(MENU))
    await bench.feed(hearing, (60.0, SILENT_FRAME))
    assert bench.reports.events == []
    hearing.close()
    await bench.ears.close()


async def test_several_stretches_of_one_turn_are_all_reported() -> None:
    bench = scripted("баланс", "", "пакеты")
    hearing = bench.open(Turn(MENU))
    for _ in range(3):
        await bench.feed(hearing, (0.5, SPEECH_FRAME), (1.0, SILENT_FRAME))
    heard = [event.hypotheses for event in bench.reports.events if isinstance(event, Heard)]
    assert heard == [(Hypothesis("баланс", "take"),), (), (Hypothesis("пакеты", "take"),)]
    hearing.close()
    await bench.ears.close()


async def test_talk_outside_the_grammar_is_one_rejected_filler() -> None:
    bench = scripted(FILLER)
    hearing = bench.open(Turn(MENU))
    await bench.feed(hearing, (1.0, SPEECH_FRAME), (1.0, SILENT_FRAME))
    assert bench.reports.events[-1] == Heard(1, (Hypothesis(FILLER, "reject"),))
    hearing.close()
    await bench.ears.close()


async def test_a_tone_is_a_noise_whatever_words_are_made_of_it() -> None:
    beep = (np.sin(np.arange(160) / 160 * 2 * np.pi * 20) * 3000 + 1).astype("<i2").tobytes()
    bench = scripted("баланс")
    hearing = bench.open(Turn(MENU))
    await bench.feed(hearing, (0.5, beep), (1.0, SILENT_FRAME))
    assert bench.reports.events == [SpeechStarted(1), Heard(1, ())]
    hearing.close()
    await bench.ears.close()


async def test_digits_in_two_groups_are_two_facts_and_the_second_is_quick() -> None:
    bench = scripted("один два", "три четыре")
    hearing = bench.open(Turn(Digits(4, 4)))
    await bench.feed(hearing, (0.6, SPEECH_FRAME), (0.9, SILENT_FRAME), (0.6, SPEECH_FRAME))
    assert len(bench.reports.events) == 3
    await bench.feed(hearing, (0.2, SILENT_FRAME))
    assert bench.reports.events[-1] == Heard(1, (Hypothesis("три четыре", "take"),))
    hearing.close()
    await bench.ears.close()


async def test_nothing_is_reported_after_closing() -> None:
    bench = scripted("баланс")
    hearing = bench.open(Turn(MENU))
    for _ in range(50):
        hearing.feed(SPEECH_FRAME)
    hearing.close()
    told = list(bench.reports.events)
    for _ in range(50):
        hearing.feed(SILENT_FRAME)
    await bench.ears.close()
    assert bench.reports.events == told == [SpeechStarted(1)]


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Without the garbage collector: what goes here went because nobody holds it."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("moment", ["at once", "while it speaks", "after an answer", "while it decodes"])
async def test_a_closed_turn_holds_its_recogniser_no_longer(moment: str) -> None:
    kept: list[weakref.ref[Slow]] = []

    class Makers(SlowMakers):
        def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
            made = Slow(self.gate)
            kept.append(weakref.ref(made))
            return made

    makers = Makers()
    if moment != "while it decodes":
        makers.gate.set()
    with collecting_nothing():
        bench = Bench(makers)
        hearing = bench.open(Turn(MENU))
        gone = weakref.ref(hearing)
        if moment != "at once":
            await bench.ears.recogniser(Turn(MENU))  # the pool's next work: the turn's own is done
            for _ in range(40):
                hearing.feed(SPEECH_FRAME)
        if moment == "after an answer":
            await bench.feed(hearing, (1.0, SILENT_FRAME))
        hearing.close()
        del hearing
        makers.gate.set()
        await bench.ears.close()
        await asyncio.sleep(0)
        assert len(kept) >= 1 or moment == "at once"
        assert [reference() for reference in kept] == [None] * len(kept)
        assert gone() is None


async def test_a_model_that_cannot_be_had_fails_the_turn_and_only_it() -> None:
    bench = Bench(ScriptedRecognisers(broken=True))
    hearing = bench.open(Turn(MENU, turn=3))
    await hearing.settled()
    hearing.feed(SPEECH_FRAME)
    hearing.prompt_playing(True)
    hearing.close()
    assert bench.reports.events == [ListeningFailed(3)]
    assert bench.counts.totals["hearing_failed"] == 1
    await bench.ears.close()


@pytest.mark.parametrize("error", [SpeechError("decoding failed"), ValueError("a fault of ours: баланс")])
async def test_a_recogniser_that_breaks_fails_the_turn_once_and_tells_no_words(error: Exception) -> None:
    class Broken(ScriptedRecogniser):
        def accept(self, sound: bytes, *, hurried: bool = False) -> None:
            raise error

    class Makers(ScriptedRecognisers):
        def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
            return Broken([])

    bench = Bench(Makers())
    hearing = bench.open(Turn(MENU))
    with structlog.testing.capture_logs() as logs:
        await bench.feed(hearing, (2.0, SPEECH_FRAME))
    assert [event for event in bench.reports.events if isinstance(event, ListeningFailed)] == [
        ListeningFailed(1)
    ]
    assert "баланс" not in repr(logs)
    await bench.ears.close()


class Slow(ScriptedRecogniser):
    """Decodes only when let."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__([])
        self._gate = gate

    def accept(self, sound: bytes, *, hurried: bool = False) -> None:
        self._gate.wait(10)


class SlowMakers(ScriptedRecognisers):
    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
        return Slow(self.gate)


async def test_a_decoder_that_falls_behind_means_keys_alone_and_bounded_memory() -> None:
    makers = SlowMakers()
    bench = Bench(makers)
    hearing = bench.open(Turn(MENU))
    for _ in range(round(600 / 0.02)):
        hearing.feed(SPEECH_FRAME)
    assert bench.reports.events == [SpeechStarted(1), ListeningFailed(1)]
    assert bench.counts.totals["hearing_overruns"] == 1
    makers.gate.set()
    await bench.ears.close()


async def test_a_decoder_that_hangs_means_keys_alone() -> None:
    makers = SlowMakers()
    bench = Bench(makers, replace(OPTIONS, decode_timeout=0.05))
    hearing = bench.open(Turn(MENU))
    for _ in range(20):
        hearing.feed(SPEECH_FRAME)
    async with asyncio.timeout(5):
        await hearing.settled()
    assert bench.reports.events[-1] == ListeningFailed(1)
    makers.gate.set()
    await bench.ears.close()


async def test_ten_minutes_of_speech_are_many_bounded_utterances() -> None:
    bench = Bench(ScriptedRecognisers(["один"] * 1000))
    hearing = bench.open(Turn(Digits(1, 10_000), open_after=40.0))
    await bench.feed(hearing, (600.0, SPEECH_FRAME))
    heard = [event for event in bench.reports.events if isinstance(event, Heard)]
    assert 600 / OPTIONS.longest_utterance - 1 <= len(heard) <= 600 / OPTIONS.longest_utterance + 1
    hearing.close()
    await bench.ears.close()


def cut(sound: bytes, lengths: Iterable[int]) -> list[bytes]:
    parts, at = [], 0
    for length in lengths:
        parts.append(sound[at : at + length])
        at += length
    return [*parts, sound[at:]]


@pytest.mark.parametrize("length", [1, 160, 319, 321, 640, 1000])
async def test_sound_in_pieces_of_any_length_is_heard_the_same(length: int) -> None:
    bench = scripted("баланс")
    hearing = bench.open(Turn(MENU))
    sound = SPEECH_FRAME * 25 + SILENT_FRAME * 25
    for number, piece in enumerate(cut(sound, [length] * (len(sound) // length))):
        hearing.feed(piece)
        if number % 5 == 0:
            await hearing.settled()
    await hearing.settled()
    assert bench.reports.events == [SpeechStarted(1), Heard(1, (Hypothesis("баланс", "take"),))]
    hearing.close()
    await bench.ears.close()


async def test_a_secret_is_in_no_log_and_no_repr() -> None:
    bench = scripted("один два три четыре")
    turn = Turn(Digits(4, 4), secret=True)
    with structlog.testing.capture_logs() as logs:
        hearing = bench.open(turn)
        await bench.feed(hearing, (1.0, SPEECH_FRAME), (0.4, SILENT_FRAME))
        assert isinstance(bench.reports.events[-1], Heard)
        assert "один" not in repr(hearing) + repr(logs) + repr(bench.counts.totals)
        hearing.close()
    await bench.ears.close()


async def test_hearing_takes_no_time_of_the_event_loop_while_it_decodes() -> None:
    makers = SlowMakers()
    bench = Bench(makers)
    hearing = bench.open(Turn(MENU))
    for _ in range(40):
        hearing.feed(SPEECH_FRAME)
    await asyncio.sleep(0)  # decoding waits for the gate in its thread; the loop goes on
    makers.gate.set()
    await hearing.settled()
    hearing.close()
    await bench.ears.close()
    assert bench.reports.events[0] == SpeechStarted(1)


async def test_a_decoder_that_falls_a_little_behind_goes_without_the_second_opinion() -> None:
    hurries: list[bool] = []

    class Watched(Slow):
        def accept(self, sound: bytes, *, hurried: bool = False) -> None:
            super().accept(sound)
            hurries.append(hurried)

    class Makers(SlowMakers):
        def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
            return Watched(self.gate)

    makers = Makers()
    bench = Bench(makers)
    hearing = bench.open(Turn(MENU))
    for _ in range(50):
        hearing.feed(SPEECH_FRAME)
    makers.gate.set()
    await hearing.settled()
    hearing.close()
    await bench.ears.close()
    assert hurries[0] is False
    assert hurries[-1] is True
