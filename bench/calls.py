"""The benches that make real calls, by name, and how one is run: a node of its own, a result, a section."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from bench import calls_barge_in, calls_latency, calls_load, calls_load_speaking, calls_noise, calls_speech
from bench.calls_lines import Options, bench_node
from bench.calls_result import Result
from ivr.errors import SetupError
from tests.support.stack import Node


@dataclass(frozen=True, slots=True)
class CallBench:
    """One bench."""

    title: str
    """Heading of its section."""
    module: ModuleType
    """Its docstring says what is measured and how; it opens the section."""
    run: Callable[[Node, Options], Awaitable[Result]]

    @property
    def about(self) -> str:
        """The method, as text for the section."""
        return inspect.getdoc(self.module) or ""


BENCHES: Mapping[str, CallBench] = {
    "latency": CallBench("Key to answer", calls_latency, calls_latency.run),
    "speech-latency": CallBench("Words to answer", calls_speech, calls_speech.run),
    "barge-in": CallBench("Barge-in", calls_barge_in, calls_barge_in.run),
    "barge-in-noise": CallBench("Noises into a prompt", calls_noise, calls_noise.run),
    "load": CallBench("Many calls at once", calls_load, calls_load.run),
    "load-speaking": CallBench("Speaking callers at once", calls_load_speaking, calls_load_speaking.run),
}


def take_priority() -> None:
    """Go before all usual work of this machine, with every process started from now on.

    Raises SetupError without the right to.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        raise SetupError(
            "no right to real-time priority", remedy="be root, or go without --realtime"
        ) from None


def measure(bench: CallBench, options: Options) -> Result:
    """Run one bench on a fresh node. Raises IvrError when the node does not start."""
    return asyncio.run(_measure(bench, options))


async def _measure(bench: CallBench, options: Options) -> Result:
    if options.realtime:
        take_priority()
    async with bench_node(options) as node:
        return await bench.run(node, options)
