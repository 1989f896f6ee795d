"""A telephone for tests: both servers, a fake voice, fake ears, and proof that nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from ivr.channels.asterisk.agi_server import AgiLimits
from ivr.channels.asterisk.channel import AsteriskChannel, CallParts
from ivr.channels.asterisk.driver import CallOptions
from ivr.channels.asterisk.fake import FakeCall, Habits
from ivr.channels.asterisk.fake_speech import LevelVoice, ScriptedEars, heard_levels
from ivr.channels.asterisk.legs import LegTimes
from ivr.channels.asterisk.masking import Masker
from ivr.channels.asterisk.media import MediaServer
from ivr.channels.asterisk.server import OfferedCall, TelephoneServer
from ivr.channels.asterisk.transfer import QueueTarget
from ivr.channels.port import Listening, Utterance
from ivr.dialogue.events import CallEnded, Event
from ivr.grammar.model import Language, Match

CallScript = Callable[[AsteriskChannel], Awaitable[None]]

OPTIONS = CallOptions(
    queues={"operator": QueueTarget("operators", seconds=20)},
    times=LegTimes(wait=0.02, short_wait=0.01),
)
IMPATIENT = replace(
    OPTIONS,
    answering=0.5,
    closing=1.0,
    times=replace(OPTIONS.times, opening=0.5, leaving=0.5),
)


class AnyGrammar:
    """A grammar that takes everything."""

    recogniser_phrases: tuple[str, ...] = ()

    def match(self, words: str) -> tuple[Match, ...]:
        return ()

    def can_continue(self, words: str) -> bool:
        return False


@dataclass
class Telephone:
    """What a test needs of a node."""

    voice: LevelVoice = field(default_factory=LevelVoice)
    ears: ScriptedEars = field(default_factory=ScriptedEars)
    fallbacks: list[str] = field(default_factory=list)
    offered: list[OfferedCall] = field(default_factory=list)
    masker: Masker | None = None
    options: CallOptions = OPTIONS
    limits: AgiLimits | None = None
    idle: Callable[[], bool] = bool
    """True while nothing of any call is held."""

    def be_impatient(self) -> None:
        """Give up soon what does not answer."""
        self.options, self.limits = IMPATIENT, AgiLimits(reply=0.5)

    @asynccontextmanager
    async def running(self, script: CallScript) -> AsyncIterator[int]:
        """Serve calls by a script; at the end nothing may be left."""
        before = asyncio.all_tasks()
        media = MediaServer()
        await media.start(port=0)
        parts = CallParts(media, self.voice, self.ears, self.options, self.masker, self.fallbacks.append)

        async def handle(call: OfferedCall, channel: AsteriskChannel) -> None:
            self.offered.append(call)
            await script(channel)

        server = TelephoneServer(handle, parts, self.limits)
        self.idle = lambda: not (server.calls or server.connections or media.streams or media.waiting)
        try:
            yield await server.start(port=0)
        finally:
            async with asyncio.timeout(10):
                await eventually(self.idle)
                await server.close()
                await media.close()
        assert asyncio.all_tasks() == before
        assert self.voice.files == []

    @asynccontextmanager
    async def call(self, script: CallScript, habits: Habits | None = None) -> AsyncIterator[FakeCall]:
        """One call through the script."""
        async with self.running(script) as port, FakeCall(port, habits=habits or Habits()) as call:
            yield call


def words(*texts: str, language: Language = "ru") -> list[Utterance]:
    return [Utterance(text, language, "test") for text in texts]


def listening(turn: int, language: Language = "ru") -> Listening:
    return Listening(turn, AnyGrammar(), language, 0.8, 1.5)


async def events_to_end(channel: AsteriskChannel) -> list[Event]:
    """Everything the channel tells, up to the call's end."""
    events: list[Event] = []
    while not events or not isinstance(events[-1], CallEnded):
        events.append(await asyncio.wait_for(channel.receive(), 10))
    return events


async def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that nobody announces; TimeoutError if it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.001)


async def next_event(channel: AsteriskChannel) -> Event:
    return await asyncio.wait_for(channel.receive(), 5)


def spoken(call: FakeCall) -> list[tuple[int, int]]:
    return [(value, frames) for value, frames in heard_levels(call.heard) if value]
