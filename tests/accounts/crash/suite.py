"""Cuts an operation at every await, in every way, and tells what was not right afterwards."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import re
import signal
import socket
import sys
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ivr.accounts import audit, ledger
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from ivr.errors import AccountsError
from tests.accounts.conftest import NOON
from tests.accounts.crash.awaits import At, Awaits, common, place, whole_place
from tests.accounts.crash.operations import Money
from tests.accounts.crash.places import Left, Place
from tests.accounts.helpers import CATALOGUE, CHEAP

T = TypeVar("T")
HASHER = Argon2Hasher(b"p" * 32, CHEAP)
TOLD = "told"
"""What a victim says when it has been given its outcome; before that it tells the place of each await."""


@dataclass
class Report:
    """What came of cutting one operation."""

    name: str
    existing: int = 0
    """Awaits of the operation."""
    killed: set[int] = field(default_factory=set)
    """Awaits at which a process was killed."""
    cut: set[int] = field(default_factory=set)
    """Awaits at which the database was taken away."""
    connected: int = 0
    """Awaits of the operation when its store has its connections already."""
    cut_connected: set[int] = field(default_factory=set)
    """Those of them at which the database was taken away."""
    states: int = 0
    """Different states found afterwards."""
    posts: set[str] = field(default_factory=set)
    """Where it posts to the ledger, `module.py:function`."""
    faults: list[str] = field(default_factory=list)


class Operation:
    """One operation in its place: its beginning kept, its awaits listed, its right end known."""

    def __init__(self, loop: asyncio.AbstractEventLoop, place: Place, money: Money) -> None:
        self._loop, self._place, self._money = loop, place, money
        self._report = Report(money.name)
        self._verdicts: dict[str, str] = {}
        self._places: list[str] = []
        self._whole: list[str] = []
        self._is_connected = False
        self._held = ""
        self._store = SqlStore(place.url, KINDS)

    def run(self) -> Report:
        """Cut it everywhere."""
        self._list()
        again = self._list_connected()
        for number in self._look():
            self._kill(number)
        self._kill_after_it_was_told()
        self._cut_all(again)
        self._report.states = len(self._verdicts)
        self._do(self._store.close())
        return self._report

    def _look(self) -> list[int]:
        """Stop a process at every await and judge what it would leave behind if it were killed there.

        Return the awaits before and after which that changed: where to kill processes in earnest.
        """
        left = self._watched()
        for number, one in left.items():
            if one != left.get(number - 1):
                self._place.bring(one)
                self._judge(number, "stopped", told=False)
            self._report.killed.add(number)
        self._put_back()
        moved = {n for n in left if n > 1 and left[n] != left[n - 1]}
        return sorted(moved | {n - 1 for n in moved})

    def _watched(self) -> dict[int, Left]:
        """Run a victim from await to await; return what it would leave behind at each."""
        left: dict[int, Left] = {}
        ours, theirs = os.pipe()
        go, wait = socket.socketpair()
        child = self._forked(lambda number, _: _stop_and_tell(theirs, wait, number), theirs)
        os.close(theirs)
        wait.close()
        with os.fdopen(ours) as pipe:
            for line in pipe:
                if line.strip() == TOLD:
                    break
                os.kill(child, signal.SIGSTOP)
                os.waitpid(child, os.WUNTRACED)
                left[int(line)] = self._do(self._place.left())
                os.kill(child, signal.SIGCONT)
                go.send(b"!")
        go.close()
        os.waitpid(child, 0)
        return left

    def _list(self) -> None:
        """Do it whole: list its awaits, and learn what must be there in the end."""
        self._do(self._place.start())
        self._held = self._do(self._money.prepare(opened(self._store, 1)))
        self._do(self._store.close())
        self._do(self._place.keep())
        self._before = self._do(self._place.state())
        awaits = Awaits(self._note)
        with ledger_watched(self._report.posts):
            said = self._act(awaits)
        assert said == "done", f"{self._money.name}: {said}"
        self._report.existing = awaits.count
        self._after = self._do(self._place.state())
        self._right = self._do(contents(opened(self._store, 3)))
        assert self._before != self._after, f"{self._money.name} leaves no trace"
        self._put_back()

    def _note(self, _: int, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._places.append(place(coroutine))
        self._whole.append(whole_place(coroutine))

    def _list_connected(self) -> dict[int, int]:
        """List its awaits when there are connections already; return which of all its awaits those are."""
        found: list[str] = []
        self._connect()
        assert self._act(Awaits(lambda _, coroutine: found.append(whole_place(coroutine)))) == "done"
        self._report.connected = len(found)
        self._put_back()
        return common(self._whole, found)

    def _act(self, awaits: Awaits) -> str:
        """Do the operation as a process does that has just started, its awaits counted."""
        awaits.watch(self._loop)
        said = self._do(answer(counted(awaits, self._money.act(opened(self._store, 2), self._held))))
        self._loop.set_task_factory(None)
        return said

    def _kill(self, number: int) -> None:
        heard = self._victim(number)
        if heard in {"", TOLD}:
            self._fault(number, "killed", "the await was not reached again")
            return
        self._report.killed.add(number)
        self._judge(number, "killed", told=False)

    def _kill_after_it_was_told(self) -> None:
        heard = self._victim(0)
        self._judge(0, "killed", told=heard == TOLD)

    def _victim(self, number: int) -> str:
        """Do it in a process that is killed at one await (0: once it has told its outcome).

        Returns the last that was heard of it: the place of that await, or TOLD; nothing if it got to neither.
        """

        def at(now: int, coroutine: Coroutine[Any, Any, Any]) -> None:
            if now == number:
                os.write(theirs, place(coroutine).encode())
                os.kill(os.getpid(), signal.SIGKILL)

        ours, theirs = os.pipe()
        child = self._forked(at, theirs)
        os.close(theirs)
        with os.fdopen(ours, encoding="utf-8") as pipe:
            heard = pipe.read()
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "a victim got away"
        assert os.WTERMSIG(status) == signal.SIGKILL, "a victim died of something else"
        return heard.strip()

    def _forked(self, at: At, pipe: int) -> int:
        """Start a process that does the operation, tells when it is done, and is killed at the end."""
        self._close()
        child = os.fork()
        if child:
            return child
        try:
            gc.disable()
            self._loop = asyncio.new_event_loop()
            if self._act(Awaits(at)) == "done":
                os.write(pipe, f"{TOLD}\n".encode())
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("a victim lives on")

    def _cut_all(self, again: dict[int, int]) -> None:
        """Cut it at every await: with its connections there, then at those that are only met without.

        `again`: which awaits those with connections are. To connect costs more than all the rest.
        """
        numbers = {with_: number for number, with_ in again.items()}
        for number in range(1, self._report.connected + 1):
            self._connect()
            if self._cut(number, numbers.get(number, 0)):
                self._report.cut_connected.add(number)
                self._report.cut |= {numbers[number]} if number in numbers else set()
        for number in sorted(set(range(1, len(self._places) + 1)) - set(again)):
            self._close()
            if self._cut(number, number):
                self._report.cut.add(number)

    def _connect(self) -> None:
        """Let the store have its connections, as when it has been at work for a while."""
        if not self._is_connected:
            assert self._do(still_works(opened(self._store, 3))) == "yes"
            self._is_connected = True

    def _close(self) -> None:
        self._do(self._store.close())
        self._is_connected = False

    def _cut(self, when: int, number: int) -> bool:
        """Take the database away at one await, in a process that lives on; tell whether it was reached."""
        reached = []

        def at(now: int, _: object) -> None:
            if now == when:
                reached.append(now)
                self._place.cut()

        said = self._act(Awaits(at))
        self._place.mend()
        if said not in {"done", "error"}:
            self._fault(number, "cut", f"the caller was told {said}")
        if self._do(answer(still_works(opened(self._store, 3)))) != "yes":
            self._fault(number, "cut", "afterwards the process does not work any more")
        self._is_connected = True
        self._judge(number, "cut", told=said == "done")
        return bool(reached)

    def _judge(self, number: int, how: str, *, told: bool) -> None:
        """See that the state is one of the right ones, and put the beginning back."""
        state = self._do(self._place.state())
        if self._money.atomic and told and state != self._after:
            self._fault(number, how, "the client was told that it is done, and it is not")
        if self._money.atomic and state not in {self._before, self._after}:
            self._fault(number, how, "half of it is there")
        if state not in self._verdicts:
            self._verdicts[state] = self._do(self._done_again())
            if self._verdicts[state]:
                self._fault(number, how, self._verdicts[state])
            self._put_back()
        elif state != self._before:
            self._put_back()

    async def _done_again(self) -> str:
        """The client asks again, with the same id: everything must be as if it had been done once."""
        faults = await audit.check_ledger(self._store)
        if faults:
            return f"the audit finds {faults}"
        said = await self._money.act(opened(self._store, 4), self._held)
        if said != "done":
            return f"asking again is answered {said}"
        if await contents(opened(self._store, 3)) != self._right:
            return "asking again leaves something else than doing it once"
        return "; ".join(await audit.check_ledger(self._store))

    def _put_back(self) -> None:
        self._close()
        self._do(self._place.put_back())

    def _fault(self, number: int, how: str, what: str) -> None:
        where = self._places[number - 1] if number else "after the answer, or while connections are looked at"
        self._report.faults.append(f"{self._money.name}, {how} at await {number} ({where}): {what}")

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)


def opened(store: SqlStore, seed: int) -> Accounts:
    """Return the account core as a process builds it after its start, at noon, with a chance of its own."""
    return Accounts(
        store, HASHER, KeptSms(), clock=VirtualClock(NOON), chance=random.Random(seed), catalogue=CATALOGUE
    )


def _stop_and_tell(pipe: int, wait: socket.socket, number: int) -> None:
    os.write(pipe, f"{number}\n".encode())
    wait.recv(1)


async def counted(awaits: Awaits, work: Awaitable[T]) -> T:
    """Do the work while its awaits are counted."""
    awaits.counting = True
    try:
        return await work
    finally:
        awaits.counting = False


async def answer(work: Coroutine[Any, Any, str]) -> str:
    """Return what a caller would be told: an outcome's name, or `error` for the one documented error."""
    try:
        async with asyncio.timeout(20):
            return await work
    except AccountsError:
        return "error"


