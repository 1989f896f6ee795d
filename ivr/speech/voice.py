"""The voice: recordings where the studio made one, synthesis elsewhere, both through the cache.

1. A recording stands in for the whole prompt of its name, and is never sped up.
2. What holds a value of one caller (`fixed=False`) touches neither the cache nor its folders; where Asterisk
   must play it, it is a file with a random name that `release`, `close`, `PRIVATE_SECONDS` or the next start
   removes.
3. Errors: `SpeechError`. The call goes on without that prompt.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import SpeechError
from ivr.grammar.model import Language
from ivr.speech import audio, recordings
from ivr.speech.cache import PromptCache, key_of, sweep, write_prompt
from ivr.speech.ports import Count, SpeechOptions, Spoken, Synthesiser, count_nothing

_PRIVATE = "private"
_TOGETHER = 4
PRIVATE_SECONDS = 300.0
"""How long a file for one caller is kept at most: longer than any prompt."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a prebuild did."""

    rendered: int
    faults: tuple[str, ...]
    """One line per prompt that could not be made: its name and why."""


class PromptVoice:
    """`Voice` over a synthesiser and a cache. `start` it before use, `close` it at the end."""

    def __init__(self, engine: Synthesiser, options: SpeechOptions, count: Count = count_nothing) -> None:
        self._synthesiser = engine
        self._options = options
        self._cache = PromptCache(options.cache_folder, options.cache_memory, count)
        self._private = options.cache_folder.absolute() / _PRIVATE
        self._private_files: deque[tuple[float, Path]] = deque()
        self._recordings: recordings.Recordings = {}
        self._engine = ""

    async def start(self) -> None:
        """Look for recordings, clean up after an earlier run, start the engine. Errors: `SpeechError`."""
        await asyncio.to_thread(self._clean)
        await self.find_recordings()
        self._engine = await self._synthesiser.identify()

    async def find_recordings(self) -> None:
        """Look for the studio's recordings again."""
        self._recordings = await asyncio.to_thread(recordings.find, self._options.prompts_folder)

    def _clean(self) -> None:
        self._forget_private()
        sweep(self._options.cache_folder, self._options.cache_disk)

    def _forget_private(self) -> None:
        for path in self._private.glob("*.wav"):
            path.unlink(missing_ok=True)

    async def render(self, utterance: Spoken) -> bytes:
        """Return the utterance as 8 kHz s16le mono."""
        return await self._render(utterance, patient=False)

    async def _render(self, utterance: Spoken, *, patient: bool) -> bytes:
        if not utterance.fixed:
            return await self._say(utterance, patient)
        if (recording := self._recording(utterance)) is not None:
            make = lambda: asyncio.to_thread(audio.recording, recording.path, utterance.volume)  # noqa: E731
            return await self._cache.get(self._key(utterance), make)
        return await self._cache.get(self._key(utterance), lambda: self._say(utterance, patient))

    async def file(self, utterance: Spoken) -> Path:
        """Return the absolute path, without its .wav, of a file Asterisk can play."""
        samples = await self.render(utterance)
        path = self._cache.path(self._key(utterance)) if utterance.fixed else self._secret_place()
        try:
            if not utterance.fixed or not await asyncio.to_thread(path.exists):
                await asyncio.to_thread(write_prompt, path, samples)
            await asyncio.to_thread(self._forget_old)
        except OSError as error:
            raise SpeechError(
                f"a prompt cannot be written: {error.strerror}", remedy="free the disk"
            ) from None
        return path.absolute().with_suffix("")

    def _secret_place(self) -> Path:
        path = self._private / f"{secrets.token_hex(16)}.wav"
        self._private_files.append((time.monotonic() + PRIVATE_SECONDS, path))
        return path

    def _forget_old(self) -> None:
        while self._private_files and self._private_files[0][0] < time.monotonic():
            self._private_files.popleft()[1].unlink(missing_ok=True)

    async def release(self, path: Path) -> None:
        """Remove a file that `file` made for one caller; shared ones stay."""
        if path.parent == self._private:
            await asyncio.to_thread(path.with_suffix(".wav").unlink, missing_ok=True)

    def recorded(self, language: Language, prompt: str) -> bool:
        """Return whether the studio recorded this prompt: it is then to be said as one fixed utterance."""
        return (language, prompt) in self._recordings

    def _recording(self, utterance: Spoken) -> recordings.Recording | None:
        return self._recordings.get((utterance.language, utterance.prompt))

    def _key(self, utterance: Spoken) -> str:
        if (recording := self._recording(utterance)) is not None:
            return key_of(recording, utterance.volume, audio.PIPELINE)
        language = utterance.language
        voice = (self._engine, self._options.voices[language], self._options.base_rates[language])
        return key_of(*voice, utterance.rate, utterance.volume, utterance.text, language, audio.PIPELINE)

    async def _say(self, utterance: Spoken, patient: bool) -> bytes:
        speak = self._synthesiser.speak
        said = await speak(utterance.text, utterance.language, utterance.rate, patient=patient)
        return await asyncio.to_thread(audio.prompt, said, utterance.text, utterance.volume)

    async def prebuild(self, utterances: Iterable[Spoken], progress: Progress) -> Built:
        """Render what every caller hears, before anyone calls; `progress(done, total)` after each."""
        wanted = [utterance for utterance in utterances if utterance.fixed]
        turns = asyncio.Semaphore(_TOGETHER)
        faults: list[str] = []
        done = 0

        async def one(utterance: Spoken) -> None:
            nonlocal done
            async with turns:
                try:
                    await self._render(utterance, patient=True)
                except SpeechError as error:
                    faults.append(f"{utterance.language}/{utterance.prompt}: {error}")
            done += 1
            progress(done, len(wanted))

        await asyncio.gather(*(one(utterance) for utterance in wanted))
        return Built(done - len(faults), tuple(sorted(faults)))

    async def close(self) -> None:
        """Let go of the engine and remove what was made for single callers."""
        await self._cache.close()
        await self._synthesiser.close()
        await asyncio.to_thread(self._forget_private)
