"""Passwords: how long judging takes at five a second, what the event loop feels of it, and whether the time
tells which numbers exist.

    python -m bench --write accounts-passwords

argon2id at its real cost, SQLite in the temporary folder, every try through the use case. About two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import uvloop

from bench.accounts.people import phone
from bench.accounts.spread import percentile
from ivr.accounts.corporate.login import login_key
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.opening import open_store
from ivr.accounts.records import Login, Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Secret

GOOD, BAD = Secret("82746103"), Secret("55501837")
RATE = 5
SLOWEST, LAG, APART = 400.0, 20.0, 20.0
"""What is promised, ms: p95 of judging, p99 of the loop's lag, p95 of known against unknown."""
_TICK = 0.005


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same wrong password tried with a login that exists and one that does not, in turn; ms."""

    known: list[float]
    unknown: list[float]
    same_words: bool

    @property
    def apart(self) -> float:
        """Return how far the two p95 lie apart."""
        return abs(percentile(self.known, 0.95) - percentile(self.unknown, 0.95))

    @property
    def typical(self) -> float:
        """Return the median of the differences pair by pair, known less unknown."""
        return percentile([a - b for a, b in zip(self.known, self.unknown, strict=True)], 0.5)


def main() -> int:
    """Print the tables; 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=int, default=40, help="at five a second")
    parser.add_argument("--pairs", type=int, default=100, help="of known and unknown logins, at each door")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return uvloop.run(_run(Path(folder) / "accounts.sqlite", given.seconds * RATE, given.pairs))


async def _run(place: Path, tries: int, pairs: int) -> int:
    accounts = Accounts(await open_store(f"sqlite+aiosqlite:///{place}"), Argon2Hasher(b"p" * 32), KeptSms())
    await _add(accounts, pairs)
    waits, lags = await _under_load(accounts, tries, pairs)
    doors = {
        "verify_password": await _compared(accounts, "verify_password", "phone", pairs),
        "verify_company": await _compared(accounts, "verify_company", "login", pairs),
    }
    await accounts.close()
    return _told(waits, lags, doors)


async def _add(accounts: Accounts, count: int) -> None:
    """Add subscribers and contracts that all have the same password."""
    kept = await accounts.desk.hasher.hash(GOOD)
    async with accounts.desk.store.write() as work:
        for n in range(count):
            await work.add(Subscriber(str(n), phone(n), "Somebody", "classic", date(2020, 1, 1)))
            await work.add(Login(phone(n), password=kept))
            number = f"{800000 + n}"
            await work.add(
                Contract(
                    str(n), number, "Company", "7701234567", "a@b.example", phone(n), "Manager", phone(n)
                )
            )
            await work.add(Login(login_key(number), password=kept))
        await work.commit()


async def _under_load(accounts: Accounts, tries: int, people: int) -> tuple[list[float], list[float]]:
    """Judge right passwords, five begun every second; return how long each took and the loop's lags, ms."""
    lags: list[float] = []
    watching = asyncio.create_task(_watch(lags))
    begun, asked = time.perf_counter(), []
    for n in range(tries):
        await asyncio.sleep(max(0.0, begun + n / RATE - time.perf_counter()))
        asked.append(
            asyncio.create_task(_try(accounts, "verify_password", {"phone": phone(n % people)}, GOOD, n))
        )
    answers = await asyncio.gather(*asked)
    watching.cancel()
    if {answer for _, answer in answers} != {"ok"}:
        raise RuntimeError("a right password was not taken")
    return [wait for wait, _ in answers], lags


async def _watch(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(_TICK)
        lags.append(1000 * (time.perf_counter() - before - _TICK))


async def _compared(accounts: Accounts, name: str, argument: str, count: int) -> Pairs:
    chance, known, unknown, words = random.Random(505), list[float](), list[float](), set[str]()
    for n in range(count):
        exists = phone(n) if argument == "phone" else f"{800000 + n}"
        strange = f"+7903{n:07d}" if argument == "phone" else f"{900000 + n}"
        both = [(known, exists), (unknown, strange)]
        chance.shuffle(both)
        for waits, login in both:
            wait, answer = await _try(accounts, name, {argument: login}, BAD, 10_000 + n)
            waits.append(wait)
            words.add(answer)
    return Pairs(known, unknown, same_words=len(words) == 1)


async def _try(
    accounts: Accounts, name: str, login: dict[str, object], password: Secret, n: int
) -> tuple[float, str]:
    """Return how long a try from a line of its own took, ms, and all that it answered."""
    session = accounts.session(f"+7905{n:07d}", "0505")
    asked = time.perf_counter()
    outcome = await session.ask(name, {**login, "password": password})
    wait = 1000 * (time.perf_counter() - asked)
    return wait, outcome.name if outcome.name == "ok" else str(outcome)


def _told(waits: list[float], lags: list[float], doors: dict[str, Pairs]) -> int:
    slow, lag = percentile(waits, 0.95), percentile(lags, 0.99)
    lines = [
        "| what | p50, ms | p95, ms | p99, ms | promised |",
        "|---|---|---|---|---|",
        f"| a right password, {RATE}/s, {len(waits)} tries | {_cells(waits)} | p95 at most {SLOWEST:.0f} |",
        f"| lag of the event loop meanwhile | {_cells(lags)} | p99 at most {LAG:.0f} |",
        "",
        "| door | known p95, ms | unknown p95, ms | apart, ms | typical difference, ms | same words |",
        "|---|---|---|---|---|---|",
    ]
    for name, pairs in doors.items():
        numbers = (percentile(pairs.known, 0.95), percentile(pairs.unknown, 0.95), pairs.apart, pairs.typical)
        cells = " | ".join(f"{number:.1f}" for number in numbers)
        lines.append(f"| {name} | {cells} | {'yes' if pairs.same_words else 'no'} |")
    lines.append(f"\nWrong passwords in pairs. Promised: same words, {APART:.0f} ms apart at most.")
    sys.stdout.write("\n".join(lines) + "\n")
    alike = all(pairs.same_words and pairs.apart <= APART for pairs in doors.values())
    return 0 if slow <= SLOWEST and lag <= LAG and alike else 1


def _cells(values: list[float]) -> str:
    return " | ".join(f"{percentile(values, share):.1f}" for share in (0.5, 0.95, 0.99))


if __name__ == "__main__":
    raise SystemExit(main())
