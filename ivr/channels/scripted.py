"""A channel for tests: the caller is a script, the ear is perfect, speech takes the time it would take.

On a loop with virtual time a whole call takes microseconds; what was said is kept with its moment.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.channels.port import Listening, Utterance
from ivr.dialogue.events import (
    CallEnded,
    DigitPressed,
    Event,
    Heard,
    Hypothesis,
    PromptFinished,
    SpeechStarted,
    TransferEnded,
)

CHARACTERS_PER_SECOND = 14.0
"""Speed of the imagined voice."""
WORDS_PER_SECOND = 2.5
"""Speed of the imagined caller."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance that began to be heard."""

    at: float
    """Loop time in seconds."""
    utterance: Utterance


class ScriptedChannel:
    """A `Channel` whose caller is driven by `press`, `say`, `cough` and `leave`."""

    def __init__(self, transfer_outcome: str = "no_answer", transfer_seconds: float = 20.0) -> None:
        self.said: list[Said] = []
        self.masked: list[bool] = []
        self.transfers: list[str] = []
        self.progress = asyncio.Event()
        """Set whenever something new was said or the call ended."""
        self.ended: str | None = None
        self._transfer = (transfer_outcome, transfer_seconds)
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._queue: deque[tuple[int, Utterance | None]] = deque()
        self._speaking: asyncio.TimerHandle | None = None
        self._paused = False
        self._order: Listening | None = None

    # --- the caller

    def press(self, keys: str) -> None:
        """Press keys, one after another, at once."""
        for key in keys:
            self._events.put_nowait(DigitPressed(key))

    async def say(self, words: str, decision: str = "take", *, or_else: str = "") -> None:
        """Say words; returns when the ear has taken them. `or_else`: what it may have heard instead."""
        others = (Hypothesis(or_else, "confirm"),) if or_else else ()
        await self._speak(words, (Hypothesis(words, decision), *others))

    async def cough(self) -> None:
        """Make a noise that is no answer."""
        await self._speak("", ())

    async def _speak(self, words: str, heard: tuple[Hypothesis, ...]) -> None:
        order = self._order
        if order is None:
            return
        self._events.put_nowait(SpeechStarted(order.turn))
        await asyncio.sleep(max(1, len(words.split())) / WORDS_PER_SECOND)
        silence = order.open_after if order.grammar.can_continue(words) else order.complete_after
        await asyncio.sleep(silence)
        if self._order is order:
            self._events.put_nowait(Heard(order.turn, heard))

    def leave(self) -> None:
        """Hang up."""
        self._end("caller")

    # --- the Channel

    async def receive(self) -> Event:
        """Give the next fact."""
        return await self._events.get()

    async def answer(self) -> None:
        """Nothing to open."""

    def play(self, serial: int, utterances: Sequence[Utterance]) -> None:
        """Queue speech."""
        self._queue += [(serial, utterance) for utterance in utterances] + [(serial, None)]
        if self._speaking is None and not self._paused:
            self._next()

    def _next(self) -> None:
        self._speaking = None
        loop = asyncio.get_running_loop()
        while self._queue:
            serial, utterance = self._queue[0]
            if utterance is not None:
                self.said.append(Said(loop.time(), utterance))
                self.progress.set()
                seconds = len(utterance.text) / CHARACTERS_PER_SECOND / utterance.rate
                self._speaking = loop.call_later(seconds, self._finished)
                return
            self._queue.popleft()
            self._events.put_nowait(PromptFinished(serial))

    def _finished(self) -> None:
        self._queue.popleft()
        self._next()

    def _hush(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None

    def pause_playing(self) -> None:
        """Fall silent; the current utterance will be said again."""
        self._paused = True
        self._hush()

    def resume_playing(self) -> None:
        """Go on from the beginning of the utterance that was interrupted."""
        self._paused = False
        if self._speaking is None:
            self._next()

    def stop_playing(self) -> None:
        """Fall silent and drop the queue."""
        self._paused = False
        self._hush()
        self._queue.clear()

    def listen(self, order: Listening) -> None:
        """Open the ear."""
        self._order = order

    def stop_listening(self) -> None:
        """Close the ear."""
        self._order = None

    def mask(self, on: bool) -> None:
        """Note it."""
        self.masked.append(on)

    def transfer(self, target: str) -> None:
        """Ring nobody for a while, then come back."""
        self.transfers.append(target)
        outcome, seconds = self._transfer
        asyncio.get_running_loop().call_later(seconds, self._events.put_nowait, TransferEnded(outcome))

    async def hang_up(self, reason: str) -> None:
        """End the call from our side."""
        self._end(reason)

    def _end(self, reason: str) -> None:
        if self.ended is None:
            self.ended = reason
            self._hush()
            self._queue.clear()
            self._events.put_nowait(CallEnded(reason))
            self.progress.set()
