"""How much the ears can hear: the cost of decoding, and streams on one core beside a vosk-server.

    python -m bench.ears ru [--model FOLDER] [--limit 0.15]

1. Cost: our recogniser, grammar and second opinion included, decodes answers without a pause in one thread;
   processor seconds per second of sound.
2. Streams: a server process on one core, its callers on the others; twice as many callers until the delay's
   p95 exceeds the limit or fewer than 99 of 100 answers come, then halving the step. The delay counts from
   the moment an answer is over - 0.2 s after its last sound - to its words. Our ears find that moment, the
   reference (bench/ears_servers.py) is told it. Same wheel, model, grammar, lines, one after the other.
   Answers that our ears do not hear right and without waiting for more even when hardly anybody else speaks
   are left out: that is what the accuracy benches measure. The processor time of the server per stream tells
   the same on a machine that others use too.
3. Overload: three times the callers that our server held. Whoever is heard must still be answered in time.

Takes at most four minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.ears_load import Server, Tally, our_turn, reference_turn, step
from bench.ears_turns import AFTER, SILENCE, Answer, answers, menu_grammar
from ivr.bootstrap import speech_options
from ivr.grammar.model import Language
from ivr.ops.logs import set_up_logs
from ivr.settings import load_settings
from ivr.speech.models import choose
from ivr.speech.ports import SpeechOptions
from ivr.speech.vosk_ear import VoskRecognisers

FIRST = 8
ANSWERED = 0.99
HALVINGS = 3
OVERLOAD = 3
DEAREST = 0.10
"""Of real time, for decoding."""
BOUND = 0.6
"""Seconds: how late an answer may be at three times the load, p95."""
DECODED = 20.0
"""Seconds of sound for the cost."""
FEW = 4
TRIES = 2
"""How often an answer may show that it is heard well: something else may have been busy."""
SEARCH = 70.0
"""Seconds for finding the most streams of one server."""
BYTES = 16000


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to."""

    best: Tally
    steps: tuple[Tally, ...]


