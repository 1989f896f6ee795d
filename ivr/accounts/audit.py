"""`db check`: does the ledger balance, does the hash chain hold, does everything posted have its
operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator

from ivr.accounts import ledger
from ivr.accounts.catalogue import Catalogue
from ivr.accounts.individual.ringback import PREFIX
from ivr.accounts.ports import Reader, Store
from ivr.accounts.record import at_least, below, one_of
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Entry, LedgerAccount, Operation, Posting
from ivr.accounts.records_services import Connection, Plan

Told = Callable[[int, int], None]

_AT_ONCE = 1000


async def check_ledger(store: Store, told: Told = lambda _done, _all: None) -> list[str]:
    """Return every fault of the ledger as a sentence; none is right.

    Reads a thousand postings at a time; only the sum of each account is held in memory. `told` hears how many
    postings of how many have been checked.
    """
    faults: list[str] = []
    sums: defaultdict[str, int] = defaultdict(int)
    async with store.read() as reader:
        last = await reader.find(Posting, order="-seq", limit=1)
        count = last[0].seq if last else 0
        previous, first = ledger.FIRST, 1
        while postings := await reader.find(
            Posting, at_least("seq", first), below("seq", first + _AT_ONCE), order="seq"
        ):
            previous = await _check(reader, postings, first, previous, sums, faults)
            first = postings[-1].seq + 1
            told(first - 1, count)
        if first <= count:
            faults.append(f"postings are missing from {first}")
        return faults + [fault async for fault in _balances(reader, sums)]


async def check_catalogue(store: Store, catalogue: Catalogue) -> list[str]:
    """Return what numbers have that the catalogue does not know any more, a sentence each; none is right."""
    async with store.read() as reader:
        tariffs = {one.tariff for one in await reader.find(Subscriber)}
        tariffs |= {one.next_tariff for one in await reader.find(Plan) if one.next_tariff}
        options = {one.option for one in await reader.find(Connection)}
    melodies = {name for name in options if name.startswith(PREFIX)}
    lost = {f"tariff {name}" for name in tariffs - catalogue.tariffs.keys()}
    lost |= {f"option {name}" for name in options - melodies - catalogue.options.keys()}
    lost |= {
        f"melody {n.removeprefix(PREFIX)}"
        for n in melodies
        if n.removeprefix(PREFIX) not in catalogue.melodies
    }
    return [f"{one} is in use and not in the catalogue" for one in sorted(lost)]


async def _check(
    reader: Reader,
    postings: list[Posting],
    first: int,
    previous: str,
    sums: defaultdict[str, int],
    faults: list[str],
) -> str:
    entries: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in await reader.find(Entry, at_least("posting", first), below("posting", first + _AT_ONCE)):
        entries[entry.posting].append(entry)
        sums[entry.account] += entry.amount
    named = one_of("id", tuple({posting.operation for posting in postings}))
    operations = {operation.id: operation for operation in await reader.find(Operation, named)}
    for seq, posting in enumerate(postings, start=first):
        operation = operations.get(posting.operation)
        faults.extend(_faults(posting, seq, previous, operation, entries[posting.seq]))
        previous = posting.digest
    return previous


def _faults(
    posting: Posting, seq: int, previous: str, operation: Operation | None, entries: list[Entry]
) -> Iterator[str]:
    if posting.seq != seq:
        yield f"posting {posting.seq}: {seq} was expected"
    if posting.previous != previous:
        yield f"posting {posting.seq}: does not follow the one before"
    if operation is None:
        yield f"posting {posting.seq}: has no operation"
    elif posting.digest != ledger.digest(posting, operation, entries):
        yield f"posting {posting.seq}: has been altered"
    if operation is not None and operation.state != "posted":
        yield f"posting {posting.seq}: its operation is {operation.state}"
    units: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        units[ledger.unit_of(entry.account)] += entry.amount
    if not entries or any(units.values()):
        yield f"posting {posting.seq}: does not balance"


async def _balances(reader: Reader, sums: dict[str, int]) -> AsyncIterator[str]:
    """Compare every account with the sum of its entries, a thousand at a time; `sums` is used up."""
    last = ""
    while found := await reader.find(LedgerAccount, at_least("id", last), limit=_AT_ONCE):
        accounts = [account for account in found if account.id != last]
        if not accounts:
            break
        for account in accounts:
            total = sums.pop(account.id, 0)
            if account.balance != total:
                yield f"account {account.id}: keeps {account.balance}, its entries sum to {total}"
        last = accounts[-1].id
    for name in sorted(name for name, total in sums.items() if total):
        yield f"account {name}: keeps None, its entries sum to {sums[name]}"
