"""What the telephone needs of speech, as ports: a voice that speaks and ears that listen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ivr.channels.port import Listening, Utterance
from ivr.dialogue.events import Event


class Voice(Protocol):
    """Makes sound of words. Works off the event loop; SpeechError when it cannot."""

    async def render(self, utterance: Utterance) -> bytes:
        """8 kHz s16le mono PCM."""

    async def file(self, utterance: Utterance) -> Path | None:
        """For plain AGI playback: path of a sound file without extension that Asterisk can play.

        None if it cannot be made.
        """

    async def release(self, path: Path) -> None:
        """Say that a path which `file` gave will not be played again: what is one caller's goes at once."""


class Hearing(Protocol):
    """Open ears for one turn."""

    def feed(self, frame: bytes) -> None:
        """One 20 ms frame (320 bytes); never blocks."""

    def prompt_playing(self, playing: bool) -> None:
        """Tell whether the caller is hearing a prompt at this moment (echo, barge-in)."""

    def sent(self, frame: bytes) -> None:
        """One 20 ms frame of ours as it goes out, silence too: what comes back of it is echo."""

    def close(self) -> None:
        """Stop listening; nothing is reported afterwards."""


class Ears(Protocol):
    """Makes ears. SpeechError when there are none."""

    def line(self) -> Line:
        """Ears for one call: what they learn of its line in one turn holds in the next."""


class Line(Protocol):
    """The ears of one call. SpeechError when there are none to open."""

    def open(self, order: Listening, report: Callable[[Event], None]) -> Hearing:
        """Listen for one turn; `report` is called on the event loop."""
