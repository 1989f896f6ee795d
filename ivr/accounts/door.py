"""The only way into the account core: a session per call, asked by name and arguments."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace

from ivr.accounts.case import Case
from ivr.accounts.catalogue import Catalogue, load_catalogue
from ivr.accounts.clock import WallClock
from ivr.accounts.corporate import CASES as CORPORATE
from ivr.accounts.desk import Caller, Desk, LoginRules, MoneyRules
from ivr.accounts.individual import CASES as INDIVIDUAL
from ivr.accounts.papers.model import PaperOptions
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Chance, Clock, Hasher, Sms, Store
from ivr.accounts.records_money import Operation
from ivr.accounts.strength import deny_list
from ivr.dialogue.queries import Outcome, UseCase
from ivr.errors import AccountsError


class Session:
    """One call at one door: remembers who the caller has turned out to be."""

    def __init__(self, desk: Desk, cases: Mapping[str, Case], caller: Caller) -> None:
        self._desk = desk
        self._cases = cases
        self._caller = caller

    @property
    def caller(self) -> Caller:
        """Who is on the line, as far as known."""
        return self._caller

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        """Run one use case. Raises AccountsError when it cannot be done; a refusal is an outcome, not an
        error."""
        case = self._cases.get(name)
        if case is None:
            raise AccountsError(f"there is no use case {name}", remedy="run `ivr check`")
        await self._heard()
        return await case(self._desk, self._caller, **arguments)

    async def _heard(self) -> None:
        """The call has gone on since an operation was done: its outcome was heard."""
        if self._caller.unheard is None:
            return
        async with self._desk.store.write() as work:
            done = await work.get(Operation, self._caller.unheard)
            if done is not None:
                await work.put(replace(done, told=True))
                await work.commit()
        self._caller.unheard = None


class Accounts:
    """The account core, built once."""

    def __init__(
        self,
        store: Store,
        hasher: Hasher,
        sms: Sms,
        *,
        clock: Clock | None = None,
        chance: Chance | None = None,
        rules: LoginRules | None = None,
        money: MoneyRules | None = None,
        links: str = "https://pay.example/{id}",
        papers: PaperOptions | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        deny_list()
        self.desk = Desk(
            store=store,
            clock=clock or WallClock(),
            chance=chance or random.SystemRandom(),
            hasher=hasher,
            sms=sms,
            catalogue=catalogue or load_catalogue(),
            login=rules or LoginRules(),
            money=money or MoneyRules(),
            links=links,
            papers=papers or PaperOptions(),
        )
        self._cases = {case.declaration.name: case for case in (*INDIVIDUAL, *CORPORATE)}

    @property
    def use_cases(self) -> Mapping[str, UseCase]:
        """Every use case by name, for the flow checker and the runner."""
        return declared_use_cases()

    def session(self, line: str | None, door: str) -> Session:
        """Begin a call. `line`: the calling line in any form, or None; `door`: 0505, 0500, 0555, ussd, web
        ..."""
        return Session(self.desk, self._cases, Caller(door=door, line=read_phone(line)))

    def case(self, name: str) -> Case:
        """Return a use case with the function behind it. Raises KeyError."""
        return self._cases[name]

    async def close(self) -> None:
        """Let go of the store, the message centre and the hasher's threads."""
        await asyncio.to_thread(self.desk.hasher.close)  # it waits for hashes under way
        await self.desk.sms.close()
        await self.desk.store.close()


def declared_use_cases() -> Mapping[str, UseCase]:
    """Return the declaration of every use case by name; needs no store."""
    return {case.declaration.name: case.declaration for case in (*INDIVIDUAL, *CORPORATE)}
