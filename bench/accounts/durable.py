"""Durable money operations a second on SQLite, beside the bare rate of one-commit transactions on this disk.

    python -m bench --write accounts-durable

Both with WAL and synchronous=FULL, in the temporary folder. About a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import uvloop

from bench.accounts import history, people
from bench.accounts.people import Made
from ivr.accounts.clock import VirtualClock
from ivr.accounts.opening import open_store

PEOPLE, WRITERS = 10, 16
LEAST, TIMES = 300, 5
"""What is promised: so many a second, or so many times the bare rate."""


def main() -> int:
    """Print the table; 1 when the promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--transfers", type=int, default=3000)
    count = parser.parse_args().transfers
    with tempfile.TemporaryDirectory() as folder:
        bare = _bare(Path(folder) / "bare.sqlite")
        runs = {
            kind: uvloop.run(_run(Path(folder) / f"{kind}.sqlite", kind, count))
            for kind in ("transfer", "posting")
        }
    lines = ["| what | how many | a second | of the bare rate | faults |", "|---|---|---|---|---|"]
    for kind, (made, faults) in runs.items():
        share = f"{made.rate / bare:.2f}"
        lines.append(f"| {kind} | {len(made.answers)} | {made.rate:.0f} | {share} | {len(faults)} |")
    lines.append(
        f"\nOne process, {WRITERS} writers, {PEOPLE} accounts; `transfer` is the whole use case a caller "
        f"confirms, `posting` an operation and its ledger entries. Bare: {bare:.0f} one-row transactions a "
        f"second, one after another. Promised: no fault, {LEAST} a second or {TIMES} times the bare rate."
    )
    sys.stdout.write("\n".join(lines) + "\n")
    kept = [made.rate >= min(LEAST, TIMES * bare) and not faults for made, faults in runs.values()]
    return 0 if all(kept) else 1


def _bare(place: Path) -> float:
    """Return the one-row transactions a second of one connection that does nothing else."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)")
        count, begun = 0, time.monotonic()
        while time.monotonic() - begun < 3:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO rows (text) VALUES ('x')")
            connection.execute("COMMIT")
            count += 1
        return count / (time.monotonic() - begun)


async def _run(place: Path, kind: str, count: int) -> tuple[Made, list[str]]:
    store = await open_store(f"sqlite+aiosqlite:///{place}")
    await people.add_people(people.desk_over(store, VirtualClock(people.BEGIN)), PEOPLE)
    wanted = people.jobs(count, PEOPLE, seed=505)
    if kind == "transfer":
        prepared = await people.prepare(store, wanted, WRITERS)
        made = await people.confirm(store, wanted, prepared.answers, WRITERS)
    else:
        made = await people.post(store, wanted, WRITERS)
    faults = [*made.faults, *await history.faults(store, made.answers, before=PEOPLE)]
    await asyncio.wait_for(store.close(), 10)
    return made, faults


if __name__ == "__main__":
    raise SystemExit(main())
