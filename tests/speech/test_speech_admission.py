"""Busy ears: new turns go to the keys, and the answers of those taken do not come later and later."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import structlog

from ivr.dialogue.events import Event, Heard, ListeningFailed
from ivr.speech.admission import Admission
from ivr.speech.fake import ScriptedRecogniser
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_SECONDS, SAMPLE_RATE, Recogniser, SpeechOptions
from tests.speech.lines import SILENT_FRAME, SPEECH_FRAME, Counts, LoudActivity, Menu, Turn
from tests.support.virtual_time import run_virtual

MENU = Menu("баланс")
THREADS = 2
OPTIONS = SpeechOptions(decode_threads=THREADS)
COST = 0.1
"""Seconds of a thread per second of sound."""
SPEAKS = 0.6
DECODED = 1.4
"""Seconds of sound decoded for it: what was before, the silence at its end, the echoes of a flush."""
CAPACITY = THREADS / COST / DECODED
"""Callers a second that keep the threads busy without a pause."""


@dataclass
class Clock:
    """The loop's virtual seconds, and those that the step under way has cost so far."""

    cost: float = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.cost


class VirtualThreads(Executor):
    """Threads that take virtual time: a step begins when one is free and ends as much later as it cost."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free = [0.0] * THREADS

    def submit(self, step: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        loop, done = asyncio.get_running_loop(), Future[Any]()
        begins = max(heapq.heappop(self._free), loop.time())
        result = step(*given, **named)
        took, self._clock.cost = self._clock.cost, 0.0
        heapq.heappush(self._free, begins + took)
        loop.call_at(begins + took, _tell, done, result)
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing runs."""


def _tell(done: Future[Any], result: object) -> None:
    if not done.cancelled():
        done.set_result(result)


class Costly(ScriptedRecogniser):
    """Hears "баланс" and takes virtual time for it."""

    def __init__(self, clock: Clock, cost: float) -> None:
        super().__init__(["баланс"] * 9)
        self._clock = clock
        self._price = cost

    def accept(self, sound: bytes, *, hurried: bool = False) -> None:
        self._clock.cost += self._price * len(sound) / 2 / SAMPLE_RATE
        super().accept(sound, hurried=hurried)


@dataclass
class Makers:
    clock: Clock
    cost: float

    def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
        return Costly(self.clock, self.cost)


@dataclass
class Day:
    """What happened to the callers."""

    delays: list[float] = field(default_factory=list)
    """Seconds from the end of an answer to `Heard`."""
    to_keys: int = 0
    counts: Counts = field(default_factory=Counts)


async def callers(load: float, seconds: float, options: SpeechOptions, cost: float = COST) -> Day:
    """Callers come at random, each says one word; `load` of 1 keeps the threads busy without a pause."""
    day, clock, rng = Day(), Clock(), random.Random(7)
    threads = VirtualThreads(clock)
    ears = GrammarEars(Makers(clock, cost), options, day.counts, LoudActivity, threads, clock)
    moments = [rng.uniform(0, seconds) for _ in range(round(load * CAPACITY * seconds))]
    await asyncio.gather(*(_caller(ears, moment, day) for moment in moments))
    await ears.close()
    assert ears.admission.streams == 0
    return day


async def _caller(ears: GrammarEars, moment: float, day: Day) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(moment)
    over = asyncio.Event()
    said: list[tuple[float, Event]] = []

    def report(event: Event) -> None:
        said.append((loop.time(), event))
        if isinstance(event, Heard | ListeningFailed):
            over.set()

    hearing = ears.open(Turn(MENU), report)
    start = loop.time()
    number = 0
    while not over.is_set():
        number += 1
        await asyncio.sleep(start + number * FRAME_SECONDS - loop.time())
        hearing.feed(SPEECH_FRAME if 0.2 < number * FRAME_SECONDS <= 0.2 + SPEAKS else SILENT_FRAME)
    hearing.close()
    when, event = said[-1]
    if isinstance(event, Heard):
        day.delays.append(when - start - 0.2 - SPEAKS)
    else:
        day.to_keys += 1


