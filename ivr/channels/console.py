"""The text telephone: the same dialogue in a terminal. Words are speech, `#31` are keys, `!` hangs up.

An empty line is silence: the timer that would run out first fires. Prompts end as soon as they are
printed. Lines are read by an injected coroutine, so tests and other text doors can drive it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ivr.channels.port import Listening, Utterance
from ivr.channels.timers import ManualTimers
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

KEYS = frozenset("0123456789*#")


class ConsoleChannel:
    """A `Channel` over lines of text."""

    def __init__(
        self,
        read_line: Callable[[], Awaitable[str | None]],
        write_line: Callable[[str], None],
        timers: ManualTimers,
    ) -> None:
        self.callers_turn: Callable[[], Awaitable[object]] | None = None
        """Awaited before a line is read: set it to the runner's `idle.wait`."""
        self._read_line = read_line
        self._write = write_line
        self._timers = timers
        self._ready: asyncio.Queue[Event] = asyncio.Queue()
        self._turn: int | None = None
        self._over = False

    async def receive(self) -> Event:
        """Give what is already known; else read a line and turn it into events."""
        while self._ready.empty():
            if self.callers_turn is not None:
                await self.callers_turn()
            if not self._ready.empty():
                break  # something was said to its end in the meantime
            if self._over:
                self._ready.put_nowait(CallEnded("done"))
                break
            self._take(await self._read_line())
        return self._ready.get_nowait()

    def _take(self, line: str | None) -> None:
        if line is None or line.strip() == "!":
            self._over = True
            self._ready.put_nowait(CallEnded("caller"))
        elif not line.strip():
            self._timers.fire_next()
        elif line.startswith("#"):
            self._press(line[1:].strip() or "#")
        else:
            self._say(line.strip().lower())

    def _press(self, keys: str) -> None:
        unknown = [key for key in keys if key not in KEYS]
        if unknown:
            self._write(f"  ? {' '.join(unknown)}: 0-9 * #")
            return
        for key in keys:
            self._ready.put_nowait(DigitPressed(key))

    def _say(self, words: str) -> None:
        if self._turn is None:
            self._write("  (...)")
            return
        self._ready.put_nowait(SpeechStarted(self._turn))
        self._ready.put_nowait(Heard(self._turn, (Hypothesis(words),)))

    async def answer(self) -> None:
        """Nothing to open: the terminal is there."""

    def play(self, serial: int, utterances: Sequence[Utterance]) -> None:
        """Print the words."""
        for utterance in utterances:
            self._write(f"< {utterance.text}")
        self._ready.put_nowait(PromptFinished(serial))

    def pause_playing(self) -> None:
        """Nothing is playing: what was said is already printed."""

    resume_playing = stop_playing = pause_playing

    def listen(self, order: Listening) -> None:
        """Take the next words for this turn."""
        self._turn = order.turn

    def stop_listening(self) -> None:
        """Words mean nothing now."""
        self._turn = None

    def mask(self, on: bool) -> None:
        """Nothing is recorded here."""

    def transfer(self, target: str) -> None:
        """There is nobody behind a terminal: come back at once."""
        self._write(f"  ~ {target}")
        self._ready.put_nowait(TransferEnded("no_answer"))

    async def hang_up(self, reason: str) -> None:
        """End the call."""
        self._over = True
        self._ready.put_nowait(CallEnded(reason))
