"""The caller hangs up at any moment: one CallEnded, and nothing of the call is left."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from ivr.channels.asterisk.channel import AsteriskChannel
from ivr.channels.asterisk.fake import FakeCall, Habits
from ivr.dialogue.events import CallEnded, Event, PromptFinished, TransferEnded
from tests.channels_asterisk.helpers import Telephone, eventually, listening, words


class Dialogue:
    """Uses everything a channel has, in the order a call does, and keeps what it was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ended = asyncio.Event()

    async def run(self, channel: AsteriskChannel) -> None:
        pump = asyncio.create_task(self._pump(channel))
        await channel.answer()
        channel.play(1, words("a", "b"))
        channel.listen(listening(1))
        await self._until(PromptFinished(1))
        channel.listen(listening(2, "en"))
        channel.play(2, words("c"))
        await self._until(PromptFinished(2))
        channel.transfer("operator")
        await self._until(TransferEnded("no_answer"))
        channel.play(3, words("d"))
        channel.mask(True)
        await self._until(PromptFinished(3))
        await channel.hang_up("done")
        await asyncio.wait_for(self.ended.wait(), 5)
        await asyncio.sleep(0)
        pump.cancel()
        await asyncio.wait({pump})

    async def _until(self, event: Event) -> None:
        await eventually(lambda: event in self.events or self.ended.is_set())

    async def _pump(self, channel: AsteriskChannel) -> None:
        while True:
            self.events.append(await channel.receive())
            if isinstance(self.events[-1], CallEnded):
                self.ended.set()

    @property
    def ends(self) -> list[Event]:
        return [event for event in self.events if isinstance(event, CallEnded)]


COMMANDS = {"stream": 13, "plain": 15}
_TAKEN = 4
"""Commands and sounds after which a dialogue has begun for certain."""
"""Commands of a whole call; the plain one waits for digits in between, as often as it takes."""


@pytest.mark.parametrize("mode", ["stream", "plain"])
@pytest.mark.parametrize("moment", ["before the reply", "with the reply"])
@pytest.mark.parametrize("which", range(16))
async def test_a_hangup_at_each_command_leaves_nothing(
    telephone: Telephone, mode: str, moment: str, which: int
) -> None:
    dialogue = Dialogue()

    async def at_reply(_: list[str]) -> None:
        if len(call.commands) == which + 1:
            if moment == "with the reply":
                asyncio.get_running_loop().call_soon(call.hang_up)
            else:
                call.hang_up()

    habits = Habits(media_refused=mode == "plain", before_reply=at_reply)
    async with telephone.call(dialogue.run, habits) as call:
        await asyncio.wait_for(call.closed.wait(), 10)
    taken = bool(dialogue.events) or len(call.commands) > 2
    assert len(dialogue.ends) == taken
    assert call.streaming.is_set() is False


@pytest.mark.parametrize("mode", ["stream", "plain"])
async def test_a_whole_call_ends_as_done(telephone: Telephone, mode: str) -> None:
    dialogue = Dialogue()
    async with telephone.call(dialogue.run, Habits(media_refused=mode == "plain")) as call:
        await asyncio.wait_for(call.closed.wait(), 10)
    assert dialogue.ends == [CallEnded("done")]
    assert call.variables["IVR_DONE"] == "1"
    assert len(call.commands) >= COMMANDS[mode] - 1


async def test_a_hangup_while_a_phrase_is_being_made_leaves_nothing(telephone: Telephone) -> None:
    telephone.voice.gates["a"] = asyncio.Event()
    dialogue = Dialogue()
    async with telephone.call(dialogue.run) as call:
        await call.until(lambda call: call.frames > 2)
        call.hang_up()
        await asyncio.wait_for(call.closed.wait(), 5)
    assert dialogue.events == [CallEnded("caller")]


async def test_a_hangup_while_a_file_is_being_made_leaves_nothing(telephone: Telephone) -> None:
    telephone.voice.gates["a"] = asyncio.Event()
    dialogue = Dialogue()
    async with telephone.call(dialogue.run, Habits(media_refused=True)) as call:
        await eventually(lambda: telephone.voice.asked == ["a"])
        call.hang_up()
        await asyncio.wait_for(call.closed.wait(), 5)
    assert dialogue.ends == [CallEnded("caller")]


async def test_a_hangup_in_the_queue_leaves_nothing(telephone: Telephone) -> None:
    async def in_queue() -> None:
        call.hang_up()

    dialogue = Dialogue()
    async with telephone.call(dialogue.run, Habits(queue=in_queue)) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert dialogue.ends == [CallEnded("caller")]


async def test_an_asterisk_that_dies_is_a_caller_that_is_gone(telephone: Telephone) -> None:
    dialogue = Dialogue()
    async with telephone.call(dialogue.run) as call:
        await call.until(lambda call: call.frames > 2)
        call.die()
        await asyncio.wait_for(dialogue.ended.wait(), 5)
    assert dialogue.ends == [CallEnded("caller")]


@pytest.mark.parametrize("verb", ["ANSWER", "EXEC", "SET", "HANGUP"])
async def test_an_asterisk_that_falls_silent_is_given_up(telephone: Telephone, verb: str) -> None:
    dialogue = Dialogue()
    telephone.be_impatient()
    async with telephone.call(dialogue.run, Habits(silent_for=frozenset({verb}))) as call:
        await asyncio.wait_for(call.closed.wait(), 10)
    assert len(dialogue.ends) == 1


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_200_calls_hung_up_at_random_moments_leave_nothing(telephone: Telephone) -> None:
    chance = random.Random(20261122)
    dialogues = [Dialogue() for _ in range(200)]
    waiting = iter(dialogues)

    async def script(channel: AsteriskChannel) -> None:
        await next(waiting).run(channel)

    moments = [chance.randrange(50) for _ in dialogues]  # counted in what has come: any machine gets there
    moment = iter(moments)

    async def caller(port: int) -> None:
        habits, wanted = Habits(media_refused=chance.random() < 0.2), next(moment)

        def reached(call: FakeCall) -> bool:
            return len(call.commands) + call.frames >= wanted or call.closed.is_set()

        async with gate, FakeCall(port, habits=habits) as call:
            await call.until(reached, 20)
            call.hang_up()
            await asyncio.wait_for(call.closed.wait(), 10)

    gate = asyncio.Semaphore(20)
    async with telephone.running(script) as port:
        await caller(port)
        await eventually(telephone.idle)
        before = open_files()
        await asyncio.gather(*(caller(port) for _ in dialogues[1:]))
        await eventually(telephone.idle)
        assert open_files() == before
    ends = [dialogue.ends for dialogue in dialogues if dialogue.events]
    assert all(len(each) == 1 for each in ends)
    assert len(ends) >= sum(wanted > _TAKEN for wanted in moments) > 150
