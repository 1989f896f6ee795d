"""Subscribers with money, and transfers between them through the use cases: the load of the money benches."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
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
from ivr.errors import AccountsError

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


Act = Callable[[Desk, Job], Awaitable[str]]


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
class Answer:
    """One transfer that was acknowledged."""

    operation: str
    asked: float
    """When, seconds of the machine's monotonic clock."""
    told: float


@dataclass(frozen=True, slots=True)
class Made:
    """What a run of writers did."""

    begun: float
    ended: float
    answers: dict[int, Answer]
    """By job number; a job without one failed."""
    faults: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Acknowledged transfers a second."""
        return len(self.answers) / (self.ended - self.begun)


async def prepare(store: Store, wanted: Iterable[Job], writers: int) -> Made:
    """Check every transfer, which stores its operation."""

    async def check(desk: Desk, job: Job) -> str:
        outcome = await check_transfer(desk, caller_of(job), phone=phone(job.receiver), amount=job.kopecks)
        return str(outcome.values["operation"])

    return await _side_by_side(store, wanted, writers, check)


async def confirm(store: Store, wanted: Iterable[Job], prepared: Mapping[int, Answer], writers: int) -> Made:
    """Make every transfer that was prepared."""

    async def send(desk: Desk, job: Job) -> str:
        operation = prepared[job.number].operation
        outcome = await transfer(desk, caller_of(job), operation=operation)
        if outcome.name != "done":
            raise AccountsError(f"transfer: {outcome.name} {outcome.values}")
        return operation

    return await _side_by_side(store, wanted, writers, send)


async def post(store: Store, wanted: Iterable[Job], writers: int) -> Made:
    """Move money in the ledger alone: an operation, a posting, two entries, two balances."""

    async def move(desk: Desk, job: Job) -> str:
        async with desk.store.write() as work:
            noted = await journal.note(
                work, desk, caller_of(job), str(job.sender), "move", amount=-job.kopecks
            )
            movements = {
                ledger.main(str(job.sender)): -job.kopecks,
                ledger.main(str(job.receiver)): job.kopecks,
            }
            await ledger.post(work, noted, movements, desk.clock.now())
            await work.commit()
        return noted.id

    return await _side_by_side(store, wanted, writers, move)


async def _side_by_side(store: Store, wanted: Iterable[Job], writers: int, act: Act) -> Made:
    left, answers, faults = iter(wanted), dict[int, Answer](), list[str]()

    async def writer() -> None:
        clock = VirtualClock(BEGIN)
        desk = desk_over(store, clock)
        for job in left:
            clock.advance(job.when - clock.now())
            asked = time.monotonic()
            try:
                operation = await act(desk, job)
            except AccountsError as fault:
                faults.append(str(fault))
            else:
                answers[job.number] = Answer(operation, asked, time.monotonic())

    begun = time.monotonic()
    await asyncio.gather(*(writer() for _ in range(writers)))
    return Made(begun, time.monotonic(), answers, tuple(faults))


def caller_of(job: Job) -> Caller:
    """Return the sender, calling from their own line."""
    return Caller(door="0505", line=phone(job.sender), subscriber=str(job.sender))
