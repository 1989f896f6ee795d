"""Speaking callers at once: the answer's delay, gaps and losses on the line, what every process uses.

All calls begin within five seconds and go through greeting, main menu, the word for the balance, the word
for the packages, and hang up; every prompt is heard to its end. Words are said by several eSpeak NG voices
right after the menu. The delay is that of `speech-latency`, for everything said; a robot's turn of less than
6 s is a question whether it heard well, or the request to say it again. Node, gaps and losses as in `load`.
"""

from __future__ import annotations

from bench.calls_lines import Options, note
from bench.calls_load import GAP, NO_LOSS, Load, load, notes
from bench.calls_measures import Measured, Promise
from bench.calls_result import Result
from tests.support.stack import Node

CALLS = 20
DELAY = (Promise(0.5, 450), Promise(0.95, 1000))


async def run(node: Node, options: Options) -> Result:
    """Measure the promised number of speaking callers, or fewer if fewer are asked for."""
    found = await load(node, min(CALLS, options.calls), speaking=True)
    taken = rows(found)
    note("\n".join(row.row() for row in taken))
    faults = tuple(record.fault for record in found.crowd.calls if record.fault)
    asked = sum(record.asked_back for record in found.crowd.calls)
    said = sum(len(record.keys) for record in found.crowd.calls)
    return Result(taken, faults, (f"{said} answers said, {asked} of them asked back about", *notes(found)))


def rows(found: Load) -> tuple[Measured, ...]:
    """Return the table."""
    held = [record for record in found.crowd.calls if record.packets]
    name = f"{found.calls} speaking callers"
    delays = tuple(delay for record in held for delay in record.keys)
    return (
        Measured(f"{name}: end of words to first sound", delays, DELAY),
        Measured(f"{name}: longest gap of each call", tuple(record.max_gap for record in held), (GAP,)),
        Measured(
            f"{name}: packets lost of each call",
            tuple(float(record.lost) for record in held),
            (NO_LOSS,),
            unit="",
        ),
    )
