"""How many 20-command calls a core carries: our AGI codec and server, and panoramisk's, in one run.

A call is a connection: the request, 20 commands with their replies, the close. The callers are a process of
their own; what is divided by is the server process's CPU time alone. The servers take turns, and the
median of the rounds is told with its extremes: a busy machine slows each of them alike.

    python -m bench.agi [--rounds 7] [--seconds 1] [--callers 16]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from statistics import median

import uvloop
from panoramisk.fast_agi import Application, Request

from ivr.channels.asterisk.agi_commands import set_variable
from ivr.channels.asterisk.agi_server import AgiServer, AgiSession
from ivr.channels.asterisk.fake import environment

COMMANDS = 20
REPLY = b"200 result=1\n"
REQUEST = environment("0505", "+79261234567")
ORDER = set_variable("STEP", "balance")
EXPECTED = ORDER.line
LINE = ORDER.line.decode().rstrip("\n")


@dataclass(frozen=True, slots=True)
class Result:
    """One server's run."""

    calls: int
    cpu: float
    """CPU seconds of the server process."""

    @property
    def rate(self) -> float:
        """Calls per core-second."""
        return self.calls / self.cpu


async def our_server() -> int:
    """Start this project's server and return its port."""

    async def handle(session: AgiSession) -> None:
        for _ in range(COMMANDS):
            await session.command(ORDER)

    return await AgiServer(handle).start(port=0)


async def their_server() -> int:
    """Start panoramisk's server and return its port."""

    async def handle(request: Request) -> None:
        for _ in range(COMMANDS):
            await request.send_command(LINE)

    application = Application(loop=asyncio.get_running_loop())
    application.add_route("0505", handle)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0)
    _running.append(server)
    return int(server.sockets[0].getsockname()[1])


_running: list[asyncio.Server] = []
SERVERS: dict[str, tuple[Callable[[], Awaitable[int]], bool]] = {
    "this project, uvloop": (our_server, True),
    "this project, asyncio": (our_server, False),
    "panoramisk, uvloop": (their_server, True),
    "panoramisk, asyncio": (their_server, False),
}


def serve(name: str, pipe: Connection, stop: Event) -> None:
    """Process: run a server, tell its port, tell the CPU time it took from the first call to the stop."""
    start, fast = SERVERS[name]

    async def main() -> None:
        pipe.send(await start())
        began = time.process_time()
        await asyncio.to_thread(stop.wait)
        pipe.send(time.process_time() - began)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop if fast else None) as runner:
        runner.run(main())


async def call(port: int) -> None:
    """One call, as Asterisk makes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    for number in range(COMMANDS):
        if await reader.readline() != EXPECTED:
            raise RuntimeError(f"command {number + 1} did not come")
        writer.write(REPLY)
    if await reader.read():
        raise RuntimeError("something came after the last command")
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def callers(port: int, number: int, seconds: float) -> int:
    """Call again and again from so many lines; returns the number of calls."""
    end = time.monotonic() + seconds

    async def line() -> int:
        calls = 0
        while time.monotonic() < end:
            async with asyncio.timeout(10):
                await call(port)
            calls += 1
        return calls

    return sum(await asyncio.gather(*(line() for _ in range(number))))


def measure(name: str, number: int, seconds: float) -> Result:
    """Run one server under load."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    stop = context.Event()
    process = context.Process(target=serve, args=(name, theirs, stop), daemon=True)
    process.start()
    port = ours.recv()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        calls = runner.run(callers(port, number, seconds))
    stop.set()
    cpu = float(ours.recv())
    process.join()
    return Result(calls, cpu)


def main() -> None:
    """Measure every server and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7, help="times each server is measured")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of each measurement")
    parser.add_argument("--callers", type=int, default=16, help="calls at a time")
    options = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in SERVERS}
    for _ in range(options.rounds):
        for name, seen in rates.items():
            seen.append(measure(name, options.callers, options.seconds).rate)
    sys.stdout.write(f"{COMMANDS}-command calls per core-second, {options.callers} at a time\n")
    for name, seen in rates.items():
        sys.stdout.write(f"{name:24} {median(seen):6.0f} ({min(seen):.0f} - {max(seen):.0f})\n")


if __name__ == "__main__":
    main()
