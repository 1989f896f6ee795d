"""How many audio streams one worker carries, and how late its 20 ms ticks come.

The server process holds the streams and says a prompt on each all the time; the peers, a process of their
own, send a frame each 20 ms as Asterisk does and take what comes. Reported: the server's CPU per stream, and
the lateness of its ticks.

    python -m bench.agi_media [--streams 50,100,250] [--seconds 10]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import cast
from uuid import UUID

import uvloop

from ivr.channels.asterisk.audiosocket import FRAME_SECONDS, IDENTITY, SILENCE, message
from ivr.channels.asterisk.media import MediaLimits, MediaServer
from ivr.channels.asterisk.playing import PlayQueue
from ivr.channels.asterisk.ticker import Ticker
from ivr.channels.port import Utterance

PHRASE = bytes(16_000 * 2)
"""Two seconds of a prompt."""


@dataclass(frozen=True, slots=True)
class Result:
    """One number of streams, for so many seconds."""

    streams: int
    cpu_percent: float
    """Of one core, per stream."""
    p50: float
    p99: float
    worst: float
    """Lateness of ticks in milliseconds."""
    missed: int
    """Ticks whose sound was moved back."""
    heard: int
    """Frames that came from the peers."""


class Prompts:
    """One stream's listener and endless prompt."""

    def __init__(self) -> None:
        self.frames = 0
        self.queue = PlayQueue(self._say, lambda on: None)
        self._say(0)

    def _say(self, serial: int) -> None:
        self.queue.add(serial + 1, Utterance("", "ru", "bench")).fill(PHRASE)
        self.queue.end(serial + 1)

    def sound(self, frame: bytes) -> None:
        """Count a frame."""
        self.frames += 1

    def sent(self, frame: bytes) -> None:
        """Nobody listens for echoes here."""

    def key(self, key: str) -> None:
        """Nobody presses keys here."""


class TimedTicker(Ticker):
    """A ticker that keeps the lateness of every tick."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.lateness: list[float] = []

    def _note(self, late: float, missed: int) -> None:
        super()._note(late, missed)
        self.lateness.append(late)


def serve(streams: int, seconds: float, pipe: Connection) -> None:
    """Process: carry the streams and tell the result."""

    async def main() -> Result:
        ticker = TimedTicker(asyncio.get_running_loop())
        server = MediaServer(MediaLimits(streams=streams + 1), ticker)
        port = await server.start(port=0)
        prompts = [Prompts() for _ in range(streams)]
        opened = [server.expect(UUID(int=number), each.queue, each) for number, each in enumerate(prompts)]
        pipe.send(port)
        await asyncio.gather(*opened)
        ticker.lateness.clear()
        before, missed, heard = time.process_time(), ticker.missed, sum(each.frames for each in prompts)
        await asyncio.sleep(seconds)
        cpu = time.process_time() - before
        late = sorted(ticker.lateness)
        heard = sum(each.frames for each in prompts) - heard
        median, high = (1000 * late[int(len(late) * part)] for part in (0.5, 0.99))
        share = cpu / seconds / streams * 100
        result = Result(streams, share, median, high, 1000 * late[-1], ticker.missed - missed, heard)
        await server.close()
        return result

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        pipe.send(runner.run(main()))


class Peer(asyncio.Protocol):
    """One stream's other end."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Name the call."""
        self.transport = transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass
        transport.write(message(IDENTITY, UUID(int=self._number).bytes))

    def connection_lost(self, exc: Exception | None) -> None:
        """Send no more."""
        self.transport = None


async def peers(port: int, streams: int) -> None:
    """Send a frame on every stream each 20 ms until the server closes them."""
    loop = asyncio.get_running_loop()
    ends = [Peer(number) for number in range(streams)]
    for end in ends:
        await loop.create_connection(lambda end=end: end, "127.0.0.1", port)  # type: ignore[misc]
    due = loop.time()
    while any(end.transport for end in ends):
        for end in ends:
            if end.transport is not None:
                end.transport.write(SILENCE)
        due += FRAME_SECONDS
        await asyncio.sleep(max(0.0, due - loop.time()))


def measure(streams: int, seconds: float) -> Result:
    """Carry so many streams for so many seconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(streams, seconds, theirs), daemon=True)
    process.start()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(peers(ours.recv(), streams))
    result: Result = ours.recv()
    process.join()
    return result


def show(results: Sequence[Result]) -> str:
    """Make the table."""
    lines = ["streams  CPU/stream  late: median, 99 %, worst (ms)  moved back"]
    lines += [
        f"{r.streams:7}  {r.cpu_percent:8.3f} %  {r.p50:12.1f} {r.p99:6.1f} {r.worst:12.1f}  {r.missed:10}"
        for r in results
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each number of streams and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--streams", default="50,100,250", help="numbers of streams, with commas")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each run")
    options = parser.parse_args()
    results = [measure(int(streams), options.seconds) for streams in options.streams.split(",")]
    sys.stdout.write(show(results))


if __name__ == "__main__":
    main()
