"""How long a caller waits for balance, packages and month summary when there are many subscribers.

    python -m bench --write accounts-scale-sqlite accounts-scale-postgres
    python -m bench.accounts.scale postgres --subscribers 100000 --ledger-rows 2000000

The database is made by tools/seed in the temporary folder (about 8 GB for PostgreSQL's million) and is gone
afterwards. SQLite takes about 3 minutes, PostgreSQL 10. `--audit` adds `ivr db check` of the whole ledger.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.accounts.database import command
from bench.accounts.spread import percentile
from ivr.accounts.audit import check_ledger
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher, HashOptions
from ivr.accounts.opening import open_store
from ivr.accounts.ports import Store
from ivr.accounts.sms import KeptSms
from tests.accounts.postgres import cluster
from tools.seed.__main__ import fill
from tools.seed.books import Size, phone

SIZES = {"sqlite": Size(200_000, 4_000_000), "postgres": Size(1_000_000, 20_000_000)}
ASKED = ("balance", "packages", "month_summary")
MOST = 10.0
"""What is promised: milliseconds, 95 % of the answers."""
_LOADING = ("wal_level=minimal", "max_wal_senders=0", "max_wal_size=8GB", "shared_buffers=1GB")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one database gave."""

    seeding: float
    """Seconds."""
    waits: dict[str, list[float]]
    """Use case -> milliseconds of each answer."""
    audit: tuple[float, int] | None
    """Seconds and faults."""


def main() -> int:
    """Print the table; 1 when the promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("keeper", choices=sorted(SIZES))
    parser.add_argument("--subscribers", type=int)
    parser.add_argument("--ledger-rows", type=int)
    parser.add_argument("--samples", type=int, default=2000, help="of each use case")
    parser.add_argument("--audit", action="store_true", help="audit everything as well")
    given = parser.parse_args()
    usual = SIZES[given.keeper]
    size = Size(given.subscribers or usual.subscribers, given.ledger_rows or usual.ledger_rows)
    with _database(given.keeper) as url:
        measured = uvloop.run(_measure(url, size, given.samples, audit=given.audit))
    return _told(given.keeper, size, measured)


@contextmanager
def _database(keeper: str) -> Iterator[str]:
    if keeper == "sqlite":
        with tempfile.TemporaryDirectory(prefix="ivr-scale-") as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'accounts.sqlite'}"
        return
    with cluster(*_LOADING, durable=True) as url:
        command(url, "CREATE DATABASE accounts")
        yield f"{url}/accounts"


async def _measure(url: str, size: Size, samples: int, *, audit: bool) -> Measured:
    begun = time.monotonic()
    await fill(url, size)
    seeding = time.monotonic() - begun
    store = await open_store(url)
    try:
        waits = await _asked(store, size, samples)
        return Measured(seeding, waits, await _audited(store) if audit else None)
    finally:
        await store.close()


async def _asked(store: Store, size: Size, samples: int) -> dict[str, list[float]]:
    hasher = Argon2Hasher(b"p" * 32, HashOptions(memory_kib=8, passes=1))
    accounts, chance = Accounts(store, hasher, KeptSms()), random.Random(505)
    waits: dict[str, list[float]] = {name: [] for name in ASKED}
    for _ in range(samples):
        session = accounts.session(phone(chance.randrange(size.subscribers)), "0505")
        await session.ask("identify_line", {})
        for name in ASKED:
            asked = time.perf_counter()
            outcome = await session.ask(name, {})
            waits[name].append(1000 * (time.perf_counter() - asked))
            if outcome.name not in {"ok", "some", "nothing"}:
                raise RuntimeError(f"{name} answered {outcome.name}")
    return waits


async def _audited(store: Store) -> tuple[float, int]:
    begun = time.monotonic()
    faults = await check_ledger(store)
    return time.monotonic() - begun, len(faults)


def _told(keeper: str, size: Size, measured: Measured) -> int:
    lines = ["| use case | p50, ms | p95, ms | p99, ms |", "|---|---|---|---|"]
    for name, waits in measured.waits.items():
        cells = (f"{percentile(waits, share):.1f}" for share in (0.5, 0.95, 0.99))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append(
        f"\n{keeper}: {size.subscribers:,} subscribers, {size.ledger_rows:,} entries of {size.postings:,} "
        f"postings; seeded in {measured.seeding:.0f} s. {len(measured.waits['balance'])} random callers, one "
        f"after another, the whole use case. Promised: p95 at most {MOST:.0f} ms."
    )
    if measured.audit is not None:
        lines.append(f"Audit of the whole ledger: {measured.audit[0]:.0f} s, {measured.audit[1]} faults.")
    sys.stdout.write("\n".join(lines) + "\n")
    kept = all(percentile(waits, 0.95) <= MOST for waits in measured.waits.values())
    return 0 if kept and not (measured.audit and measured.audit[1]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
