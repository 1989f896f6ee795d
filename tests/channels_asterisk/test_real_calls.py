"""The channel against a real Asterisk 22, with a real SIP caller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ivr.channels.asterisk.agi import Reply
from ivr.channels.asterisk.agi_commands import ANSWER, HANGUP, command, execute, get_variable, set_variable
from ivr.channels.asterisk.agi_server import AgiServer, AgiSession
from ivr.channels.asterisk.channel import AsteriskChannel, CallParts
from ivr.channels.asterisk.driver import CallOptions
from ivr.channels.asterisk.fake_speech import LevelVoice, ScriptedEars
from ivr.channels.asterisk.media import MediaServer
from ivr.channels.asterisk.server import OfferedCall, TelephoneServer
from ivr.channels.asterisk.transfer import QueueTarget
from ivr.channels.port import Utterance
from ivr.dialogue.events import (
    CallEnded,
    DigitPressed,
    Event,
    ListeningFailed,
    PromptFinished,
    TransferEnded,
)
from tests.channels_asterisk.helpers import eventually, listening, words
from tests.support.asterisk import TestAsterisk, running_asterisk
from tools.caller import Phone
from tools.caller.agent import Agent, Answer, Reject

pytestmark = pytest.mark.call

OPTIONS = CallOptions(queues={"operator": QueueTarget("operators", seconds=3)})
Script = Callable[[OfferedCall, AsteriskChannel], Awaitable[None]]


class ToneVoice(LevelVoice):
    """One second of a tone for every phrase; a file that the set-up has made."""

    async def render(self, utterance: Utterance) -> bytes:
        tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
        return tone.astype("<i2").tobytes()

    async def file(self, utterance: Utterance) -> Path | None:
        return Path(__file__).parents[2] / "var/sounds/nobody_free-ru"

    async def release(self, path: Path) -> None:
        """It is everybody's."""


@dataclass
class Node:
    """An Asterisk and one worker."""

    asterisk: TestAsterisk
    media: MediaServer
    server: TelephoneServer
    phone: Phone
    fallbacks: list[str] = field(default_factory=list)

    async def settled(self) -> None:
        """Every call's things have been let go of."""
        await eventually(lambda: not (self.server.calls or self.media.streams or self.media.waiting))


@asynccontextmanager
async def node(folder: Path, script: Script, ears: ScriptedEars | None = None) -> AsyncIterator[Node]:
    fallbacks: list[str] = []
    media = MediaServer()
    await media.start(port=0)
    parts = CallParts(media, ToneVoice(), ears or ScriptedEars(), OPTIONS, on_fallback=fallbacks.append)
    server = TelephoneServer(script, parts)
    async with running_asterisk(folder) as asterisk:
        await server.start(port=asterisk.ports.workers(1)[0])
        try:
            async with await Phone.open(asterisk.ports.sip) as phone:
                yield Node(asterisk, media, server, phone, fallbacks)
        finally:
            await server.close()
            await media.close()


async def next_event(channel: AsteriskChannel) -> Event:
    return await asyncio.wait_for(channel.receive(), 10)


