"""One telephone call as a `Channel`: what the dialogue orders and hears, over AGI and AudioSocket.

Rules:

1. Every order is accepted at any time; once the call is over it does nothing.
2. The call's end is told once, as `CallEnded`, whoever ended it and wherever the call was.
3. When the stream fails, what was not heard yet is said by plain playback, and the turn's ears report
   `ListeningFailed`. When only the ears fail, the stream goes on with keys.
4. Nothing of the call is left after `close`: no task, no socket, no expectation; no part of it holds the
   channel, so it is freed without the garbage collector.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from ivr.channels.asterisk.agi_server import AgiSession
from ivr.channels.asterisk.driver import CallDriver, CallOptions
from ivr.channels.asterisk.inbox import Inbox
from ivr.channels.asterisk.listening import TurnEars
from ivr.channels.asterisk.masking import Masker, Masking
from ivr.channels.asterisk.media import MediaServer
from ivr.channels.asterisk.playing import PlayQueue
from ivr.channels.asterisk.ports import Ears, Voice
from ivr.channels.asterisk.speaking import Speaker
from ivr.channels.port import Listening, Utterance
from ivr.dialogue.events import DigitPressed, Event, ListeningFailed, TransferEnded
from ivr.grammar.model import Language

log = structlog.get_logger(__name__)

_TELEPHONE_KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class CallParts:
    """What every call of a node shares."""

    media: MediaServer
    voice: Voice
    ears: Ears
    options: CallOptions = field(default_factory=CallOptions)
    masker: Masker | None = None
    """None: nothing is recorded."""
    on_fallback: Callable[[str], None] = lambda reason: None
    """Called with the reason when a call goes on by plain playback: for a metric."""


class AsteriskChannel:
    """The `Channel` of one AGI call (ivr/channels/port.py)."""

    def __init__(self, session: AgiSession, parts: CallParts, language: Language) -> None:
        """`language` is the one the dialplan knows of."""
        self._session = session
        self._parts = parts
        self._language = language
        self._inbox = Inbox()
        self._ears = TurnEars(parts.ears, self._inbox.emit)
        self._queue = PlayQueue(self._inbox.prompt_finished, self._ears.prompt_playing)
        self._speaker = Speaker(parts.voice, self._queue, parts.options.rendering)
        self._driver = CallDriver(session, parts.media, parts.voice, self._queue, parts.options)
        self._driving: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._masking = Masking(parts.masker, self.name, parts.options.closing)
        self._plain = False
        session.hangup.add_done_callback(lambda _: self._end("caller"))

    # --- what the runner orders

    async def receive(self) -> Event:
        """Wait for the next fact."""
        return await self._inbox.receive()

    async def answer(self) -> None:
        """Answer, and return when the caller can be spoken to (or is gone)."""
        self._drive(answer=True)
        await self._ready.wait()

    def play(self, serial: int, utterances: Sequence[Utterance]) -> None:
        """Queue a prompt."""
        if self._inbox.ended:
            return
        for utterance in utterances:
            self._queue.add(serial, utterance)
        self._queue.end(serial)
        if not self._plain:
            self._speaker.start()

    def pause_playing(self) -> None:
        """Fall silent within a frame; by plain playback only between phrases."""
        self._queue.pause()

    def resume_playing(self) -> None:
        """Go on from the last phrase boundary."""
        self._queue.resume()

    def stop_playing(self) -> None:
        """Fall silent within a frame and forget what was queued."""
        self._queue.stop()
        self._speaker.stop()

    def listen(self, order: Listening) -> None:
        """Open the ears for a turn; by plain playback there are none to open."""
        if self._inbox.ended:
            return
        self._speak_language(order.language)
        if self._plain:
            self._inbox.emit(ListeningFailed(order.turn))
        else:
            self._ears.open(order, self._queue.audible)

    def stop_listening(self) -> None:
        """Close the ears."""
        self._ears.close()

    def mask(self, on: bool) -> None:
        """Hide from the recording, beside everything else."""
        if not self._inbox.ended:
            self._masking.set(on)

    def transfer(self, target: str) -> None:
        """Leave the stream, queue for a person, come back."""
        if self._inbox.ended:
            return
        self.stop_listening()
        self.stop_playing()
        self._driver.transfer(target)

    async def hang_up(self, reason: str) -> None:
        """End the call as done and let go of it."""
        if not self._inbox.ended:
            self._driver.hang_up()
            self._drive(answer=False)
            self._end(reason)
        await self.close()

    async def close(self) -> None:
        """Let go of everything; a call that was not hung up goes back to the dialplan."""
        self._end("closed")
        self._driver.leave()
        if self._driving is not None:
            await _finish(self._driving, 0 if self._session.hung_up else self._parts.options.closing)
        await self._masking.close()
        await self._speaker.close()
        self._session.close()

    # --- what the driver and the stream tell

    def sound(self, frame: bytes) -> None:
        """20 ms of the caller's side: to the ears, if any are open."""
        self._ears.feed(frame)

    def sent(self, frame: bytes) -> None:
        """20 ms of our side, as the caller will hear them."""
        self._ears.sent(frame)

    def key(self, key: str) -> None:
        """A key."""
        if key in _TELEPHONE_KEYS:
            self._inbox.emit(DigitPressed(key))

    def stream_opened(self) -> None:
        """Speech goes over the stream."""
        self._plain = False
        self._speaker.start()
        self._ready.set()

    def stream_failed(self, reason: str) -> None:
        """It is plain playback and keys from now on."""
        log.warning("call goes on by plain playback", reason=reason, channel=self.name)
        self._parts.on_fallback(reason)
        self._plain = True
        self._speaker.stop()
        if self._ears.listening:
            self._ears.fail()
        self._ready.set()

    def transferred(self, event: TransferEnded) -> None:
        """The caller is back."""
        self._inbox.emit(event)

    @property
    def name(self) -> str:
        """Asterisk's name for the channel."""
        return self._session.request.get("channel")

    # --- inside

    def _drive(self, *, answer: bool) -> None:
        if self._driving is None and not self._session.hung_up:
            self._driving = asyncio.create_task(self._run_driver(answer))

    async def _run_driver(self, answer: bool) -> None:
        try:
            self._end(await self._driver.run(self, answer))
        except Exception:
            log.exception("call driver failed", channel=self.name)
            self._end("failed")

    def _end(self, reason: str) -> None:
        if self._inbox.ended:
            return
        self.stop_listening()
        self.stop_playing()
        self._inbox.end(reason)
        self._ready.set()

    def _speak_language(self, language: Language) -> None:
        if language != self._language:
            self._language = language
            self._driver.set_language(language)


async def _finish(task: asyncio.Task[None], within: float) -> None:
    """Give a task so many seconds to end by itself, then end it."""
    await asyncio.wait({task}, timeout=within)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
