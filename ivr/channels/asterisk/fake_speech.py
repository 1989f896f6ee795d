"""A voice and ears without speech: each text is a level of its own, so that a test knows what was heard."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from zlib import crc32

from ivr.channels.asterisk.audiosocket import FRAME_BYTES
from ivr.channels.port import Listening, Utterance
from ivr.dialogue.events import Event
from ivr.errors import SpeechError


def level(text: str) -> int:
    """The sample value that stands for a text; never 0."""
    return 1 + crc32(text.encode()) % 30_000


def heard_levels(pcm: bytes | bytearray) -> list[tuple[int, int]]:
    """What was heard, as (level, frames) in order; level 0 is silence."""
    frames = [struct.unpack_from("<h", pcm, at)[0] for at in range(0, len(pcm) - 1, FRAME_BYTES)]
    return [(value, len(list(run))) for value, run in groupby(frames)]


@dataclass(slots=True)
class LevelVoice:
    """Says each text as a constant level, so many frames per character."""

    frames_per_character: int = 1
    broken: frozenset[str] = frozenset()
    """Texts that cannot be said."""
    fails: bool = False
    """True: nothing can be said, as sound or as a file."""
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """Texts that are ready only when their event is set."""
    asked: list[str] = field(default_factory=list)
    """Every text that was begun, as sound or as a file."""
    files: list[str] = field(default_factory=list)
    """Names of the files given out and not released yet."""

    async def render(self, utterance: Utterance) -> bytes:
        """Give the text's level for its length."""
        text = utterance.text
        await self._make(text)
        if text in self.broken:
            raise SpeechError(f"cannot say {text}")
        return struct.pack("<h", level(text)) * (160 * len(text) * self.frames_per_character)

    async def file(self, utterance: Utterance) -> Path | None:
        """Give a path that names the text."""
        await self._make(utterance.text)
        if utterance.text in self.broken:
            return None
        self.files.append(utterance.text)
        return Path("/sounds") / utterance.text

    async def release(self, path: Path) -> None:
        """Take a file back."""
        self.files.remove(path.name)

    async def _make(self, text: str) -> None:
        self.asked.append(text)
        if text in self.gates:
            await self.gates[text].wait()
        if self.fails:
            raise SpeechError("the voice is gone")


@dataclass(slots=True)
class ScriptedHearing:
    """Ears of one turn; `report` is what a test says through."""

    order: Listening
    report: Callable[[Event], None]
    breaks: bool = False
    frames: list[bytes] = field(default_factory=list)
    prompts: list[bool] = field(default_factory=list)
    ours: list[bytes] = field(default_factory=list)
    """What went out to the caller meanwhile."""
    closed: bool = False

    def feed(self, frame: bytes) -> None:
        """Keep the frame."""
        if self.breaks:
            raise SpeechError("the recogniser is gone")
        self.frames.append(frame)

    def prompt_playing(self, playing: bool) -> None:
        """Keep what was told."""
        self.prompts.append(playing)

    def sent(self, frame: bytes) -> None:
        """Keep the frame."""
        self.ours.append(frame)

    def close(self) -> None:
        """Note the end."""
        self.closed = True


@dataclass(slots=True)
class ScriptedEars:
    """Opens ears that hear what a test says."""

    broken: bool = False
    """True: there are no ears to open."""
    breaks: bool = False
    """True: they fail at the first sound."""
    opened: list[ScriptedHearing] = field(default_factory=list)

    def line(self) -> ScriptedEars:
        """The same ears for every call."""
        return self

    def open(self, order: Listening, report: Callable[[Event], None]) -> ScriptedHearing:
        """Open ears for a turn."""
        if self.broken:
            raise SpeechError("no recogniser")
        self.opened.append(ScriptedHearing(order, report, self.breaks))
        return self.opened[-1]
