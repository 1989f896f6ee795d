"""A door in a thread of its own, for clients that block: what schemathesis is."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from ivr.accounts.access import create_client
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.records import Subscriber
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.web.server import serving
from tests.accounts.helpers import CATALOGUE, CHEAP, MARIA
from tests.web.helpers import NOON, WIDE, Api, choose_company_password, choose_password, client_of

T = TypeVar("T")


class Running:
    """The door, its address and key, and ways into its loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._stack = AsyncExitStack()
        self.sms = KeptSms()
        self.tokens: dict[str, str] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the door's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def start(self) -> None:
        """Open the accounts and the door."""
        hasher, store = Argon2Hasher(b"p" * 32, CHEAP), MemoryStore(KINDS)
        clock, chance = VirtualClock(NOON), random.Random(505)
        self.accounts = Accounts(store, hasher, self.sms, clock=clock, chance=chance, catalogue=CATALOGUE)
        self._stack.push_async_callback(self.accounts.close)
        await seed_demo(self.accounts.desk)
        _, key = await create_client(self.accounts.desk, "tester")
        port = await self._stack.enter_async_context(serving(self.accounts, WIDE))
        _, reporting = await create_client(self.accounts.desk, "bank", payments=True)
        self.reporting = reporting.reveal()
        self.key, self.base = key.reveal(), f"http://127.0.0.1:{port}"
        self.api: Api = await self._stack.enter_async_context(client_of(self.accounts, self.base, self.key))

    async def close(self) -> None:
        """Close both."""
        await self._stack.aclose()

    async def sign_in(self) -> None:
        """Choose both passwords anew by telephone, which opens blocked logins, and sign in."""
        async with self.accounts.desk.store.write() as work:  # a lost phone that was found again
            (maria,) = await work.find(Subscriber, phone=MARIA)
            await work.put(replace(maria, blocked=False))
            await work.commit()
        await choose_password(self.accounts)
        self.accounts.desk.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]  # the virtual one
        await choose_company_password(self.accounts, self.sms)
        for group, signed in (("individual", await self.api.login()), ("company", await self.api.company())):
            self.tokens[group] = signed.headers["Authorization"]


@contextmanager
def running() -> Iterator[Running]:
    """Run a door in a thread until left."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = Running(loop)
    try:
        made.run(made.start())
        yield made
        made.run(made.close())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
