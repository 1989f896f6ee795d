"""What a use case works with: the desk (shared by all calls) and the caller (this call)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from ivr.accounts.catalogue import Catalogue
from ivr.accounts.clock import new_id
from ivr.accounts.papers.model import PaperOptions
from ivr.accounts.ports import Chance, Clock, Hasher, Reader, Sms, Store
from ivr.accounts.records import Subscriber
from ivr.errors import AccountsError


@dataclass(frozen=True, slots=True)
class LoginRules:
    """How wrong passwords are answered."""

    tries: int = 5
    """Wrong tries in a row that block the login and revoke the password."""
    waits: tuple[int, ...] = (1, 2, 4, 5)
    """Seconds before the next try is judged, after the first, second ... wrong one."""
    hold: int = 6
    """A try that comes at most so many seconds too early is held until its time; an earlier one is sent
    away."""
    line_tries: int = 20
    """Tries one calling line may have in its bucket."""
    line_leak: int = 180
    """Seconds in which one try leaks from a line's bucket."""
    withheld_tries: int = 100
    """The same for all callers who hide their number, together."""
    withheld_leak: int = 36
    """Seconds in which one try leaks from that bucket."""
    system_tries: int = 2000
    """The same for the whole system; calls from the owner's own line are never counted."""
    system_leak: int = 2
    """Seconds in which one try leaks from the system's bucket."""
    temporary_seconds: int = 600
    """How long a temporary password is good."""
    temporary_pause: int = 60
    """Seconds between two temporary passwords for one login."""


class Turns:
    """One at a time per name; forgets names nobody waits for."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Wait for this name's turn and keep it until left."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            yield


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """Limits on money, kopecks unless said otherwise."""

    transfer_least: int = 10_00
    """Least transfer."""
    transfer_most: int = 5_000_00
    """Most in one transfer."""
    transfer_day: int = 15_000_00
    """Most transferred in one day."""
    transfer_count: int = 5
    """Most transfers in one day."""
    transfer_fee: int = 5_00
    """What one transfer costs the sender."""
    promise_amounts: tuple[int, ...] = (100_00, 200_00, 300_00)
    """What may be lent."""
    promise_fee: int = 20_00
    """What a loan costs, charged when it is taken back."""
    promise_days: int = 5
    """How long it is lent."""
    promise_age: int = 30
    """Days a number must have been connected."""
    link_least: int = 50_00
    """Least payment by link."""
    link_most: int = 15_000_00
    """Most payment by link."""
    link_hours: int = 24
    """How long a payment link is good."""
    points_per: int = 10_00
    """A bonus point is earned for so much of a top-up."""
    black_list: int = 100
    """Most numbers on a black list."""
    adjust_alone: int = 1_000_00
    """Most that one staff member may put on an account or take off it alone, within a day."""
    adjust_most: int = 1_000_000_00
    """Most in one adjustment, however many agree."""
    adjust_hours: int = 72
    """How long a proposed adjustment waits for the second person."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything use cases share; built once."""

    store: Store
    clock: Clock
    chance: Chance
    hasher: Hasher
    sms: Sms
    catalogue: Catalogue
    links: str = "https://pay.example/{id}"
    """Address of the card payment page; {id} is the link's secret part."""
    login: LoginRules = field(default_factory=LoginRules)
    money: MoneyRules = field(default_factory=MoneyRules)
    papers: PaperOptions = field(default_factory=PaperOptions)
    turns: Turns = field(default_factory=Turns)

    def new_id(self) -> str:
        """Return a new record's id."""
        return new_id(self.clock, self.chance)


@dataclass(slots=True)
class Caller:
    """One call, and who it has turned out to be."""

    door: str
    """0505, 0500, 0555, ussd, sms, web ..."""
    line: str | None = None
    """The calling line, E.164, or None when withheld or unreadable."""
    subscriber: str | None = None
    """Subscriber id once known beyond doubt."""
    contract: str | None = None
    """Company contract id once signed in for a company."""
    proof: str = ""
    """How: line, password or temporary."""
    language: str = "ru"
    """The caller's language: "ru" or "en"."""
    staff: str = ""
    """Login of the staff member who acts; empty in every other door."""
    unheard: str | None = None
    """Operation done in this call whose outcome may not have reached the caller yet."""
    origin: str = ""
    """The network address of a caller who has no calling line."""

    @property
    def source(self) -> str | None:
        """What tries are counted by: the calling line, or the network address in its place."""
        return self.line or (f"net:{self.origin}" if self.origin else None)

    def become(self, subscriber: Subscriber, proof: str) -> None:
        """Note who it is and how that is known."""
        self.subscriber, self.proof, self.language = subscriber.id, proof, subscriber.language

    def is_own_line(self, subscriber: Subscriber) -> bool:
        """Tell whether the call comes from this subscriber's own SIM, not reported lost."""
        return self.line == subscriber.phone and not subscriber.blocked


class CallerUnknown(AccountsError):  # noqa: N818 - a fact about the call, not a fault
    """The use case is for a known caller and nobody knows yet who this is: a door answers `sign_in_first`."""


async def the_subscriber(reader: Reader, caller: Caller) -> Subscriber:
    """Return the subscriber this call is from. Raises CallerUnknown."""
    if caller.subscriber is not None:
        found = await reader.get(Subscriber, caller.subscriber)
        if found is not None:
            return found
    raise CallerUnknown("the caller is not known yet")
