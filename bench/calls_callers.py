"""Many callers at once, in a process of their own: each hears the greeting and the menu, presses 1, then 2.

Speaking callers say the two options' words instead.

The process measures itself too: how late its own 20 ms clock came, and what CPU it used. A caller that was
late to look sees a gap that was not on the line.
"""

from __future__ import annotations

import asyncio
import gc
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import uvloop

from bench.calls_lines import CALLERS, LONGEST_ANSWER, robots_turn
from bench.calls_speech import FRAME, SHORT_TURN, WORDS
from ivr.grammar.model import Language
from tests.support.script_call import VOICES
from tools.caller.call import Call
from tools.caller.ear import SAMPLE_RATE
from tools.caller.errors import CallerError
from tools.caller.g711 import Samples
from tools.caller.phone import Phone
from tools.caller.voice import speak

NUMBERS = (*CALLERS["ru"], *CALLERS["en"])
ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Orders:
    """How many call, and within how many seconds the last one has dialled."""

    port: int
    calls: int
    spread: float
    speaking: bool = False
    """Whether they answer by words."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """How one call went; milliseconds."""

    answered: float
    """From dialling to the answer."""
    first_sound: float
    """From the answer to the greeting's first sound."""
    keys: tuple[float, ...]
    """From a key's up, or a word's last sample above -40 dB, to the first sound of its answer."""
    max_gap: float
    """Longest time between two voice packets."""
    packets: int
    lost: int
    fault: str = ""
    """Why it broke off, if it did."""
    asked_back: int = 0
    """Answers so short that they were questions: the words were not understood, or not surely."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """All calls of a run, and the callers' process itself."""

    calls: tuple[CallRecord, ...]
    cpu: float
    """CPU seconds."""
    seconds: float
    late: float
    """Milliseconds by which the callers' own clock came late, at worst."""


def main(orders: Orders, results: Connection) -> None:
    """Make the calls and send back a `Crowd`; the target of a process."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        results.send(runner.run(crowd(orders)))


async def crowd(orders: Orders) -> Crowd:
    """Hold all calls."""
    if orders.speaking:
        for number in range(orders.calls):
            _words(number)  # said once, before anybody listens to a clock
    gc.collect()
    gc.disable()  # a collection would look like a gap on every line
    began, cpu = time.monotonic(), time.process_time()
    async with await Phone.open(orders.port) as phone:
        calls = [one_call(phone, number, orders) for number in range(orders.calls)]
        records = tuple(await asyncio.gather(*calls))
        late = phone.ticker.max_late_ms
    return Crowd(records, time.process_time() - cpu, time.monotonic() - began, late)


async def one_call(phone: Phone, number: int, orders: Orders) -> CallRecord:
    """Hold one call from its turn in the row to its end."""
    await asyncio.sleep(orders.spread * number / orders.calls)
    dialled = time.monotonic()
    keys: list[float] = []
    try:
        call = await phone.dial("0505", from_number=NUMBERS[number % len(NUMBERS)], within=ANSWER_SECONDS)
    except CallerError as fault:
        return CallRecord(0.0, 0.0, (), 0.0, 0, 0, str(fault))
    fault_text, asked_back = "", 0
    try:
        if orders.speaking:
            asked_back = await talk(call, number, keys)
        else:
            await use(call, keys)
    except CallerError as fault:
        fault_text = str(fault)
    await call.hang_up()
    first = call.first_sound_after(call.answered_at)
    return CallRecord(
        answered=(call.answered_at - dialled) * 1000,
        first_sound=((first or call.answered_at) - call.answered_at) * 1000,
        keys=tuple(keys),
        max_gap=call.max_gap_ms,
        packets=call.packets,
        lost=call.lost,
        fault=fault_text,
        asked_back=asked_back,
    )


async def use(call: Call, keys: list[float]) -> None:
    """Hear the greeting and the menu out; press 1, hear all; press 2, hear all."""
    await robots_turn(call)
    for key in ("1", "2"):
        up = await call.press(key)
        keys.append((await call.hear_speech(LONGEST_ANSWER, since=up) - up) * 1000)
        await robots_turn(call)


async def talk(call: Call, number: int, delays: list[float]) -> int:
    """Hear the greeting and the menu out; say two options, hear all; return how many were asked about."""
    await robots_turn(call)
    asked_back = 0
    for samples in _words(number):
        ended = await call.play(samples) - (-samples.size % FRAME) / SAMPLE_RATE
        began = await call.hear_speech(LONGEST_ANSWER, since=ended)
        delays.append((began - ended) * 1000)
        asked_back += await robots_turn(call) - began < SHORT_TURN
    return asked_back


def _words(number: int) -> tuple[Samples, ...]:
    """Return the two things that a caller says, in the caller's language and voice."""
    language: Language = "en" if NUMBERS[number % len(NUMBERS)] in CALLERS["en"] else "ru"
    voices = VOICES[language]
    return tuple(speak(words, voices[number % len(voices)]) for words in WORDS[language].values())
