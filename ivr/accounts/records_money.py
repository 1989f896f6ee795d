"""What is kept about money: ledger accounts, operations, postings and their entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ivr.accounts.record import Record, Schema


@dataclass(frozen=True, slots=True)
class LedgerAccount(Record):
    """One account of the double-entry ledger."""

    SCHEMA: ClassVar[Schema] = Schema("ledger_accounts", ("id",), indexes=(("owner",),))

    id: str
    """`OWNER:main`, `OWNER:blocked`, `OWNER:bonus`, or `system:NAME`."""
    owner: str
    """Subscriber or contract id, or `system`."""
    unit: str
    """RUB (kopecks) or BONUS (points); entries balance within each unit."""
    balance: int
    """Sum of its entries, kept up to date with them. Positive: the owner has money with us."""


@dataclass(frozen=True, slots=True)
class Operation(Record):
    """Something asked for in an account, through any door, whether money moves or not."""

    SCHEMA: ClassVar[Schema] = Schema("operations", ("id",), indexes=(("owner", "at"), ("expires",)))

    id: str
    """Unique for ever; the caller's confirmation and every retry carry it."""
    owner: str
    """Subscriber or contract id whose account it is."""
    kind: str
    """The use case's name."""
    subject: str
    """What it is about: an option's code, a phone number, a setting; may be empty."""
    parameters: str
    """Everything that was confirmed, as canonical JSON: the same id with other parameters is refused."""
    amount: int
    """What it costs (negative) or brings (positive) the owner, kopecks."""
    door: str
    """The door it came through: 0505, 0500, ussd, web, job ..."""
    state: str
    """prepared, posted or expired."""
    at: datetime
    """When it was prepared, or posted if it needed no confirmation."""
    line: str | None = None
    """The calling line, E.164, when there was one."""
    expires: datetime | None = None
    """When an unconfirmed one lapses."""
    told: bool = False
    """True when the caller has heard the outcome."""


@dataclass(frozen=True, slots=True)
class Posting(Record):
    """One link of the hash chain over everything that moved."""

    SCHEMA: ClassVar[Schema] = Schema(
        "postings",
        ("seq",),
        unique=(("operation", "part"),),
        references={"operation": "operations"},
        indexes=(("at",),),
    )

    seq: int
    """1, 2, 3 ... without gaps."""
    operation: str
    """Operation id."""
    part: str
    """Which movement of the operation: an operation may post several, each once."""
    at: datetime
    """When it was posted."""
    previous: str
    """Digest of the link before, 64 zeros for the first."""
    digest: str
    """SHA-256 of the link before, this link's fields and its entries."""


@dataclass(frozen=True, slots=True)
class Entry(Record):
    """One side of a movement; a posting's entries sum to zero per unit."""

    SCHEMA: ClassVar[Schema] = Schema(
        "entries",
        ("posting", "number"),
        references={"posting": "postings", "account": "ledger_accounts"},
        indexes=(("account", "posting"),),
    )

    posting: int
    """Posting's seq."""
    number: int
    """1, 2 ... within the posting."""
    account: str
    """Ledger account id."""
    amount: int
    """Kopecks or points, positive into the account."""
