"""The synthesis process seen from outside: started, asked, stopped; everything with a time limit."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import ivr
from ivr.errors import PeerGone, SpeechError
from ivr.speech import wire

START_SECONDS = 20.0
"""How long the process may take to greet: imports and the engine's data, on a busy machine."""
STOP_SECONDS = 2.0
_MODULE = "ivr.speech.synthesis_process"


class EngineProcess:
    """One synthesis process at a time. Not for concurrent use: the caller holds a lock."""

    def __init__(self, answer_seconds: float, module: str = _MODULE) -> None:
        self._answer_seconds = answer_seconds
        self._module = module
        self._process: Process | None = None
        self._version = ""

    @property
    def pid(self) -> int | None:
        """Process id, None while there is no process."""
        return None if self._process is None else self._process.pid

    async def start(self) -> str:
        """Start the process if there is none; return its version. Errors: `PeerGone`, `SpeechError`."""
        if self._process is not None:
            return self._version
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_environment()
            )
        except OSError as error:
            raise SpeechError(f"the synthesis process cannot be started: {error.strerror}") from None
        self._drain = asyncio.create_task(_swallow(self._process))
        self._version = wire.read_ready(await self._read(START_SECONDS))
        return self._version

    async def ask(self, request: bytes) -> tuple[bytes, int] | str:
        """Send a request and return its answer. Errors: `PeerGone`, `ProtocolError`; then `stop` it."""
        if self._process is None or self._process.stdin is None:
            raise PeerGone("there is no synthesis process")
        self._process.stdin.write(request)
        return wire.read_answer(await self._read(self._answer_seconds))

    async def _read(self, seconds: float) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise PeerGone("there is no synthesis process")
        try:
            async with asyncio.timeout(seconds):
                head = await self._process.stdout.readexactly(wire.HEAD.size)
                return await self._process.stdout.readexactly(wire.length(head))
        except TimeoutError:
            raise PeerGone(f"the synthesis process was silent for {seconds:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise PeerGone("the synthesis process died") from None

    async def stop(self) -> None:
        """End the process, if any, and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        self._drain.cancel()


async def _swallow(process: Process) -> None:
    """Read what pyttsx3 prints about every phrase, so that its pipe never fills; none of it is kept."""
    while process.stderr is not None and await process.stderr.read(4096):
        pass


def _environment() -> dict[str, str]:
    """Return our environment, with this package's home on the path, installed or not."""
    home = str(Path(ivr.__file__).parents[1])
    path = os.pathsep.join(part for part in (home, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path}
