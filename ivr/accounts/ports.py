"""What the account core needs from outside: a keeper of records, a clock, chance, a hasher, messages out.

Real ones and fakes of each live next to each other and are held to the same contract tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from ivr.accounts.record import Record, Where
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError

R = TypeVar("R", bound=Record)
T = TypeVar("T")


First = tuple[type[Record], object]
"""A kind of record and the value of its key, which is one field."""


class Conflict(AccountsError):  # noqa: N818 - a fact about the records, not a fault
    """A record would break a key, a unique rule or a reference: somebody was first, or it is gone."""


class Reader(Protocol):
    """One consistent look at the records."""

    async def get(self, kind: type[R], /, *key: object) -> R | None:
        """Return the record with this key, or None."""

    async def find(
        self, kind: type[R], /, *conditions: Where, order: str = "", limit: int | None = None, **equal: object
    ) -> list[R]:
        """Return the records whose fields equal `equal` (None matches None) and that satisfy the conditions.

        `order` is a field name, `-field` for descending; the key breaks ties and is the order when none is
        given.
        """


class Work(Reader, Protocol):
    """A unit of work: what it does is seen by itself at once, by others after `commit`, and never without
    it."""

    async def add(self, record: Record) -> None:
        """Keep a new record. Raises Conflict, if not now then on commit: look first."""

    async def put(self, record: Record) -> None:
        """Replace the record with the same key. Raises Conflict when there is none."""

    async def remove(self, record: Record) -> None:
        """Remove the record with this key. Raises Conflict when something still refers to it."""

    async def commit(self) -> None:
        """Make everything durable. Once, nothing may be done afterwards. Raises Conflict: nothing is kept."""


class Store(Protocol):
    """Keeps records. Writers come one at a time (docs/decisions/0010), readers never wait for them."""

    def read(self) -> AbstractAsyncContextManager[Reader]:
        """Open one consistent look."""

    def write(self, *first: First) -> AbstractAsyncContextManager[Work]:
        """Open a unit of work, rolled back on leaving unless committed.

        `first`: what it will look up first, so that units that wait can be looked up for together.
        """

    async def close(self) -> None:
        """Let go of files and connections."""


class Clock(Protocol):
    """Time, given from outside so that tests can run a month in a millisecond."""

    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


class Chance(Protocol):
    """Randomness fit for secrets; `random.SystemRandom` in life, `random.Random(seed)` in tests."""

    def getrandbits(self, k: int, /) -> int:
        """Return k random bits as an int."""

    def choice(self, seq: Sequence[T], /) -> T:
        """Return one of the elements."""


class Hasher(Protocol):
    """Turns passwords into what may be kept. Neither call blocks the event loop."""

    async def hash(self, password: Secret) -> str:
        """Return the text to keep."""

    async def verify(self, kept: str | None, password: Secret) -> bool:
        """Tell whether the password is the kept one; None takes as long and is always False."""

    def mark(self, password: Secret) -> str:
        """Return a quick keyed digest, for random passwords that live minutes and are good once."""

    def close(self) -> None:
        """Let go of threads."""


class Sms(Protocol):
    """Short messages out, for texts that must not be kept (temporary passwords, PUK)."""

    async def send(self, phone: str, text: Secret) -> None:
        """Hand one message over. `phone` in E.164. Raises AccountsError when it cannot be."""

    async def close(self) -> None:
        """Let go of connections."""
