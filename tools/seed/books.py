"""Rows of a made-up operator: subscribers, packages, and a ledger whose hash chain holds.

Rows are tuples in the order of the records' fields, as both databases' loaders take them: instants and days
as text, truth as 0 and 1.
"""

from __future__ import annotations

import hashlib
import json
import random
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ivr.accounts import ledger
from ivr.accounts.journal import canonical

Row = tuple[str | int | None, ...]
ENTRIES = 2
"""Entries of every posting."""
_PARAMETERS = canonical({"subject": ""})
_IN_JSON = json.dumps(_PARAMETERS)
_KINDS = (
    ("top_up", 1, "cash"),
    ("monthly_fee", -1, "revenue"),
    ("top_up", 1, "cash"),
    ("option_fee", -1, "revenue"),
)
"""(kind, sign for the subscriber, the operator's account on the other side)."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make."""

    subscribers: int
    ledger_rows: int
    """Entries; half as many postings and operations."""

    @property
    def postings(self) -> int:
        """Return how many postings."""
        return self.ledger_rows // ENTRIES


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of the ledger, table by table."""

    operations: list[Row]
    postings: list[Row]
    entries: list[Row]


class Books:
    """Makes the rows, in order, chunk by chunk. Everything lies in the year before `until`."""

    def __init__(self, size: Size, until: datetime) -> None:
        self.size = size
        self._until = until.astimezone(UTC)
        self._chance = random.Random(size.subscribers)
        self._balances = array("q", bytes(8 * size.subscribers))
        self._system: Counter[str] = Counter()
        self._seq, self._previous = 0, ledger.FIRST

    def subscribers(self, first: int, last: int) -> Iterator[Row]:
        """Yield rows of subscribers."""
        since = str((self._until - timedelta(days=800)).date())
        for n in range(first, min(last, self.size.subscribers)):
            yield (owner(n), phone(n), f"Subscriber {n}", "classic", since, "ru", "moscow", "individual",
                   None, None, None, 0)  # fmt: skip

    def packages(self, first: int, last: int) -> Iterator[Row]:
        """Yield rows of packages: three for everybody."""
        until = str((self._until + timedelta(days=20)).date())
        for n in range(first, min(last, self.size.subscribers)):
            for kind, left, total in (("minutes", 320, 600), ("sms", 45, 100), ("data", 7680, 15360)):
                yield (f"{kind}{n:027x}", owner(n), kind, left, total, until, "tariff")

    def ledger(self, count: int) -> Chunk:
        """Return the next rows of the ledger, no more than the size asks for."""
        chunk = Chunk([], [], [])
        step = timedelta(days=360) / max(1, self.size.postings)
        begin = self._until - timedelta(days=360)
        for seq in range(self._seq + 1, min(self._seq + count, self.size.postings) + 1):
            self._post(chunk, seq, begin + step * seq)
        self._seq += len(chunk.postings)
        return chunk

    def accounts(self) -> Iterator[Row]:
        """Yield rows of ledger accounts as the postings so far leave them."""
        for name, balance in sorted(self._system.items()):
            yield (ledger.system(name), "system", "RUB", balance)
        for n, balance in enumerate(self._balances):
            yield (ledger.main(owner(n)), owner(n), "RUB", balance)

    def _post(self, chunk: Chunk, seq: int, at: datetime) -> None:
        """Add one operation, its posting and entries; the digest is that of `ledger.digest`, spelled out."""
        n = seq - 1 if seq <= self.size.subscribers else self._chance.randrange(self.size.subscribers)
        kind, sign, system = _KINDS[seq & 3 if seq > self.size.subscribers else 0]
        amount = sign * (self._chance.getrandbits(15) + 1)
        who, written, name = owner(n), at.strftime("%Y-%m-%d %H:%M:%S.%f"), f"{seq:032x}"
        sides = ((f"{who}:main", amount), (f"system:{system}:RUB", -amount))
        covered = (
            f'["{self._previous}",{seq},"effect","{written.replace(" ", "T")}+00:00",'
            f'["{name}","{who}","{kind}","",{_IN_JSON},{amount}],'
            f'[[1,"{sides[0][0]}",{amount}],[2,"{sides[1][0]}",{-amount}]]]'
        )
        digest = hashlib.sha256(covered.encode()).hexdigest()
        chunk.operations.append(
            (name, who, kind, "", _PARAMETERS, amount, "office", "posted", written, None, None, 1)
        )
        chunk.postings.append((seq, name, "effect", written, self._previous, digest))
        chunk.entries.extend((seq, number, *side) for number, side in enumerate(sides, start=1))
        self._previous = digest
        self._balances[n] += amount
        self._system[system] -= amount


def owner(number: int) -> str:
    """Return a subscriber's id."""
    return f"{number:032x}"


def phone(number: int) -> str:
    """Return a subscriber's phone."""
    return f"+79{number:09d}"
