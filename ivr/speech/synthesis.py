"""Synthesis by pyttsx3 in a process of its own: a queue in front, a watch over it, a new one when it dies.

1. One phrase at a time goes to the process; live calls go before patient work (prebuilding).
2. A phrase without an answer within `phrase_timeout`, or a process that died, means a new process; the
   phrase is tried once more there, then it is `SpeechError`.
3. A full queue refuses live phrases at once - a caller cannot wait for it - and lets patient ones wait.
4. A phrase that nobody waits for any more is not said.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from ivr.errors import IvrError, PeerGone, SpeechError
from ivr.grammar.model import Language
from ivr.speech import wire
from ivr.speech.engine_process import EngineProcess
from ivr.speech.ports import Count, Sound, SpeechOptions, count_nothing
from ivr.speech.pronunciation import spoken_text

_log = structlog.get_logger(__name__)
_TRIES = 2
_LIVE, _PATIENT = 0, 1
LONGEST_TEXT = 3000
"""Characters of one phrase: about three minutes. Longer ones would hold everybody else up."""
SLOWEST, FASTEST = 80, 450
"""Words a minute that eSpeak NG takes."""


@dataclass(order=True, slots=True)
class _Job:
    priority: int
    number: int
    order: wire.Say = field(compare=False)
    answer: asyncio.Future[Sound] = field(compare=False)

    def succeed(self, sound: Sound) -> None:
        if not self.answer.done():  # the one who waited may have hung up
            self.answer.set_result(sound)

    def fail(self, error: IvrError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class ProcessSynthesiser:
    """`Synthesiser` over the synthesis process. It starts at the first phrase; `close` ends it."""

    def __init__(self, options: SpeechOptions, count: Count = count_nothing) -> None:
        self._options = options
        self._count = count
        self._numbers = itertools.count()
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._room = asyncio.Semaphore(options.synthesis_queue)
        self._process = EngineProcess(options.phrase_timeout)
        self._using = asyncio.Lock()
        self._server: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the engine, None while there is none."""
        return self._process.pid

    async def identify(self) -> str:
        """Return the engine's name and version."""
        async with self._using:
            try:
                return await self._process.start()
            except (PeerGone, IvrError) as error:
                raise _failed(error) from None

    async def speak(
        self, text: str, language: Language, rate: float = 1.0, *, patient: bool = False
    ) -> Sound:
        """Say the text; the sound has the engine's own rate."""
        if len(text) > LONGEST_TEXT:
            raise SpeechError(f"a phrase of {len(text)} characters", remedy="split the prompt into sentences")
        order = wire.Say(
            spoken_text(text, language), self._options.voices[language], self._speed(language, rate)
        )
        if not patient and self._room.locked():
            self._count("synthesis_refused", 1)
            raise SpeechError("synthesis is overloaded", remedy="prebuild prompts or add a node")
        async with self._room:
            return await self._queued(order, _PATIENT if patient else _LIVE)

    async def _queued(self, order: wire.Say, priority: int) -> Sound:
        if self._server is None:
            self._server = asyncio.create_task(self._serve(), name="synthesis")
        job = _Job(priority, next(self._numbers), order, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        return await job.answer

    def _speed(self, language: Language, rate: float) -> int:
        return round(min(max(self._options.base_rates[language] * rate, SLOWEST), FASTEST))

    async def _serve(self) -> None:
        while True:
            job = await self._jobs.get()
            if job.answer.done():
                continue
            try:
                job.succeed(await self._say(job.order))
            except IvrError as error:
                job.fail(error)
            except asyncio.CancelledError:
                job.fail(_closed())
                raise

    async def _say(self, order: wire.Say) -> Sound:
        for attempt in range(_TRIES):
            try:
                async with self._using:
                    await self._process.start()
                    answer = await self._process.ask(wire.say(order))
            except IvrError as error:
                fault = error
                await self._replace(attempt, error)
            else:
                return self._sound(answer)
        raise _failed(fault)

    def _sound(self, answer: tuple[bytes, int] | str) -> Sound:
        if isinstance(answer, str):
            raise SpeechError(
                f"synthesis refused a phrase: {answer}", remedy="check the voice in the settings"
            )
        self._count("synthesis_phrases", 1)
        return Sound(*answer)

    async def _replace(self, attempt: int, error: IvrError) -> None:
        self._count("synthesis_restarts", 1)
        _log.warning("synthesis process replaced", attempt=attempt, reason=str(error))
        await self._process.stop()

    async def close(self) -> None:
        """Stop the process; phrases still waiting get `SpeechError`."""
        if self._server is not None:
            self._server.cancel()
            with suppress(asyncio.CancelledError):
                await self._server
            self._server = None
        while not self._jobs.empty():
            self._jobs.get_nowait().fail(_closed())
        await self._process.stop()


def _closed() -> SpeechError:
    return SpeechError("synthesis was closed")


def _failed(error: IvrError) -> SpeechError:
    return SpeechError(f"synthesis failed: {error}", remedy="run `ivr doctor`: is espeak-ng installed?")
