"""An Asterisk of our own: configured, started, asked and stopped by the program that needs it.

Rules:
1. `start()` returns when calls can come: AMI greets, every module has been tried, the SIP port is open; or it
   raises SetupError with what Asterisk said, and nothing is left running.
2. `stop()` ends the one process it started, by its pid, within ten seconds, and takes its sockets away.
3. If the starting program dies, Asterisk gets TERM from the kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from pathlib import Path

import structlog

from ivr.channels.asterisk.instance_config import FOLDERS, wanted_modules, write_config
from ivr.channels.asterisk.instance_launch import Launch, console_command, plan_launch
from ivr.channels.asterisk.instance_options import InstanceOptions
from ivr.channels.asterisk.instance_ports import nobody_has, port_is_free
from ivr.errors import SetupError

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0
CONSOLE_TIMEOUT_S = 10.0
POLL_S = 0.05
SOCKET_PATH_BYTES = 107

log = structlog.get_logger(__name__)


class AsteriskInstance:
    """One Asterisk process on the ports and in the folders of `options`; also an async context manager."""

    def __init__(self, options: InstanceOptions) -> None:
        self.options = options
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Render the configuration, start, wait until calls can come; raises SetupError."""
        _refuse_taken_ports(self.options)
        launch = await asyncio.to_thread(self._prepare)
        with (self.options.state / "log" / "console.log").open("wb") as console:
            self._process = await asyncio.create_subprocess_exec(
                *launch.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            )
        try:
            await asyncio.wait_for(self._until_ready(), START_TIMEOUT_S)
        except TimeoutError:
            raise await self._start_failure(f"was not ready after {START_TIMEOUT_S:.0f} s") from None
        except BaseException:
            await self.stop()
            raise
        log.info("asterisk started", pid=self.pid, sip_port=self.options.sip_port)

    async def stop(self) -> None:
        """End the process and remove its sockets; safe to call at any time, and twice."""
        process, self._process = self._process, None
        if process is None:
            return
        for signal_process in (process.terminate, process.kill):
            with contextlib.suppress(ProcessLookupError):
                signal_process()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
                break
        for leftover in (self.options.state / "run").iterdir():
            leftover.unlink(missing_ok=True)
        log.info("asterisk stopped", code=process.returncode)

    async def rx(self, command: str) -> str:
        """What Asterisk's console answers to one command; raises SetupError when nobody answers."""
        process = await asyncio.create_subprocess_exec(
            *console_command(self.options, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            answer, _ = await asyncio.wait_for(process.communicate(), CONSOLE_TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise SetupError(f"no answer to '{command}' from Asterisk", remedy=self._read_logs()) from None
        text = answer.decode(errors="replace")
        if process.returncode != 0:
            raise SetupError(
                f"Asterisk's console refused '{command}': {text.strip()}", remedy=self._read_logs()
            )
        return text

    async def missing_modules(self) -> tuple[str, ...]:
        """Modules of modules.conf that do not run, in its order; empty when all is well."""
        running = {
            words[0]
            for words in map(str.split, (await self.rx("module show")).splitlines())
            if words and words[0].endswith(".so") and "Not Running" not in " ".join(words)
        }
        return tuple(name for name in wanted_modules() if name not in running)

    async def __aenter__(self) -> AsteriskInstance:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _prepare(self) -> Launch:
        _refuse_long_path(self.options.state)
        launch = plan_launch(self.options)
        write_config(self.options, launch.system)
        if os.geteuid() == 0:
            _give_to(self.options.state, launch.user)
        return launch

    async def _until_ready(self) -> None:
        while not await self._ami_greets():
            if self._process is not None and self._process.returncode is not None:
                raise await self._start_failure(f"ended with code {self._process.returncode}")
            await asyncio.sleep(POLL_S)
        await self.rx("core waitfullybooted")
        transports = await self.rx("pjsip show transports")
        if "transport-udp" not in transports or nobody_has(socket.SOCK_DGRAM, self.options.sip_port):
            raise await self._start_failure(f"could not open SIP port {self.options.sip_port}")

    async def _ami_greets(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.options.ami_port)
        except OSError:
            return False
        try:
            return (await asyncio.wait_for(reader.readline(), 1.0)).startswith(b"Asterisk Call Manager")
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()

    async def _start_failure(self, what: str) -> SetupError:
        await self.stop()
        said = (self.options.state / "log" / "console.log").read_text(encoding="utf-8", errors="replace")
        last = "; ".join(line.strip() for line in said.splitlines()[-3:])
        return SetupError(f"Asterisk {what}: {last or 'it said nothing'}", remedy=self._read_logs())

    def _read_logs(self) -> str:
        return f"read the logs in {self.options.state / 'log'}"


def _give_to(folder: Path, user: int) -> None:
    """Make `user` the owner of what Asterisk writes; older logs and recordings keep theirs."""
    configs = (folder / "etc").glob("*.conf")
    for path in (folder, *(folder / name for name in FOLDERS), *configs):
        os.chown(path, user, user)


def _refuse_long_path(state: Path) -> None:
    """A Unix socket's path has 107 bytes (unix(7)); Asterisk would start, but never answer its console."""
    if len(os.fsencode(state / "run" / "ctl")) > SOCKET_PATH_BYTES:
        raise SetupError(
            f"the path {state} is too long for a socket", remedy="choose a folder with a shorter path"
        )


def _refuse_taken_ports(options: InstanceOptions) -> None:
    for name, port in (("SIP", options.sip_port), ("AMI", options.ami_port)):
        if not port_is_free(port):
            raise SetupError(
                f"{name} port {port} is in use",
                remedy="end the other program, or choose another port in the settings",
            )
