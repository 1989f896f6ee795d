"""Many calls at once: gaps on the line, losses, the answer's delay, what every process uses.

All calls begin within a few seconds and go through greeting, main menu, key 1 (balance), key 2 (packages)
and hang up; every prompt is heard to its end. The node is as `ivr run` starts it: Asterisk and two workers,
each a process; the callers are one more process. A gap is the time between two voice packets as they come
to the caller, from the answer to the end; 20 ms is perfect, and a gap of up to 70 ms is what a telephone's
buffer bridges. Losses are missing sequence numbers.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench import calls_callers
from bench.calls_callers import CallRecord, Crowd, Orders
from bench.calls_lines import Options, note
from bench.calls_measures import Measured, Promise
from bench.calls_result import Result
from bench.calls_usage import Usage, busy_seconds, percent, usage, usage_of_children
from tests.support.stack import Node

GAP = Promise(1.0, 70)
NO_LOSS = Promise(1.0, 0)
ANSWER = Promise(0.95, 150)
SPREAD_SECONDS = 5.0
LOOK_EVERY = 1.0
STEPS = (30, 40, 50, 70, 100, 200, 1000)
"""Upper edges of the distribution of gaps, milliseconds."""


@dataclass(slots=True)
class Watch:
    """Looks at the node from beside while the calls run."""

    node: Node
    channels: int = 0
    """Most calls that Asterisk had at once."""
    peak: dict[str, Usage] = field(default_factory=dict)
    """What everyone used when most calls were up."""

    def look(self) -> dict[str, Usage]:
        """Return what every process has used until now; a worker's voice is a process of its own."""
        found = {"Asterisk": usage(self.node.stack.asterisk.pid or 0)}
        for index, worker in enumerate(self.node.stack.workers):
            if worker.process is not None:
                found[f"worker {index}"] = usage(worker.process.pid)
                found[f"worker {index}, voice"] = usage_of_children(worker.process.pid)
        return found

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            text = await self.node.stack.asterisk.rx("core show channels count")
            channels = int(re.search(r"(\d+) active channel", text).group(1))  # type: ignore[union-attr]
            if channels >= self.channels:
                self.channels, self.peak = channels, self.look()
            await asyncio.sleep(LOOK_EVERY)


@dataclass(frozen=True, slots=True)
class Load:
    """One run."""

    calls: int
    crowd: Crowd
    watch: Watch
    before: Mapping[str, Usage]
    at_end: Mapping[str, Usage]
    after: Mapping[str, Usage]
    seconds: float
    busy: float
    """CPU of the whole machine in percent of one core, whoever's."""


async def run(node: Node, options: Options) -> Result:
    """Measure the promised number of calls, then twice as many for information."""
    promised = await load(node, options.calls)
    note("\n".join(row.row() for row in rows(promised, judged=True)))
    more = await load(node, 2 * options.calls)
    note("\n".join(row.row() for row in rows(more, judged=False)))
    faults = [record.fault for record in promised.crowd.calls if record.fault]
    return Result(
        (*rows(promised, judged=True), *rows(more, judged=False)),
        tuple(faults),
        (*notes(promised), *notes(more)),
    )


async def load(node: Node, calls: int, *, speaking: bool = False) -> Load:
    """Let so many call at once, with keys or speaking."""
    watch = Watch(node)
    before, began, busy = watch.look(), time.monotonic(), busy_seconds()
    watching = asyncio.create_task(watch.run())
    try:
        crowd = await asyncio.to_thread(run_callers, Orders(node.ports.sip, calls, SPREAD_SECONDS, speaking))
    finally:
        watching.cancel()
        await asyncio.wait([watching])
    at_end, seconds = watch.look(), time.monotonic() - began
    total = 100 * (busy_seconds() - busy) / seconds
    await asyncio.sleep(5)
    return Load(calls, crowd, watch, before, at_end, watch.look(), seconds, total)


def run_callers(orders: Orders) -> Crowd:
    """Run the callers' process to its end."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=calls_callers.main, args=(orders, theirs), daemon=True)
    process.start()
    theirs.close()
    crowd: Crowd = ours.recv()
    process.join()
    return crowd


def rows(found: Load, *, judged: bool) -> list[Measured]:
    """Return the table of one run; `judged`: with its promises."""
    held: list[CallRecord] = [record for record in found.crowd.calls if record.packets]
    name = f"{found.calls} calls"
    gaps = tuple(record.max_gap for record in held)
    losses = tuple(float(record.lost) for record in held)
    keys = tuple(key for record in held for key in record.keys)
    return [
        Measured(f"{name}: longest gap of each call", gaps, (GAP,) if judged else ()),
        Measured(f"{name}: packets lost of each call", losses, (NO_LOSS,) if judged else (), unit=""),
        Measured(f"{name}: last key up to first sound", keys, (ANSWER,) if judged else ()),
        Measured(f"{name}: dialling to answer", tuple(record.answered for record in held)),
        Measured(f"{name}: answer to first sound", tuple(record.first_sound for record in held)),
    ]


def notes(found: Load) -> list[str]:
    """Return who used what, and how the gaps are spread."""
    crowd = found.crowd
    complete = sum(not record.fault for record in crowd.calls)
    over = sum(record.max_gap > GAP.limit for record in crowd.calls)
    packets, lost = (sum(getattr(record, name) for record in crowd.calls) for name in ("packets", "lost"))
    return [
        f"{found.calls} calls within {SPREAD_SECONDS:g} s: {complete} complete, {found.watch.channels} at "
        "once; "
        f"{over} with a gap over {GAP.limit:g} ms; {lost} of {packets} packets lost; longest gaps: "
        f"{spread([record.max_gap for record in crowd.calls])}",
        f"{found.calls} calls: the callers' own 20 ms clock came {crowd.late:.0f} ms late at worst, their "
        f"process used {100 * crowd.cpu / crowd.seconds:.0f} % of a core, all of the machine's "
        f"processes {found.busy:.0f} %",
        processes(found),
    ]


def spread(gaps: list[float]) -> str:
    """Return how many calls have their longest gap within each step."""
    edges = (0, *STEPS)
    parts = []
    for low, high in zip(edges, STEPS, strict=False):
        count = sum(low < gap <= high for gap in gaps)
        parts += [f"{count} up to {high} ms"] if count else []
    return ", ".join(parts)


def processes(found: Load) -> str:
    """Return CPU and memory of every process of the node."""
    shares = percent(found.before, found.at_end, found.seconds)
    lines = [
        f"| {found.calls} calls | CPU, mean of the run | memory before | at the peak | after |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, share in shares.items():
        memory = (looked[name].memory_mib for looked in (found.before, found.watch.peak, found.after))
        lines.append(f"| {name} | {share:.1f} % | {' | '.join(f'{mib:.0f} MiB' for mib in memory)} |")
    return "\n".join(lines)