def cost(model: Path, language: Language, sound: list[Answer]) -> float:
    """Return processor seconds per second of speech, in one thread."""
    recognisers = VoskRecognisers(replace(SpeechOptions(), models={language: str(model)}))
    recognisers.load(language)
    phrases = menu_grammar(language).recogniser_phrases
    recognisers.make(language, phrases)
    seconds, began = 0.0, time.process_time()
    while seconds < DECODED:
        for answer in sound:
            recogniser = recognisers.make(language, phrases)
            start = round((answer.over - SILENCE - answer.speech) * BYTES / 2) * 2
            spoken = answer.line[start : -round((AFTER - SILENCE) * BYTES)]
            for at in range(0, len(spoken), BYTES // 10):
                recogniser.accept(spoken[at : at + BYTES // 10])
                recogniser.partial()
            recogniser.finish()
            seconds += len(spoken) / BYTES
    return (time.process_time() - began) / seconds


@contextmanager
def served(kind: str, model: Path, language: Language, core: str) -> Iterator[Server]:
    """Run a server process."""
    command = [sys.executable, "-m", "bench.ears_servers", kind, str(model), language, core]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            turn = our_turn if kind == "ours" else reference_turn
            yield Server(int(process.stdout.readline()), process.pid, turn)
        finally:
            process.kill()


async def heard_well(server: Server, sound: list[Answer], limit: float) -> list[Answer]:
    """Return the answers that our ears hear right, and without waiting for more, when few speak."""
    fit: list[Answer] = []

    async def one_of_few(answers_left: list[Answer]) -> None:
        for answer in answers_left:
            tally = Tally(1)
            await server.turn(server.port, answer, tally)
            if tally.right and max(tally.delays) <= limit:
                fit.append(answer)

    for _ in range(TRIES):
        left = [answer for answer in sound if answer not in fit]
        await asyncio.gather(*(one_of_few(left[first::FEW]) for first in range(FEW)))
    return [answer for answer in sound if answer in fit]


async def most_streams(server: Server, sound: list[Answer], limit: float) -> Found:
    """Return the largest step that held the limit, and all steps taken."""
    taken: list[Tally] = []
    stop = time.monotonic() + SEARCH

    async def holds(streams: int) -> bool:
        for seed in (1, 2):  # once more: something else may have been busy
            taken.append(await step(server, sound, streams, seed))
            if taken[-1].holds(limit, ANSWERED):
                return True
        return False

    low, high = 0, FIRST
    while time.monotonic() < stop and await holds(high):
        low, high = high, high * 2
    for _ in range(HALVINGS):
        middle = (low + high) // 2
        if time.monotonic() > stop or middle - low < max(1, low // 16):
            break
        low, high = (middle, high) if await holds(middle) else (low, middle)
    held = [tally for tally in taken if tally.streams == low and tally.holds(limit, ANSWERED)]
    return Found(held[-1] if held else Tally(0), tuple(taken))


def row(name: str, tally: Tally) -> str:
    """Return one line of the table."""
    late = (tally.percentile(0.5), tally.percentile(0.95), max(tally.delays, default=float("inf")))
    delays = " | ".join(f"{seconds * 1000:.0f}" for seconds in late)
    counts = f"{len(tally.delays)} of {tally.turns} | {tally.right} | {tally.refused} | {tally.cpu:.1%}"
    return f"| {name} | {tally.streams} | {delays} | {counts} |"


def cores() -> tuple[str, str]:
    """Take a core for the server and leave it; return its number and how it was done."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return "any", "one core for everything: the callers took their part of it"
    os.sched_setaffinity(0, set(usable[1:]))
    return str(usable[0]), "the server on one core, its callers on another"


def main() -> int:
    """Measure and print; 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("language", choices=("ru", "en"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--limit", type=float, default=0.15, help="seconds of delay, p95")
    given = parser.parse_args()
    set_up_logs("CRITICAL", json_lines=False, key=b"bench")
    language: Language = "en" if given.language == "en" else "ru"
    model = given.model or choose(language, speech_options(load_settings()))
    core, how = cores()
    drawn, began = answers(language), time.monotonic()
    dear = cost(model, language, drawn)
    with served("ours", model, language, core) as server:
        sound = asyncio.run(heard_well(server, drawn, given.limit)) or drawn
        ours = asyncio.run(most_streams(server, sound, given.limit))
        over = asyncio.run(step(server, sound, OVERLOAD * max(ours.best.streams, FIRST)))
    with served("reference", model, language, core) as server:
        asyncio.run(step(server, sound, 1))
        theirs = asyncio.run(most_streams(server, sound, given.limit))
    kept = tell(dear, ours, theirs, over)
    share = sum(one.speech for one in sound) / sum(one.over for one in sound)
    words = f"the main menu of 0505, {len(menu_grammar(language).recogniser_phrases)} phrases"
    print(f"- {model.name}; {words}; {len(sound)} of {len(drawn)} answers; {share:.0%} of a line is speech")
    print(f"- limit: p95 {given.limit * 1000:.0f} ms and {ANSWERED:.0%} answered; {how}")
    print(f"- took {time.monotonic() - began:.0f} s")
    return 0 if kept else 1


def tell(dear: float, ours: Found, theirs: Found, over: Tally) -> bool:
    """Print the table and what was promised; return whether it was kept."""
    print("| what | streams | p50, ms | p95, ms | worst, ms | heard | right | to the keys | CPU a stream |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    print(row("our ears, most that hold the limit", ours.best))
    print(row("the vosk-server loop, most that hold it", theirs.best))
    print(row(f"our ears at {OVERLOAD} times their most", over))
    late, own, other = over.percentile(0.95), ours.best.streams, theirs.best.streams
    promises = {
        f"decoding takes {dear:.3f} of real time, second opinion included (at most {DEAREST})": dear
        <= DEAREST,
        f"our ears hold {own} streams, the vosk-server loop {other}": own >= other and own > 0,
        f"at {OVERLOAD} times the load p95 is {late:.2f} s (at most {BOUND})": late <= BOUND,
    }
    print("\n" + "\n".join(f"- {'pass' if kept else 'FAIL'}: {text}" for text, kept in promises.items()))
    for name, found in (("ours", ours), ("vosk-server loop", theirs)):
        steps = (f"{one.streams}: {one.percentile(0.95) * 1000:.0f} ms, {one.cpu:.1%}" for one in found.steps)
        print(f"- {name}, p95 and CPU a stream by streams: {'; '.join(steps)}")
    return all(promises.values())


if __name__ == "__main__":
    raise SystemExit(main())
