"""Subscribers with money, and transfers between them through the use cases: the load of the money benches."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ivr.accounts import journal, ledger
from ivr.accounts.catalogue import load_catalogue
from ivr.accounts.clock import VirtualClock
from ivr.accounts.desk import Caller, Desk, MoneyRules
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher, HashOptions
from ivr.accounts.individual.transfer import check_transfer, transfer
from ivr.accounts.ports import Clock, Store
from ivr.accounts.records import Subscriber
from ivr.accounts.sms import KeptSms

BEGIN = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
RICH = 1_000_000_00
A_DAY = 5
"""Transfers of one sender on one day: what the rules allow."""
_LIFTED = MoneyRules(transfer_day=10**12, transfer_count=50)
"""Writers are not in step: while one still works at a day, another may be a day or two ahead."""
_CATALOGUE = load_catalogue()


@dataclass(frozen=True, slots=True)
class Job:
    """One transfer to be made."""

    number: int
    sender: int
    receiver: int
    kopecks: int

    @property
    def when(self) -> datetime:
        """Return the virtual moment: five transfers a day for each of ten senders."""
        return BEGIN + timedelta(days=self.number // (A_DAY * 10))


Act = Callable[[Desk, Job], Awaitable[None]]


def jobs(count: int, people: int, seed: int) -> list[Job]:
    """Return transfers between random people; everybody sends in turn."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        sender = number % people
        receiver = (sender + chance.randrange(1, people)) % people
        made.append(Job(number, sender, receiver, chance.randrange(10_00, 100_00)))
    return made


def phone(number: int) -> str:
    """Return somebody's phone."""
    return f"+7926{number:07d}"


def desk_over(store: Store, clock: Clock) -> Desk:
    """Return a desk with a clock of its own."""
    hasher = Argon2Hasher(b"p" * 32, HashOptions(memory_kib=8, passes=1))
    accounts = Accounts(store, hasher, KeptSms(), clock=clock, money=_LIFTED, catalogue=_CATALOGUE)
    return accounts.desk


async def add_people(desk: Desk, count: int) -> None:
    """Add subscribers `0`, `1` ... with money."""
    office = Caller(door="office")
    async with desk.store.write() as work:
        for number in range(count):
            who = Subscriber(str(number), phone(number), "Somebody", "classic", date(2020, 1, 1))
            await work.add(who)
            paid = await journal.note(work, desk, office, who.id, "top_up", amount=RICH)
            movements = {ledger.main(who.id): RICH, ledger.system("cash"): -RICH}
            await ledger.post(work, paid, movements, desk.clock.now())
        await work.commit()


@dataclass(frozen=True, slots=True)
class Made:
    """What a run of writers did."""

    seconds: float
    answers: dict[int, str]
    """Job number -> operation id it was acknowledged under."""


async def prepare(store: Store, wanted: Iterable[Job], writers: int) -> Made:
    """Check every transfer, which stores its operation."""
    found: dict[int, str] = {}

    async def check(desk: Desk, job: Job) -> None:
        outcome = await check_transfer(desk, _caller(job), phone=phone(job.receiver), amount=job.kopecks)
        found[job.number] = str(outcome.values["operation"])

    return Made(await _side_by_side(store, wanted, writers, check), found)


async def confirm(store: Store, wanted: Iterable[Job], operations: dict[int, str], writers: int) -> Made:
    """Make every transfer that was prepared."""
    done: dict[int, str] = {}

    async def send(desk: Desk, job: Job) -> None:
        outcome = await transfer(desk, _caller(job), operation=operations[job.number])
        if outcome.name == "done":
            done[job.number] = operations[job.number]

    return Made(await _side_by_side(store, wanted, writers, send), done)


async def _side_by_side(store: Store, wanted: Iterable[Job], writers: int, act: Act) -> float:
    left = iter(wanted)

    async def writer() -> None:
        clock = VirtualClock(BEGIN)
        desk = desk_over(store, clock)
        for job in left:
            clock.advance(job.when - clock.now())
            await act(desk, job)

    begun = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(writers)))
    return time.perf_counter() - begun


def _caller(job: Job) -> Caller:
    return Caller(door="0505", line=phone(job.sender), subscriber=str(job.sender))