async def test_a_call_is_spoken_to_heard_and_hung_up(tmp_path: Path) -> None:
    events: list[Event] = []
    ears = ScriptedEars()

    async def script(_: OfferedCall, channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.listen(listening(1))
        channel.play(1, words("hello"))
        events.extend([await next_event(channel) for _ in range(3)])
        await channel.hang_up("done")
        events.append(await next_event(channel))

    async with node(tmp_path, script, ears) as n:
        call = await n.phone.dial("0505")
        began = await call.hear_speech(within=3)
        await call.hear_silence(0.3, within=3)
        await call.press("1#")
        assert await call.hear_end(3) == "peer"
        await n.settled()
        log = (tmp_path / "asterisk/log/messages.log").read_text(encoding="utf-8")
    assert events == [PromptFinished(1), DigitPressed("1"), DigitPressed("#"), CallEnded("done")]
    assert call.answered_at is not None
    assert began - call.answered_at < 0.3
    loud = np.abs(call.heard().astype(int)) > 4000
    assert 0.45 < loud.sum() / 8000 < 0.8
    assert call.lost == 0
    assert call.max_gap_ms < 60
    assert len(ears.opened[0].frames) > 50
    assert n.fallbacks == []
    assert "died" not in log


async def test_a_caller_who_hangs_up_is_known_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    ended: list[tuple[Event, float]] = []

    async def script(_: OfferedCall, channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("hello"))
        event = await next_event(channel)
        ended.append((event, asyncio.get_running_loop().time()))

    async with node(tmp_path, script) as n:
        for wait in (0.0, 0.02, 0.2):
            call = await n.phone.dial("0505")
            await asyncio.sleep(wait)
            moment = asyncio.get_running_loop().time()
            await call.hang_up()
            await n.settled()
            if ended:
                event, at = ended.pop()
                assert event == CallEnded("caller")
                assert at - moment < 0.5


@pytest.mark.parametrize("when", ["from the start", "in the middle"])
async def test_without_a_stream_the_call_goes_on_by_plain_playback(tmp_path: Path, when: str) -> None:
    events: list[Event] = []

    async def script(_: OfferedCall, channel: AsteriskChannel) -> None:
        if when == "from the start":
            n.media.address = f"127.0.0.1:{n.asterisk.ports.ami + 1}"
        await channel.answer()
        channel.listen(listening(1))
        channel.play(1, words("hello", "you"))
        if when == "in the middle":
            assert await next_event(channel) == DigitPressed("5")
            await n.media.close()
        events.extend([await next_event(channel) for _ in range(2)])
        channel.stop_playing()
        events.append(await next_event(channel))
        await channel.hang_up("done")

    async with node(tmp_path, script) as n:
        call = await n.phone.dial("0505")
        await call.hear_speech(within=3)
        if when == "in the middle":
            await call.press("5")
            await eventually(lambda: bool(n.fallbacks))
            await call.hear_speech(within=3)
        await call.press("12")
        assert await call.hear_end(5) == "peer"
        await n.settled()
        assert len(n.fallbacks) == 1
    assert events == [ListeningFailed(1), DigitPressed("1"), DigitPressed("2")]


async def test_a_caller_can_be_handed_to_a_person_and_comes_back(tmp_path: Path) -> None:
    outcomes: list[Event] = []

    async def script(_: OfferedCall, channel: AsteriskChannel) -> None:
        await channel.answer()
        for _try in range(3):
            channel.transfer("operator")
            outcomes.append(await next_event(channel))
            channel.play(1, words("back"))
            assert await next_event(channel) == PromptFinished(1)
        await channel.hang_up("done")

    async with node(tmp_path, script) as n:
        call = await n.phone.dial("0505")
        await eventually(lambda: len(outcomes) == 1)  # nobody has a phone: the queue cannot ring it
        async with await Agent.open(n.asterisk.ports.agent, manner=Reject()) as agent:
            await eventually(lambda: len(outcomes) == 2)
            agent.manner = Answer(0.1)
            person = await agent.next_call(within=5)
            await asyncio.sleep(0.3)
            await person.hang_up()
            await eventually(lambda: len(outcomes) == 3)
            assert await call.hear_end(5) == "peer"
        await n.settled()
        assert n.fallbacks == []
    assert outcomes == [TransferEnded("no_answer"), TransferEnded("no_answer"), TransferEnded("answered")]


async def test_a_worker_that_fails_gives_the_call_back_in_the_callers_language(tmp_path: Path) -> None:
    offered: list[OfferedCall] = []

    async def script(call: OfferedCall, channel: AsteriskChannel) -> None:
        offered.append(call)
        await channel.answer()
        channel.play(1, words("hello"))
        channel.listen(listening(1, "en"))
        assert await next_event(channel) == PromptFinished(1)
        if len(offered) == 1:
            raise LookupError("bug")
        await channel.hang_up("done")

    async with node(tmp_path, script) as n:
        call = await n.phone.dial("0505")
        assert await call.hear_end(15) == "peer"
        await n.settled()
        assert n.fallbacks == []
    assert [(call.language, call.resumed) for call in offered] == [("ru", False), ("en", True)]


async def test_replies_of_a_real_asterisk_keep_step(tmp_path: Path) -> None:
    replies: list[Reply] = []
    orders = [
        ANSWER,
        command("NO SUCH COMMAND"),
        command("GET DATA"),
        set_variable("X", 'a "b" \\c, d)'),
        get_variable("X"),
        get_variable("NOT_SET"),
        execute("NoSuchApplication", "x"),
        command("GET DATA", str(Path(__file__).parents[2] / "var/sounds/none"), "50", "1"),
    ]

    async def handler(session: AgiSession) -> None:
        replies.extend([await session.command(order, within=10) for order in orders])
        await session.command(set_variable("IVR_DONE", "1"))
        await session.command(HANGUP)

    server = AgiServer(handler)
    async with running_asterisk(tmp_path) as asterisk:
        await server.start(port=asterisk.ports.workers(1)[0])
        async with await Phone.open(asterisk.ports.sip) as phone:
            call = await phone.dial("0505")
            assert await call.hear_end(15) == "peer"
        await server.close()
    assert [reply.code for reply in replies] == [200, 510, 520, 200, 200, 200, 200, 200]
    assert replies[2].text.endswith("520 End of proper usage.")
    assert replies[4].value == 'a "b" \\c, d)'
    assert replies[5] == Reply(200, "0")
    assert replies[6].result == "-2"
