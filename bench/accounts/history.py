"""Is there a serial history? A small checker over the ledger that a run of writers left.

1. The audit finds nothing: every posting balances, the hash chain holds, balances are sums of entries.
2. Every acknowledged operation has exactly one posting, and every posting of the run was acknowledged.
3. Replayed in the ledger's order from nothing, every account ends with the balance that is kept, and nobody
   sent money they did not have at that moment.
4. The order respects time: what was acknowledged before something else was asked for comes before it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from bench.accounts.people import Answer
from ivr.accounts import audit, ledger
from ivr.accounts.ports import Store
from ivr.accounts.record import at_least
from ivr.accounts.records_money import Entry, LedgerAccount, Posting


async def faults(store: Store, answers: Mapping[int, Answer], before: int) -> list[str]:
    """Return what is wrong, a sentence each. `before`: the last posting's seq when the run began."""
    found = await audit.check_ledger(store)
    async with store.read() as reader:
        postings = await reader.find(Posting, at_least("seq", before + 1), order="seq")
        entries = await reader.find(Entry, order="posting")
        kept = {one.id: one.balance for one in await reader.find(LedgerAccount)}
    acknowledged = {answer.operation: answer for answer in answers.values()}
    found += _once(postings, acknowledged)
    found += _replayed(entries, kept)
    found += _in_time([acknowledged[one.operation] for one in postings if one.operation in acknowledged])
    if sum(balance for name, balance in kept.items() if ledger.unit_of(name) == "RUB"):
        found.append("money appeared or vanished")
    return found


def _once(postings: list[Posting], acknowledged: Mapping[str, Answer]) -> Iterator[str]:
    counts = Counter(one.operation for one in postings)
    yield from (f"{name} was acknowledged and is not there" for name in acknowledged.keys() - counts.keys())
    yield from (f"{name} is there and was not acknowledged" for name in counts.keys() - acknowledged.keys())
    yield from (f"{name} was posted {count} times" for name, count in counts.items() if count > 1)


def _replayed(entries: list[Entry], kept: Mapping[str, int]) -> Iterator[str]:
    balances: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        balances[entry.account] += entry.amount
        if entry.account.endswith(":main") and balances[entry.account] < 0:
            yield f"{entry.account} sent money it did not have in posting {entry.posting}"
    yield from (f"{name} keeps another balance" for name in kept if kept[name] != balances[name])


def _in_time(answers: list[Answer]) -> Iterator[str]:
    latest = float("-inf")
    for answer in answers:
        if answer.told < latest:
            yield f"{answer.operation} comes after what was asked for when it had been acknowledged"
        latest = max(latest, answer.asked)
