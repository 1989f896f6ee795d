"""Transfers between ten accounts by sixteen writers on PostgreSQL, beside pgbench's TPC-B on the same server.

    python -m bench --write accounts-transfers
    python -m bench.accounts.transfers --transfers 2000

Two kinds: `transfer` is the whole use case that a caller confirms (rules looked at, an operation posted,
another noted, an SMS queued, a posting of three entries, three balances); `posting` is what TPC-B is like: an
operation, a posting of two entries, two balances. About two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from statistics import mean
from urllib.parse import urlsplit

from bench.accounts import history, people
from bench.accounts.crew import Crew, made
from bench.accounts.database import command
from ivr.accounts.clock import VirtualClock
from ivr.accounts.opening import open_store
from tests.accounts.postgres import binaries, cluster

PEOPLE = 10
CREWS = (Crew(1, 16), Crew(2, 8))
SCALES = (1, 16)
LEAST = 0.5
"""What is promised: a share of pgbench's rate."""


@dataclass(frozen=True, slots=True)
class Row:
    """One crew's run."""

    crew: Crew
    kind: str
    transfers: int
    rate: float
    faults: tuple[str, ...]
    tpc_b: tuple[float, ...]
    """pgbench's rate at each scale, the mean of its runs right before and right after."""


def main() -> int:
    """Print the table; 1 when the promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--transfers", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=5, help="of each run of pgbench")
    parser.add_argument(
        "--scale", type=int, default=16, help="of pgbench: its branches; tellers are ten each"
    )
    given = parser.parse_args()
    with cluster(durable=True) as url:
        for scale in SCALES:
            command(url, f"CREATE DATABASE pgbench{scale}")
            _pgbench(url, "-i", "-q", "-s", str(scale), f"pgbench{scale}")
        rows, peers = list[Row](), [_tpc_b(url, given.seconds)]
        for kind in ("transfer", "posting"):
            for crew in CREWS:
                row = _row(url, f"{kind}{crew.processes}", crew, kind, given.transfers)
                peers.append(_tpc_b(url, given.seconds))
                rows.append(replace(row, tpc_b=tuple(map(mean, zip(*peers[-2:], strict=True)))))
    return _told(rows, peers)


def _row(url: str, name: str, crew: Crew, kind: str, count: int) -> Row:
    command(url, f"CREATE DATABASE {name}")
    database = f"{url}/{name}"
    asyncio.run(_open(database))
    wanted = people.jobs(count, PEOPLE, seed=505)
    prepared = made(crew, "prepare", database, wanted, {}).answers if kind == "transfer" else {}
    command(database, "VACUUM ANALYZE")
    done = made(crew, "confirm" if kind == "transfer" else "post", database, wanted, prepared)
    faults = [*done.faults, *asyncio.run(_check(database, done))]
    if len(done.answers) != count:
        faults.append(f"{count - len(done.answers)} transfers were not acknowledged")
    return Row(crew, kind, count, done.rate, tuple(faults), ())


async def _open(database: str) -> None:
    store = await open_store(database)
    await people.add_people(people.desk_over(store, VirtualClock(people.BEGIN)), PEOPLE)
    await store.close()


async def _check(database: str, done: people.Made) -> list[str]:
    store = await open_store(database)
    try:
        return await history.faults(store, done.answers, before=PEOPLE)
    finally:
        await store.close()


def _tpc_b(url: str, seconds: int) -> list[float]:
    """Return the transactions a second of sixteen clients, at each scale."""
    options = ("-c", "16", "-j", "2", "-M", "prepared", "-T", str(seconds))
    told = [_pgbench(url, *options, f"pgbench{scale}") for scale in SCALES]
    return [float(re.findall(r"tps = ([\d.]+)", one)[0]) for one in told]


def _pgbench(url: str, *words: str) -> str:
    programs, place = binaries(), urlsplit(url)
    if programs is None:
        raise FileNotFoundError("no PostgreSQL server is installed")
    where = ("-h", "127.0.0.1", "-p", str(place.port), "-U", str(place.username))
    command = [str(programs / "pgbench"), *where, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout  # noqa: S603 - our own command line


def _told(rows: list[Row], peers: list[list[float]]) -> int:
    small, large = (", ".join(f"{rate:.0f}" for rate in rates) for rates in zip(*peers, strict=True))
    lines = [
        "| processes x writers | what | how many | a second | of TPC-B, scale 1 | scale 16 | faults |",
        "|---|---|---|---|---|---|---|",
        *map(_line, rows),
        "\npgbench, 16 clients, prepared statements, fsync on, a second, before, between and after these "
        f"runs: scale 1 (its default; one branch, ten tellers) {small}; scale 16 (a branch for each client) "
        f"{large}. A run is compared with the mean of the two beside it. Faults: errors, deadlocks, "
        "what the audit and the checker of serial histories (bench/accounts/history.py) found. Promised: no "
        f"fault, at least {LEAST} of TPC-B at scale 1.",
        *(f"- {fault}" for row in rows for fault in row.faults[:5]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(not row.faults and row.rate / row.tpc_b[0] >= LEAST for row in rows) else 1


def _line(row: Row) -> str:
    shares = (f"{row.rate / rate:.2f}" for rate in row.tpc_b)
    return (
        "| "
        + " | ".join(
            (str(row.crew), row.kind, str(row.transfers), f"{row.rate:.0f}", *shares, str(len(row.faults)))
        )
        + " |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
