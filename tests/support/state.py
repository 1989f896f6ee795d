"""What a node holds at a moment: channels, calls, tasks, open sockets. To see that nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path

from tests.support.stack import Node

SETTLE_SECONDS = 20.0
"""How long a node may take to let go of what ended."""
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Held:
    """What the first worker and Asterisk hold."""

    channels: int
    calls: int
    tasks: int
    sockets: int
    """Open sockets of the worker."""


async def held(node: Node) -> Held:
    """Look at the node once."""
    worker = node.stack.workers[0].process
    assert worker is not None
    before = node.log_text().count("worker state")
    os.kill(worker.pid, signal.SIGUSR1)
    async with asyncio.timeout(5):
        while node.log_text().count("worker state") == before:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(POLL_SECONDS / 4)
    line = [line for line in node.log_text().splitlines() if "worker state" in line][-1]
    numbers = {name: int(count) for name, count in re.findall(r"(calls|tasks)=(\d+)", line)}
    answer = await node.stack.asterisk.rx("core show channels count")
    channels = int(re.search(r"(\d+) active channel", answer).group(1))  # type: ignore[union-attr]
    return Held(channels, numbers["calls"], numbers["tasks"], open_sockets(worker.pid))


def open_sockets(pid: int) -> int:
    """Count a process's open sockets; one that closes while it is looked at does not count."""
    found = 0
    for link in Path("/proc", str(pid), "fd").iterdir():
        with contextlib.suppress(OSError):
            found += str(link.readlink()).startswith("socket:")
    return found


async def settled(node: Node, before: Held) -> Held:
    """Wait until the node holds no more than before, or give up and return what it holds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLE_SECONDS
    while True:
        now = await held(node)
        still = now.channels or now.calls or now.tasks > before.tasks or now.sockets > before.sockets
        if not still or loop.time() > deadline:
            return now
        await asyncio.sleep(POLL_SECONDS)


def faults_in_log(node: Node) -> list[str]:
    """Return every line of an exception or error that the workers logged."""
    return [
        line
        for line in node.log_text().splitlines()
        if "Traceback" in line or "[error" in line or "[critical" in line
    ]
