"""A request that is asked again gets the same answer and is done once, whatever dies in between.

The rules:
1. The answer is kept in the unit of work that has the effect: there is no moment at which one is durable and
   the other is not. Nothing has to be taken over, timed out or repaired afterwards.
2. A use case's last unit of work waits for its answer; earlier ones of the same use case are committed when
   the next begins, or when a password is hashed, so that nobody waits for them.
3. Two processes that do the same request at once: the second finds the first's answer, loses its own work and
   repeats that answer.
4. Other parameters under the same key are refused. Faults are not kept: what failed may be tried again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from ivr.accounts.case import Case
from ivr.accounts.choice import SPOKEN
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.journal import canonical
from ivr.accounts.ports import Conflict, First, Hasher, R, Reader, Store, Work
from ivr.accounts.record import Record, Where
from ivr.accounts.records_access import ApiAnswer
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError

KEPT = timedelta(hours=24)
"""How long an answer is repeated."""


class KeyReused(AccountsError):  # noqa: N818 - a fact about the request, not a fault
    """The idempotency key was used for something else."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may come again."""

    scope: str
    """Client id and owner of the account."""
    key: str
    """The client's idempotency key."""
    fingerprint: str
    """Keyed digest of what is asked."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An outcome as it goes out: its values are plain JSON already."""

    outcome: str
    values: Mapping[str, object]
    repeated: bool = False
    """True when it was kept from the first time."""
    language: str = ""
    """The language of its words, kept with them; empty: that of the request."""


def fingerprint(desk: Desk, name: str, arguments: Mapping[str, object]) -> str:
    """Return a keyed digest of what is asked; arguments as they came, secrets among them."""
    return desk.hasher.mark(Secret(f"request:{name}:{canonical(arguments)}"))


async def known(desk: Desk, request: Request) -> Answered | None:
    """Return the answer that was kept for a request. Raises KeyReused."""
    async with desk.store.read() as reader:
        kept = await reader.get(ApiAnswer, request.scope, request.key)
    if kept is None or kept.expires <= desk.clock.now():
        return None
    if kept.fingerprint != request.fingerprint:
        raise KeyReused("this idempotency key has been used for something else")
    answer = json.loads(kept.answer)
    language = answer.get("language", "")  # the release before kept none
    return Answered(answer["outcome"], answer["values"], repeated=True, language=language)


async def ask_once(
    desk: Desk, case: Case, caller: Caller, arguments: Mapping[str, object], request: Request
) -> Answered:
    """Run a use case whose answer is kept with its effect. Raises KeyReused, AccountsError."""
    earlier = await known(desk, request)
    if earlier is not None:
        return earlier
    language = caller.language  # before a use case that changes it
    held = HeldStore(desk.store)
    own = replace(desk, store=held, hasher=_Committing(desk.hasher, held))
    try:
        answered = replace(told(await case(own, caller, **arguments)), language=language)
        await held.finish(desk, request, answered)
    except Conflict:
        first = await known(desk, request)
        if first is None:
            raise
        return first
    finally:
        await held.abandon()
    return answered


def told(outcome: Outcome) -> Answered:
    """Return an outcome as it goes out: dates as texts, without the words that only a call listens for."""
    return Answered(outcome.name, {name: _plain(value) for name, value in outcome.values.items()})


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [{name: _plain(one) for name, one in item.items() if name != SPOKEN} for item in value]
    return value if isinstance(value, str | int | None) else str(value)


class HeldWork:
    """A unit of work whose commit is noted and waits."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.committed = False

    async def get(self, kind: type[R], /, *key: object) -> R | None:
        """Return the record with this key, or None."""
        return await self._work.get(kind, *key)

    async def find(
        self, kind: type[R], /, *conditions: Where, order: str = "", limit: int | None = None, **equal: object
    ) -> list[R]:
        """Return the matching records, see `Reader.find`."""
        return await self._work.find(kind, *conditions, order=order, limit=limit, **equal)

    async def add(self, record: Record) -> None:
        """Keep a new record. Raises Conflict."""
        await self._work.add(record)

    async def put(self, record: Record) -> None:
        """Replace the record with the same key. Raises Conflict."""
        await self._work.put(record)

    async def remove(self, record: Record) -> None:
        """Remove the record with this key. Raises Conflict."""
        await self._work.remove(record)

    async def commit(self) -> None:
        """Note that everything is to become durable, with the answer or before the next unit of work."""
        self.committed = True


class HeldStore:
    """A store for one use case, whose last unit of work becomes durable together with its answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stack = AsyncExitStack()
        self._held: Work | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """Open one consistent look, which sees everything committed so far."""
        await self.commit_held()
        async with self._store.read() as reader:
            yield reader

    @asynccontextmanager
    async def write(self, *first: First) -> AsyncIterator[Work]:
        """Open a unit of work; the one before it is committed."""
        await self.commit_held()
        real = await self._stack.enter_async_context(self._store.write(*first))
        held = HeldWork(real)
        try:
            yield held
        finally:
            if held.committed:
                self._held = real
            else:
                await self._stack.aclose()

    async def close(self) -> None:
        """Nothing: the store belongs to others."""

    async def commit_held(self) -> None:
        """Make what is held durable, without an answer."""
        if self._held is not None:
            work, self._held = self._held, None
            await work.commit()
            await self._stack.aclose()

    async def finish(self, desk: Desk, request: Request, answered: Answered) -> None:
        """Keep the answer and make everything durable. Raises Conflict when somebody answered before."""
        if self._held is None:
            self._held = await self._stack.enter_async_context(self._store.write())
        now = desk.clock.now()
        text = canonical(
            {"outcome": answered.outcome, "values": answered.values, "language": answered.language}
        )
        answer = ApiAnswer(request.scope, request.key, request.fingerprint, text, now + KEPT)
        kept = await self._held.get(ApiAnswer, request.scope, request.key)
        if kept is not None and kept.expires > now:
            raise Conflict("the request has been answered by another process")
        await (self._held.put(answer) if kept else self._held.add(answer))
        await self.commit_held()

    async def abandon(self) -> None:
        """Undo what is still held: nothing was answered, so nothing was done."""
        self._held = None
        await self._stack.aclose()


class _Committing:
    """A hasher that lets nobody wait: hashing takes long, so what is held is committed before."""

    def __init__(self, hasher: Hasher, held: HeldStore) -> None:
        self._hasher, self._held = hasher, held

    async def hash(self, password: Secret) -> str:
        """Return the text to keep."""
        await self._held.commit_held()
        return await self._hasher.hash(password)

    async def verify(self, kept: str | None, password: Secret) -> bool:
        """Tell whether the password is the kept one."""
        await self._held.commit_held()
        return await self._hasher.verify(kept, password)

    def mark(self, password: Secret) -> str:
        """Return a quick keyed digest."""
        return self._hasher.mark(password)

    def close(self) -> None:
        """Nothing: the hasher belongs to others."""
