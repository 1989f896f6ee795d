"""Lines of callers to a node of the bench's own: who calls, whose turn it is, many lines side by side."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.cli.content import build_prompts
from ivr.grammar.model import Language
from ivr.settings import load_settings
from tests.support.stack import Node, running_node
from tools.caller.call import Call
from tools.caller.errors import CallerError
from tools.caller.phone import Phone

CALLERS: dict[Language, tuple[str, ...]] = {
    "ru": ("+79261234567", "+79261234563", "+79261234565"),
    "en": ("+79261234568",),
}
"""Demonstration subscribers that have money and packages to tell of."""
TURN_SECONDS = 0.8
"""A silence this long ends the robot's turn; pauses inside a prompt are at most 0.4 s."""
BEFORE_ANSWERING = (0.0, 0.6)
"""Seconds that a caller then waits, chosen by chance."""
LONGEST_PROMPT = 60.0
LONGEST_ANSWER = 8.0
"""Seconds after which an answer that has not begun counts as none."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much is measured."""

    samples: int = 100
    """Of each kind and language."""
    lines: int = 20
    """Calls at a time for each language."""
    calls: int = 50
    """Calls at once in the load bench."""
    workers: int = 2
    """Worker processes: as many as `ivr run` starts."""
    seed: int = 1
    realtime: bool = False
    """Give the node and the callers real-time priority, as a telephone exchange has: on a busy machine it
    tells what others' work does to the calls from what the product does."""


@asynccontextmanager
async def bench_node(options: Options) -> AsyncIterator[Node]:
    """Start a node as `ivr run` does, logging as in operation, its fixed prompts rendered."""
    await build_prompts(load_settings())
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        # Asterisk runs as a user of its own and must reach its files in there.
        await asyncio.to_thread(Path(folder).chmod, 0o755)
        async with running_node(
            Path(folder), workers=options.workers, overrides={"IVR_LOG_LEVEL": "INFO"}
        ) as node:
            yield node


async def robots_turn(call: Call) -> float:
    """Wait until the robot has begun and ended to speak; the moment its last sound came."""
    await call.hear_speech(LONGEST_ANSWER)
    return await call.hear_silence(TURN_SECONDS, LONGEST_PROMPT)


async def callers_turn(call: Call, chance: random.Random) -> None:
    """Wait until it is the caller's turn, and a little longer."""
    await call.hear_silence(TURN_SECONDS + chance.uniform(*BEFORE_ANSWERING), LONGEST_PROMPT)


Script = Callable[[Call, random.Random, int], Awaitable[None]]
"""What one line does in its call: given the call, chance, and how many samples it is to take."""


async def on_lines(port: int, language: Language, options: Options, script: Script) -> list[str]:
    """Let `options.lines` calls take `options.samples` samples together; return what went wrong."""
    shares = [len(range(line, options.samples, options.lines)) for line in range(options.lines)]
    lines = [
        _line(port, language, script, share, random.Random(f"{options.seed} {language} {line}"))
        for line, share in enumerate(shares)
        if share
    ]
    return [fault for fault in await asyncio.gather(*lines) if fault]


async def _line(port: int, language: Language, script: Script, share: int, chance: random.Random) -> str:
    """Hold one call with a telephone of its own: its 20 ms grid lies anywhere against the worker's."""
    await asyncio.sleep(chance.uniform(0, 6))
    async with await Phone.open(port) as phone:
        try:
            call = await phone.dial("0505", from_number=chance.choice(CALLERS[language]))
            await script(call, chance, share)
            await call.hang_up()
        except CallerError as fault:
            return f"{language}: {fault}"
    return ""


def note(words: str) -> None:
    """Tell how far the bench is, beside its results."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