def test_at_a_usual_load_everybody_is_heard() -> None:
    day = run_virtual(callers(0.5, 8.0, OPTIONS))
    assert day.to_keys == 0
    assert max(day.delays) < 0.3


def test_three_times_too_many_callers_are_sent_to_the_keys_and_the_others_answered_in_time() -> None:
    with structlog.testing.capture_logs() as logs:
        day = run_virtual(callers(3.0, 8.0, OPTIONS))
    assert day.to_keys == day.counts.totals["hearing_busy"] == day.counts.totals["hearing_failed"]
    assert "hearing_overruns" not in day.counts.totals
    assert len(day.delays) > 0.6 * CAPACITY * 8.0
    assert day.to_keys > len(day.delays)
    assert max(day.delays) < 0.6
    assert all("the ears are busy: " in entry["reason"] for entry in logs)


def test_without_a_limit_the_same_callers_wait_longer_and_longer() -> None:
    """The proof that the test above tests something."""
    endless = replace(OPTIONS, busy_share=99.0, busy_wait=99.0, backlog_seconds=99.0, decode_timeout=99.0)
    day = run_virtual(callers(3.0, 1.5, endless))
    assert day.to_keys == 0
    assert max(day.delays) > 1.5


def test_the_operators_own_limit_is_kept() -> None:
    day = run_virtual(callers(0.5, 4.0, replace(OPTIONS, streams=2)))
    assert len(day.delays) <= 2 * 4.0 / SPEAKS
    assert day.to_keys > 0


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (16, 2)])
def test_no_more_threads_are_reckoned_with_than_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, threads: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    alone, pair = (Admission(replace(OPTIONS, decode_threads=n), lambda: 0.0) for n in (1, 2))
    assert Admission(SpeechOptions(), lambda: 0.0).limit == {1: alone, 2: pair}[threads].limit
    assert alone.limit < pair.limit


def test_a_dearer_model_lowers_the_limit_by_itself() -> None:
    now = [0.0]
    admission = Admission(OPTIONS, lambda: now[0])
    before = admission.limit
    for _ in range(100):
        admission.done(admission.came_in(), 1.0, 0.4)
    assert 26 <= before <= 28
    assert admission.limit == 3
    for _ in range(10):
        admission.done(admission.came_in(), 5.0, 90.0)
    assert admission.limit == 1  # never none: nothing would ever be measured again


def test_from_half_of_the_load_on_new_streams_do_without_the_second_opinion() -> None:
    admission = Admission(OPTIONS, lambda: 0.0)
    crowded = []
    while admission.enter():
        crowded.append(admission.crowded)
    assert crowded.index(True) == len(crowded) // 2


async def test_a_stretch_in_a_crowd_goes_without_the_second_opinion_from_its_first_sound() -> None:
    hurries: list[bool] = []

    class Watched(ScriptedRecogniser):
        def accept(self, sound: bytes, *, hurried: bool = False) -> None:
            hurries.append(hurried)
            super().accept(sound, hurried=hurried)

    class Watching(Makers):
        def make(self, language: object, phrases: tuple[str, ...]) -> Recogniser:
            return Watched(["баланс"])

    ears = GrammarEars(Watching(Clock(), 0.0), OPTIONS, activity=LoudActivity)
    for _ in range(ears.admission.limit - 1):
        ears.admission.enter()
    hearing = ears.open(Turn(MENU), lambda event: None)
    await hearing.settled()
    for _ in range(20):
        hearing.feed(SPEECH_FRAME)
    await hearing.settled()
    hearing.close()
    await ears.close()
    assert hurries
    assert all(hurries)


def test_sound_that_waits_closes_the_door_until_it_is_decoded() -> None:
    now = [0.0]
    admission = Admission(OPTIONS, lambda: now[0])
    number = admission.came_in()
    assert admission.enter()
    now[0] = 0.7
    assert admission.wait == pytest.approx(0.7)
    assert not admission.enter()
    admission.done(number)
    assert admission.enter()
    assert admission.streams == 2
