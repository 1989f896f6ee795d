"""From the last key's up to the first sound of the answer.

Key 1 of the main menu is pressed 0.8 to 1.4 s after the menu has ended, so that nothing but the answer can
sound; the answer is the balance: asked of the account core, put into words, synthesised (a value of one
caller is never cached), sent. The first sound is the arrival of the first of three sounding frames out of
five (RMS above 150 of 32768); the 30 ms of silence that every prompt begins with count against us. A key's
up is the sending of the first packet that says so. Every line has a telephone of its own, so that its 20 ms
grid lies anywhere against the worker's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bench.calls_lines import LONGEST_ANSWER, Options, callers_turn, note, on_lines
from bench.calls_measures import Measured, Promise
from bench.calls_result import Result
from ivr.grammar.model import LANGUAGES, Language
from tests.support.stack import Node
from tools.caller.call import Call

PROMISE = Promise(0.95, 150)


@dataclass(slots=True)
class KeyToAnswer:
    """Takes samples of one language."""

    values: list[float] = field(default_factory=list)

    async def __call__(self, call: Call, chance: random.Random, samples: int) -> None:
        """Press and listen, so many times."""
        for _ in range(samples):
            await call.hear_speech(LONGEST_ANSWER)
            await callers_turn(call, chance)
            up = await call.press("1")
            self.values.append((await call.hear_speech(LONGEST_ANSWER, since=up) - up) * 1000)


async def run(node: Node, options: Options) -> Result:
    """Measure both languages."""
    rows, faults = [], []
    for language in LANGUAGES:
        taken = KeyToAnswer()
        faults += await on_lines(node.ports.sip, language, options, taken)
        rows.append(row(language, taken.values))
        note(rows[-1].row())
    return Result(tuple(rows), tuple(faults), (f"{options.lines} calls at a time",))


def row(language: Language, values: list[float]) -> Measured:
    """Return the row of one language."""
    return Measured(f"last key up to first sound, {language}", tuple(values), (PROMISE,))
