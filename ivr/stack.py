"""One node on one machine: an Asterisk of our own and its workers, started, watched and stopped together.

1. `start` returns when a call can come; whatever fails, nothing is left running.
2. A worker that dies is started again at once; the call it carried is handed on by the dialplan.
3. AMI watches: what the dialplan tells of workers that died under a call is logged, and so is the loss of
   Asterisk. No call depends on it.
4. `stop` leaves nothing behind: first no new calls, then the workers, then Asterisk.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

from ivr.channels.asterisk.ami import AmiClient, AmiEvent, AmiState
from ivr.channels.asterisk.instance import AsteriskInstance
from ivr.channels.asterisk.instance_options import InstanceOptions, find_asterisk, kept_secret
from ivr.errors import SetupError
from ivr.settings import PROJECT, Settings

log = structlog.get_logger(__name__)

START_SECONDS = 30.0
"""A worker that does not listen after so long has failed."""
STOP_SECONDS = 10.0
"""A worker gets so long to end its calls when the stack stops."""
RESTART_PAUSES = (0.0, 0.2, 1.0, 5.0)
"""Seconds before the first, second ... restart of a worker that dies at once again and again."""
STEADY_SECONDS = 30.0
"""A worker that lived so long is healthy again."""
POLL_SECONDS = 0.05


class Worker:
    """One worker process, started again whenever it dies."""

    def __init__(
        self, settings: Settings, index: int, environment: Mapping[str, str], log_file: Path
    ) -> None:
        self.port = settings.workers.agi_port + index
        self.process: asyncio.subprocess.Process | None = None
        self.restarts = 0
        self._index = index
        self._environment = {**os.environ, **environment}
        self._log_file = log_file
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it and wait until it takes calls. Raises SetupError with the end of its log."""
        await self._spawn()
        self._watch = asyncio.create_task(self._keep_alive())
        try:
            await asyncio.wait_for(self._until_listening(), START_SECONDS)
        except TimeoutError:
            raise SetupError(
                f"worker {self._index} does not listen on port {self.port}", remedy=f"read {self._log_file}"
            ) from None

    async def _spawn(self) -> None:
        with self._log_file.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ivr",
                "serve",
                "--worker",
                str(self._index),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment,
                cwd=PROJECT,
            )

    async def _until_listening(self) -> None:
        while True:
            if self.process is not None and self.process.returncode is not None and self.restarts > 1:
                raise SetupError(f"worker {self._index} ends at once", remedy=f"read {self._log_file}")
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        quick_deaths = 0
        while self.process is not None:
            born = loop.time()
            code = await self.process.wait()
            quick_deaths = 0 if loop.time() - born > STEADY_SECONDS else quick_deaths + 1
            self.restarts += 1
            log.warning("worker died", worker=self._index, code=code, restarts=self.restarts)
            await asyncio.sleep(RESTART_PAUSES[min(quick_deaths, len(RESTART_PAUSES)) - 1])
            await self._spawn()

    async def stop(self) -> None:
        """End it: politely, then not."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        process, self.process = self.process, None
        if process is None or process.returncode is not None:
            return
        for end in (process.terminate, process.kill):
            with contextlib.suppress(ProcessLookupError):
                end()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
                return


class Stack:
    """Asterisk and its workers. `environment` (IVR_* variables) is what the workers read as settings."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], *, extra_dialplan: str = ""
    ) -> None:
        self.settings = settings
        self.runtime = settings.path(settings.runtime)
        logs = self.runtime / "log"
        for folder in (logs, settings.path(settings.speech.cache_folder)):
            folder.mkdir(
                parents=True, exist_ok=True
            )  # Asterisk is shown the prompts before anyone has made one
        self.asterisk = AsteriskInstance(instance_options(settings, extra_dialplan))
        self.ami = ami_client(settings)
        self.workers = [
            Worker(settings, index, environment, logs / f"worker-{index}.log")
            for index in range(settings.workers.count)
        ]

    async def start(self) -> None:
        """Start everything, workers first, so that the first call finds them. Raises SetupError."""
        try:
            await asyncio.gather(self.asterisk.start(), *(worker.start() for worker in self.workers))
            await self.ami.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything; safe at any time, and twice."""
        await self.ami.close()
        await self.asterisk.stop()
        await asyncio.gather(*(worker.stop() for worker in self.workers))

    async def __aenter__(self) -> Stack:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


def ami_client(settings: Settings) -> AmiClient:
    """Return a client of this node's manager interface that logs what it watches; start it to connect."""
    return AmiClient(
        settings.asterisk.ami_port, "ivr", ami_secret(settings), on_event=_note_event, on_state=_note_state
    )


def _note_event(event: AmiEvent) -> None:
    if event.name == "UserEvent" and event.headers.get("userevent") == "WorkerDied":
        log.error(
            "worker died under a call", port=event.headers.get("port"), deaths=event.headers.get("deaths")
        )


def _note_state(state: AmiState) -> None:
    log.log(
        logging.WARNING if state in (AmiState.LOST, AmiState.REFUSED) else logging.INFO,
        "ami",
        state=state.value,
    )


def ami_secret(settings: Settings) -> str:
    """Return the AMI password of this installation, made on first use."""
    folder = settings.path(settings.runtime)
    folder.mkdir(parents=True, exist_ok=True)
    return kept_secret(folder / "ami-secret")


def instance_options(settings: Settings, extra_dialplan: str = "") -> InstanceOptions:
    """Return what the Asterisk of these settings is told."""
    runtime, asterisk = settings.path(settings.runtime), settings.asterisk
    first = settings.workers.agi_port
    return InstanceOptions(
        state=runtime / "asterisk",
        sounds=PROJECT / "var" / "sounds",
        ami_secret=ami_secret(settings),
        root=find_asterisk(),
        sip_port=asterisk.sip_port,
        ami_port=asterisk.ami_port,
        rtp_first=asterisk.rtp_first,
        rtp_last=asterisk.rtp_last,
        workers=tuple(range(first, first + settings.workers.count)),
        agent_port=asterisk.agent_port,
        subscriber_port=asterisk.subscriber_port,
        queue_timeout_s=asterisk.queue_seconds,
        shared=(settings.path(settings.speech.cache_folder),),
        extra_dialplan=extra_dialplan,
    )
