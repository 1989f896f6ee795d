"""Callers of the throughput bench: so many streams at once, in real time, and how late each answer was.

Every stream is one caller's line, turn after turn without a pause between. Packets leave on the clock
whatever the server does. Both servers get the same lines and stop at the same moment.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from websockets.asyncio.client import connect

from bench.calls_usage import usage
from bench.ears_servers import END
from bench.ears_turns import Answer
from ivr.speech.ports import FRAME_BYTES, FRAME_SECONDS

PACKET = 0.2
"""Seconds in a packet to the reference: what vosk-server's own clients send."""
PATIENCE = 5.0
"""Seconds after an answer is over until it counts as lost."""
TURNS = 2
"""Of each stream in one step; twice as many where there are few."""
MANY = 8
BYTES_A_SECOND = 16000


@dataclass(slots=True)
class Tally:
    """What came out of one step."""

    streams: int
    delays: list[float] = field(default_factory=list)
    """Seconds from the moment an answer is over to the word of it."""
    right: int = 0
    refused: int = 0
    lost: int = 0
    """Answers of which nothing was heard in time."""
    cpu: float = 0.0
    """Processor seconds of the server per second of a stream."""

    @property
    def turns(self) -> int:
        """All turns."""
        return len(self.delays) + self.refused + self.lost

    def percentile(self, share: float) -> float:
        """Return the delay below which so large a share lies."""
        if len(self.delays) < 2:
            return self.delays[0] if self.delays else float("inf")
        return statistics.quantiles(self.delays, n=100, method="inclusive")[round(share * 100) - 1]

    def holds(self, limit: float, answered: float) -> bool:
        """Return whether enough answers came, soon enough."""
        return len(self.delays) >= answered * self.turns and self.percentile(0.95) <= limit


Turn = Callable[[int, Answer, Tally], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Server:
    """A server process under load."""

    port: int
    pid: int
    turn: Turn


async def step(server: Server, answers: list[Answer], streams: int, seed: int = 1) -> Tally:
    """Let so many callers speak at once; return what came out."""
    rng, tally = random.Random(seed), Tally(streams)
    before, turns = usage(server.pid).cpu, TURNS if streams >= MANY else 2 * TURNS

    async def caller(chosen: list[Answer], wait: float) -> None:
        await asyncio.sleep(wait)
        for answer in chosen:
            await server.turn(server.port, answer, tally)

    lines = [(rng.choices(answers, k=turns), rng.uniform(0, answers[0].over)) for _ in range(streams)]
    await asyncio.gather(*(caller(chosen, wait) for chosen, wait in lines))
    tally.cpu = (usage(server.pid).cpu - before) / sum(one.over for chosen, _ in lines for one in chosen)
    return tally


class _Ours(asyncio.Protocol):
    def __init__(self) -> None:
        self.told = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        if not self.told.done():
            self.told.set_result((asyncio.get_running_loop().time(), json.loads(data)))


async def our_turn(port: int, answer: Answer, tally: Tally) -> None:
    """One turn at our server: 20 ms a packet, until it tells what was said."""
    loop = asyncio.get_running_loop()
    transport, line = await loop.create_connection(_Ours, "127.0.0.1", port)
    started = loop.time()
    for number in range(len(answer.line) // FRAME_BYTES):
        await asyncio.sleep(started + (number + 1) * FRAME_SECONDS - loop.time())
        if line.told.done():
            break
        transport.write(answer.line[number * FRAME_BYTES : (number + 1) * FRAME_BYTES])
    try:
        async with asyncio.timeout(PATIENCE):
            when, told = await line.told
    except TimeoutError:
        tally.lost += 1
        return
    finally:
        transport.close()
    if told["failed"]:
        tally.refused += 1
        return
    tally.delays.append(when - started - answer.over)
    tally.right += told["text"] == answer.words
    await asyncio.sleep(started + answer.over - loop.time())


async def reference_turn(port: int, answer: Answer, tally: Tally) -> None:
    """One turn at the reference: packets of `PACKET`, and the end told at the very moment it is one."""
    loop = asyncio.get_running_loop()
    async with connect(f"ws://127.0.0.1:{port}", compression=None, ping_interval=None) as socket:
        started, heard = loop.time(), []

        async def listen() -> None:
            heard.extend([(loop.time(), json.loads(message)) async for message in socket])

        listening = asyncio.create_task(listen())
        size = round(PACKET * BYTES_A_SECOND)
        sound = answer.line[: round(answer.over * BYTES_A_SECOND) // 2 * 2]
        for at in range(0, len(sound), size):
            packet = sound[at : at + size]
            await asyncio.sleep(started + (at + len(packet)) / BYTES_A_SECOND - loop.time())
            await socket.send(packet)
        await socket.send(END)
        try:
            async with asyncio.timeout(PATIENCE):
                await listening
        except TimeoutError:
            tally.lost += 1
            return
    texts = [told["text"] for _, told in heard if told.get("text")]
    tally.delays.append(heard[-1][0] - started - answer.over)
    tally.right += " ".join(texts) == answer.words
