"""The dialplan's loop over the workers, with real processes that are really killed."""

from __future__ import annotations

import asyncio
import sys
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.support.asterisk import SOUNDS, TestAsterisk, running_asterisk
from tools.caller import Agent, Answer, Call, Ignore, NothingHeard, Phone
from tools.caller.g711 import ALAW, Samples

pytestmark = pytest.mark.call

WORKER = Path(__file__).with_name("tiny_worker.py")
TONES = (400, 600)


@asynccontextmanager
async def worker(
    asterisk: TestAsterisk, index: int, *, seconds: float = 60, language: str = "ru"
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process on the index-th port, whose tone is TONES[index]."""
    ports = (asterisk.options.workers[index], asterisk.ports.spare(index))
    arguments = (str(value) for value in (*ports, TONES[index], seconds, language))
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(WORKER), *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 20)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def sound(name: str) -> Samples:
    """One of the announcements, without the silence around it, as it sounds through A-law."""
    with wave.open(str(SOUNDS / f"{name}.wav")) as reader:
        samples = np.frombuffer(reader.readframes(reader.getnframes()), dtype="<i2")
    sounding = np.flatnonzero(np.abs(samples) > 100)
    return ALAW.decode(ALAW.encode(samples[sounding[0] : sounding[-1]]))


def place_of(sentence: Samples, heard: Samples) -> int:
    """Sample at which `sentence` begins in `heard`; fails when it is not heard.

    It is looked for in pieces of half a second, most of which must be there: on a busy machine Asterisk
    itself stops for a moment in the middle of a sentence.
    """
    pieces = [sentence[begin : begin + 4000] for begin in range(0, sentence.size - 4000, 4000)]
    found = [(place_of_piece(piece, heard), number) for number, piece in enumerate(pieces)]
    begins = [place - number * 4000 for place, number in found if place is not None]
    assert len(begins) >= 0.7 * len(pieces), f"{len(begins)} of {len(pieces)} pieces heard"
    return min(begins)


def place_of_piece(piece: Samples, heard: Samples) -> int | None:
    """Where cross-correlation finds `piece`; None when what stands there is something else."""
    size = 1 << (heard.size + piece.size - 1).bit_length()
    product = np.fft.rfft(heard.astype(float), size) * np.fft.rfft(piece[::-1].astype(float), size)
    place = int(np.fft.irfft(product, size)[piece.size - 1 : heard.size].argmax())
    there = heard[place : place + piece.size].astype(float)
    likeness = there @ piece / (np.linalg.norm(there) * np.linalg.norm(piece.astype(float)) + 1)
    return place if likeness > 0.9 else None


def pitch(heard: Samples) -> int:
    """The strongest frequency, to 10 Hz."""
    strongest = int(np.abs(np.fft.rfft(heard.astype(float))).argmax())
    return int(round(strongest * 8000 / heard.size, -1))


async def wait_for_tone(call: Call) -> int:
    """Wait for a second of steady tone and return its pitch."""
    async with asyncio.timeout(15):
        while True:
            await asyncio.sleep(0.2)
            last = call.heard()[-4000:]
            spectrum = np.abs(np.fft.rfft(last.astype(float)))
            if last.size == 4000 and spectrum.max() > 0.6 * np.linalg.norm(spectrum):
                return pitch(last)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_killed_worker_is_followed_by_an_apology_and_another_worker(
    tmp_path: Path, language: str
) -> None:
    async with (
        running_asterisk(tmp_path, workers=2) as asterisk,
        worker(asterisk, 0, language=language) as first,
        worker(asterisk, 1, language=language) as second,
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        call = await phone.dial("0505")
        before = await wait_for_tone(call)
        assert before in TONES
        (first if before == TONES[0] else second).kill()
        killed = time.monotonic()
        after = await wait_for_tone_of(call, 2 * sum(TONES) - 2 * before)
        assert after == 2 * (sum(TONES) - before), "the other worker knows that it resumes"
        apology = sound(f"sorry_going_on-{language}")
        spoken_at = call.answered_at + place_of(apology, call.heard()) / 8000
        # The time line is laid by arrivals, which on a busy machine come late by a frame or two.
        assert -0.1 < spoken_at - killed < 1.0
        await call.hang_up()


async def wait_for_tone_of(call: Call, hertz: int) -> int:
    """Wait until the tone is `hertz`."""
    async with asyncio.timeout(20):
        while (heard := await wait_for_tone(call)) != hertz:
            continue
        return heard


async def test_worker_that_is_done_ends_the_call(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path) as asterisk,
        worker(asterisk, 0, seconds=0.5),
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        call = await phone.dial("0505")
        assert await call.hear_end(within=5) == "peer"
        assert pitch(call.heard()[800:3200]) == TONES[0]


async def test_worker_that_is_down_is_passed_over(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path, workers=2) as asterisk,
        worker(asterisk, 1),
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        for _ in range(4):  # either worker may be the first that is tried
            asked = time.monotonic()
            call = await phone.dial("0505")
            assert call.answered_at - asked < 2
            assert await wait_for_tone(call) == TONES[1]
            await call.hang_up()


async def test_worker_that_comes_back_in_time_takes_the_call(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path, refusal_tries=50) as asterisk,
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        dialling = asyncio.create_task(phone.dial("0505"))
        await asyncio.sleep(1)
        async with worker(asterisk, 0):
            call = await dialling
            assert await wait_for_tone(call) == TONES[0]
            await call.hang_up()


async def test_without_any_worker_a_person_answers(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path, workers=2, refusal_tries=4) as asterisk,
        await Agent.open(asterisk.ports.agent, manner=Answer(1.0)) as agent,
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        call = await phone.dial("88005500555")
        person = await agent.next_call(within=15)
        assert "+79261234567" in agent.offered[0].first("from")
        heard = call.heard()
        announcement = sound("to_operator-ru")
        music = heard[place_of(announcement, heard) + announcement.size :]
        assert np.abs(music).max() > 500, "the caller waits with music"
        tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)).astype(np.int16)
        call.play_nowait(tone)
        await person.hear_speech(within=3)
        await person.hang_up()
        assert await call.hear_end(within=5) == "peer"


async def test_when_nobody_answers_the_caller_is_told(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path, refusal_tries=1, queue_timeout_s=3) as asterisk,
        await Agent.open(asterisk.ports.agent, manner=Ignore()) as agent,
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        call = await phone.dial("0500")
        assert await call.hear_end(within=30) == "peer"
        assert agent.offered
        with pytest.raises(NothingHeard):
            await agent.next_call(within=0.01)
        heard = call.heard()
        assert place_of(sound("nobody_free-ru"), heard) > place_of(sound("to_operator-ru"), heard)


@pytest.mark.parametrize("number", ["+79261234567", "89261234567", "9261234567"])
async def test_caller_id_arrives_in_the_form_it_was_sent(tmp_path: Path, number: str) -> None:
    assert await agi_caller_id(tmp_path, number, "") == number


async def test_odd_caller_id_is_harmless(tmp_path: Path) -> None:
    assert await agi_caller_id(tmp_path, "8926\"1${SHELL(id)};,)'<&", '";${X}\\') == "89261"


async def agi_caller_id(folder: Path, number: str, name: str) -> str:
    """What a worker is told about the caller."""
    environment: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def take_call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = dict[str, str]()
        while line := (await reader.readline()).decode().strip():
            key, _, value = line.partition(": ")
            lines[key] = value
        environment.set_result(lines)
        writer.write(b"SET VARIABLE IVR_DONE 1\n")
        await reader.readline()
        writer.close()

    async with running_asterisk(folder) as asterisk, await Phone.open(asterisk.ports.sip) as phone:
        server = await asyncio.start_server(take_call, "127.0.0.1", asterisk.options.workers[0])
        call = asyncio.create_task(phone.dial("0505", from_number=number, from_name=name))
        told = await asyncio.wait_for(environment, 10)
        server.close()
        await asyncio.wait([call])
        call.exception()
        assert told["agi_calleridname"] == "unknown"
        assert told["agi_network_script"] == "0505"
        return told["agi_callerid"]
