"""The double-entry ledger: integer kopecks and bonus points, balanced postings, a hash chain over all of
them.

1. A posting's entries sum to zero in every unit, none is zero, and no account occurs twice.
2. A posting belongs to an operation and is named within it: the same movement cannot be posted twice.
3. A ledger account's balance is written together with its entries.
4. Every posting's digest covers the digest before it, its operation as confirmed, and its entries.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ivr.accounts.ports import Reader, Work
from ivr.accounts.record import at_least, one_of
from ivr.accounts.records_money import Entry, LedgerAccount, Operation, Posting
from ivr.errors import AccountsError

FIRST = "0" * 64
"""What the first link of the chain follows."""

_NEARLY_AT_ONCE = 100
_JSON = json.JSONEncoder(separators=(",", ":"))


def main(owner: str) -> str:
    """Return the id of the owner's money account."""
    return f"{owner}:main"


def blocked(owner: str) -> str:
    """Return the id of the account that holds what is set aside."""
    return f"{owner}:blocked"


def owed(owner: str) -> str:
    """Return the id of the account that shows, negative, what the owner was lent."""
    return f"{owner}:owed"


def bonus(owner: str) -> str:
    """Return the id of the owner's bonus points."""
    return f"{owner}:bonus"


def system(name: str, unit: str = "RUB") -> str:
    """Return the id of one of the operator's own accounts: cash, revenue, opening ..."""
    return f"system:{name}:{unit}"


def unit_of(account: str) -> str:
    """Return the unit an account counts in: RUB (kopecks) or BONUS (points)."""
    return "BONUS" if account.endswith((":bonus", ":BONUS")) else "RUB"


async def balance(reader: Reader, account: str) -> int:
    """Return an account's balance; one never used has 0."""
    found = await reader.get(LedgerAccount, account)
    return found.balance if found else 0


async def movements(reader: Reader, account: str, since: datetime) -> list[tuple[datetime, Operation, int]]:
    """Return what moved on an account since then, oldest first: when, the operation, the amount."""
    # By `at`, which has an index: by `seq` the database would walk the whole ledger up to then. Clocks of
    # several machines differ a little, so the first by seq is looked for among the first by time.
    first = await reader.find(Posting, at_least("at", since), order="at", limit=_NEARLY_AT_ONCE)
    if not first:
        return []
    least = min(posting.seq for posting in first)
    entries = await reader.find(Entry, at_least("posting", least), order="posting", account=account)
    found = await reader.find(Posting, one_of("seq", tuple(entry.posting for entry in entries)))
    postings = {posting.seq: posting for posting in found}
    operations = await reader.find(Operation, one_of("id", tuple({one.operation for one in found})))
    by_id = {operation.id: operation for operation in operations}
    moved = [(postings[entry.posting], entry.amount) for entry in entries]
    return [
        (posting.at, by_id[posting.operation], amount) for posting, amount in moved if posting.at >= since
    ]


async def post(
    work: Work, operation: Operation, movements: Mapping[str, int], at: datetime, part: str = "effect"
) -> None:
    """Post one balanced movement, ledger account id -> amount. Raises AccountsError when it does not
    balance."""
    movements = {account: amount for account, amount in movements.items() if amount}
    _must_balance(movements.items())
    last = await work.find(Posting, order="-seq", limit=1)
    seq, previous = (last[0].seq + 1, last[0].digest) if last else (1, FIRST)
    entries = [Entry(seq, i, *pair) for i, pair in enumerate(sorted(movements.items()), start=1)]
    draft = Posting(seq, operation.id, part, at, previous, "")
    await work.add(replace(draft, digest=digest(draft, operation, entries)))
    for entry in entries:
        await _apply(work, entry)


def digest(posting: Posting, operation: Operation, entries: Iterable[Entry]) -> str:
    """Return the link's SHA-256, hex: what rule 4 says."""
    covered = [
        posting.previous,
        posting.seq,
        posting.part,
        posting.at.astimezone(UTC).isoformat(timespec="microseconds"),
        [
            operation.id,
            operation.owner,
            operation.kind,
            operation.subject,
            operation.parameters,
            operation.amount,
        ],
        [[entry.number, entry.account, entry.amount] for entry in entries],
    ]
    return hashlib.sha256(_JSON.encode(covered).encode()).hexdigest()


async def _apply(work: Work, entry: Entry) -> None:
    account = await work.get(LedgerAccount, entry.account)
    if account is None:
        owner = entry.account.split(":")[0]
        await work.add(LedgerAccount(entry.account, owner, unit_of(entry.account), entry.amount))
    else:
        await work.put(replace(account, balance=account.balance + entry.amount))
    await work.add(entry)


def _must_balance(movements: Iterable[tuple[str, int]]) -> None:
    sums: defaultdict[str, int] = defaultdict(int)
    for account, amount in movements:
        sums[unit_of(account)] += amount
    if not sums or any(sums.values()):
        raise AccountsError("a posting does not balance")
