"""`db check`: does the ledger balance, does the hash chain hold, does everything posted have its
operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ivr.accounts import ledger
from ivr.accounts.catalogue import Catalogue
from ivr.accounts.individual.ringback import PREFIX
from ivr.accounts.ports import Reader, Store
from ivr.accounts.record import at_least, below
from ivr.accounts.records import Subscriber
from ivr.accounts.records_money import Entry, LedgerAccount, Operation, Posting
from ivr.accounts.records_services import Connection, Plan

_AT_ONCE = 1000


async def check_ledger(store: Store) -> list[str]:
    """Return every fault of the ledger as a sentence; none is right. Reads a thousand postings at a time."""
    faults: list[str] = []
    sums: defaultdict[str, int] = defaultdict(int)
    async with store.read() as reader:
        previous, first = ledger.FIRST, 1
        while postings := await reader.find(
            Posting, at_least("seq", first), below("seq", first + _AT_ONCE), order="seq"
        ):
            previous = await _check(reader, postings, first, previous, sums, faults)
            first = postings[-1].seq + 1
        if await reader.find(Posting, at_least("seq", first), limit=1):
            faults.append(f"postings are missing from {first}")
        kept = {account.id: account for account in await reader.find(LedgerAccount)}
    return faults + list(_balances(kept, sums))


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
    for seq, posting in enumerate(postings, start=first):
        operation = await reader.get(Operation, posting.operation)
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


def _balances(kept: dict[str, LedgerAccount], sums: dict[str, int]) -> Iterator[str]:
    for name in sorted(kept.keys() | sums.keys()):
        balance = kept[name].balance if name in kept else None
        if balance != sums.get(name, 0):
            yield f"account {name}: keeps {balance}, its entries sum to {sums.get(name, 0)}"