async def still_works(accounts: Accounts) -> str:
    """Read, and commit an empty unit of work: whatever a broken one left behind would be written with it.

    In this order both use one connection.
    """
    for _ in range(2):  # a connection that broke unnoticed may cost one more question
        try:
            async with accounts.desk.store.read() as reader:
                await reader.find(KINDS[0], limit=1)
            async with accounts.desk.store.write() as work:
                await work.commit()
            await _settled()
        except AccountsError:
            continue
        return "yes"
    return "no"


async def _settled() -> None:
    """Return when what a store does after its answer is over too: the next operation finds it at rest."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


@contextmanager
def ledger_watched(posts: set[str]) -> Iterator[None]:
    """Note who posts to the ledger meanwhile."""
    post = ledger.post

    def noted(*arguments: Any, **named: Any) -> Awaitable[None]:
        caller = sys._getframe(1).f_code
        posts.add(f"{Path(caller.co_filename).name}:{caller.co_name}")
        return post(*arguments, **named)

    ledger.post = noted  # type: ignore[assignment]  # the real one stands behind it
    try:
        yield
    finally:
        ledger.post = post


_MADE_UP = re.compile(r"[0-9a-f]{32,64}")


async def contents(accounts: Accounts) -> list[str]:
    """Return everything kept, without what chance decides: ids and the digests over them."""
    async with accounts.desk.store.read() as reader:
        found = [record for kind in KINDS for record in await reader.find(kind)]
    return sorted(_MADE_UP.sub("~", repr(record)) for record in found)
