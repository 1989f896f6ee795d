"""The driver of one call: the only one who speaks AGI on it, one thing at a time.

The order of a call::

    answer -> audio stream <-> (leave) an order: transfer, language, hang-up
                  |  failed
                  v
              plain playback <-> an order

Rules:

1. While the audio stream runs, the command line is busy: an order leaves the stream (0.4 ms), is carried
   out, and the stream is entered again (0.7 ms).
2. A stream that fails while the caller is there costs one log line; the same prompts and keys go on by plain
   playback. A transfer is the next occasion to try the stream again.
3. The variable `IVR_LANGUAGE` follows the call's language at once, not at the end: it is for the moment when
   this process dies and the dialplan has to apologise.
4. `IVR_DONE` is set only by a hang-up that the dialogue ordered: everything else is "died" to the dialplan.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from ivr.channels.asterisk.agi_commands import ANSWER, HANGUP, set_variable
from ivr.channels.asterisk.agi_server import AgiSession
from ivr.channels.asterisk.legs import LegTimes, MediaLeg, check_alive
from ivr.channels.asterisk.media import MediaListener, MediaServer
from ivr.channels.asterisk.plain import PlainLeg
from ivr.channels.asterisk.playing import PlayQueue
from ivr.channels.asterisk.ports import Voice
from ivr.channels.asterisk.transfer import CLEAR_STATUS, READ_STATUS, QueueTarget, outcome
from ivr.dialogue.events import TransferEnded
from ivr.errors import PeerGone, ProtocolError
from ivr.grammar.model import Language

log = structlog.get_logger(__name__)

SET_DONE: Final = set_variable("IVR_DONE", "1")


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How calls are made on this node."""

    queues: Mapping[str, QueueTarget] = field(default_factory=dict)
    """Transfer target of the flows -> Asterisk queue."""
    answering: float = 10.0
    """Seconds Asterisk has for answering."""
    rendering: float = 10.0
    """Seconds the voice has for one phrase."""
    closing: float = 4.0
    """Seconds for letting go of a call in good order."""
    times: LegTimes = field(default_factory=LegTimes)


class CallFace(MediaListener, Protocol):
    """What the driver tells the channel."""

    def stream_opened(self) -> None:
        """Speech goes over the stream from now on."""

    def stream_failed(self, reason: str) -> None:
        """From now on it is plain playback and keys."""

    def transferred(self, event: TransferEnded) -> None:
        """The caller is back from a transfer, and can be spoken to."""


@dataclass(frozen=True, slots=True)
class _Transfer:
    target: str


@dataclass(frozen=True, slots=True)
class _SetLanguage:
    language: Language


class _HangUp:
    """Set the call down as done."""


class _Leave:
    """Let go of the call; the dialplan goes on with it."""


_Order = _Transfer | _SetLanguage | _HangUp | _Leave


class CallDriver:
    """Carries one call through its legs and orders. `run` is one task; the rest only leaves it notes."""

    def __init__(
        self,
        session: AgiSession,
        media: MediaServer,
        voice: Voice,
        queue: PlayQueue,
        options: CallOptions,
    ) -> None:
        self._session = session
        self._queue = queue
        self._options = options
        self._media_leg = MediaLeg(session, media, queue, options.times)
        self._plain_leg = PlainLeg(session, voice, queue, options.times)
        self._orders: deque[_Order] = deque()
        self._wanted = asyncio.Event()
        self._plain = False
        self._back: TransferEnded | None = None

    def transfer(self, target: str) -> None:
        """Ask for a transfer."""
        self._order(_Transfer(target))

    def set_language(self, language: Language) -> None:
        """Ask for the dialplan's language to be changed."""
        self._order(_SetLanguage(language))

    def hang_up(self) -> None:
        """Ask for the end of the call, as done."""
        self._order(_HangUp())

    def leave(self) -> None:
        """Ask for the call to be left to the dialplan."""
        self._order(_Leave())

    def _order(self, order: _Order) -> None:
        self._orders.append(order)
        self._wanted.set()

    async def run(self, face: CallFace, answer: bool) -> str:
        """Carry the call to its end and return why it ended: `done`, `left` or `caller`."""
        try:
            if answer:
                await self._session.command(ANSWER, self._options.answering)
            while True:
                while self._orders:
                    order = self._orders.popleft()
                    end = await self._carry_out(order)
                    if end is not None:
                        return end
                self._wanted.clear()
                await self._talk(face)
        except (PeerGone, ProtocolError):
            return "caller"

    async def _talk(self, face: CallFace) -> None:
        """Be on one leg until an order comes or the leg fails."""
        if self._plain:
            self._tell_back(face)
            await self._plain_leg.run(face.key, self._wanted)
            return
        failure = await self._media_leg.run(face, lambda: self._opened(face), self._wanted)
        if failure is not None:
            await check_alive(self._session)
            self._plain = True
            self._queue.rewind()
            face.stream_failed(failure)

    def _opened(self, face: CallFace) -> None:
        face.stream_opened()
        self._tell_back(face)

    def _tell_back(self, face: CallFace) -> None:
        if self._back is not None:
            face.transferred(self._back)
            self._back = None

    async def _carry_out(self, order: _Order) -> str | None:
        if isinstance(order, _HangUp):
            await self._session.command(SET_DONE)
            await self._session.command(HANGUP)
            return "done"
        if isinstance(order, _Leave):
            return "left"
        if isinstance(order, _SetLanguage):
            await self._session.command(set_variable("IVR_LANGUAGE", order.language))
        else:
            self._back = TransferEnded(await self._queue_for(order.target))
            self._plain = False
        return None

    async def _queue_for(self, name: str) -> str:
        """Put the caller into a queue and return how that ended."""
        target = self._options.queues.get(name)
        if target is None:
            log.error("transfer target is unknown", target=name)
            return "failed"
        await self._session.command(CLEAR_STATUS)
        reply = await self._session.command(target.command(), self._options.times.longest)
        status = await self._session.command(READ_STATUS)
        log.info("transfer ended", target=name, status=status.value, result=reply.result)
        return outcome(status.value)
