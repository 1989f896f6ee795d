"""Rendered prompts, kept by what they were made from: in memory, on disk, and made once at a time.

1. A key is the digest of everything that shapes the sound: a file never changes, its age does not matter.
2. Files are whole or absent: written beside their place, then renamed into it. A damaged one is made anew.
3. However many callers ask for one prompt at the same moment, it is made once; one of them hanging up
   does not take it from the others. A failure reaches all of them and is not kept.
4. Memory is bounded in bytes, the least recently used goes first. Disk is bounded by `sweep`.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from pathlib import Path

import structlog

from ivr.errors import SpeechError
from ivr.speech import audio
from ivr.speech.ports import SAMPLE_RATE, Count, count_nothing

_log = structlog.get_logger(__name__)
Make = Callable[[], Awaitable[bytes]]


def key_of(*parts: object) -> str:
    """Return the digest of these parts, 40 hexadecimal digits."""
    digest = blake2b(digest_size=20)
    for part in parts:
        data = str(part).encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()


class PromptCache:
    """Prompts by key: 8 kHz s16le mono."""

    def __init__(self, folder: Path, memory: int, count: Count = count_nothing) -> None:
        self._folder = folder
        self._limit = memory
        self._count = count
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._making: dict[str, asyncio.Task[bytes]] = {}

    def path(self, key: str) -> Path:
        """Return where the prompt's WAV file is or would be."""
        return self._folder / key[:2] / f"{key}.wav"

    async def get(self, key: str, make: Make) -> bytes:
        """Return the prompt; make it if nobody has yet. Errors: those of `make`."""
        if (held := self._held.get(key)) is not None:
            self._held.move_to_end(key)
            self._count("prompt_cache_memory", 1)
            return held
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._obtain(key, make), name="prompt")
            self._making[key] = task
            task.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(task)

    def _made(self, key: str, task: asyncio.Task[bytes]) -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain when all who waited are gone

    async def _obtain(self, key: str, make: Make) -> bytes:
        samples = await asyncio.to_thread(read_prompt, self.path(key))
        if samples is None:
            self._count("prompt_cache_miss", 1)
            samples = await make()
            await self._store(key, samples)
        else:
            self._count("prompt_cache_disk", 1)
        self._hold(key, samples)
        return samples

    async def _store(self, key: str, samples: bytes) -> None:
        try:
            await asyncio.to_thread(write_prompt, self.path(key), samples)
        except OSError as error:
            # a full disk must not silence the robot: the prompt is there, it is only not kept
            self._count("prompt_cache_unwritable", 1)
            _log.error("prompt not written", reason=error.strerror)

    def _hold(self, key: str, samples: bytes) -> None:
        if len(samples) > self._limit:
            return
        self._size += len(samples) - len(self._held.pop(key, b""))
        self._held[key] = samples
        while self._size > self._limit:
            self._size -= len(self._held.popitem(last=False)[1])

    async def close(self) -> None:
        """Give up what is being made."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def read_prompt(path: Path) -> bytes | None:
    """Return a prompt's samples; None when the file is absent or damaged."""
    try:
        data = path.read_bytes()
        sound = audio.read_wav(data, path.name)
    except (OSError, SpeechError):
        return None
    whole = sound.rate == SAMPLE_RATE and data == audio.wav(sound.samples)
    return sound.samples if whole and sound.samples else None


def write_prompt(path: Path, samples: bytes) -> None:
    """Write a prompt's WAV file in one step, readable by Asterisk's user. Errors: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(audio.wav(samples))
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep(folder: Path, limit: int) -> int:
    """Remove the longest unused prompts until no more than `limit` bytes are left; return how many went.

    Unfinished `.part` files of a dead process go as well. Call it at start, off the event loop.
    """
    for part in folder.glob("??/*.part"):
        part.unlink(missing_ok=True)
    files = sorted(
        ((path.stat(), path) for path in folder.glob("??/*.wav")), key=lambda pair: -pair[0].st_atime
    )
    size, gone = 0, 0
    for stat, path in files:
        size += stat.st_size
        if size > limit:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
