"""What every part of the machine uses: a core of its own, the model beside it, and how it is asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.ports import Store
from ivr.accounts.seed import TEAM
from ivr.accounts.sms import KeptSms
from ivr.accounts.staff import staff_session
from ivr.accounts.staff.registry import first_senior
from ivr.dialogue.queries import Outcome
from tests.accounts.conftest import NOON
from tests.accounts.helpers import CATALOGUE, CHEAP, DEBTOR, JOHN, MARIA, RICH
from tests.accounts.machine.begin import begin

PEOPLE = (MARIA, JOHN, RICH, DEBTOR)
STAFF = tuple(phone for phone, *_ in TEAM)
people, staff = st.sampled_from(PEOPLE), st.sampled_from(STAFF)
groups = st.sampled_from([*((phone,) for phone in STAFF), STAFF[2:], STAFF])


class Base(RuleBasedStateMachine):
    """Subclasses have the rules, and say where records are kept."""

    hasher: ClassVar[Argon2Hasher] = Argon2Hasher(b"p" * 32, CHEAP)
    loop: ClassVar[asyncio.AbstractEventLoop]
    opened: ClassVar[Callable[[], Store]]
    """Opens a store that holds the demonstration subscribers and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.sms, self.codes = VirtualClock(NOON), KeptSms(), 0
        self.store = type(self).opened()
        self.accounts = Accounts(
            self.store, self.hasher, self.sms, clock=self.clock, chance=random.Random(1), catalogue=CATALOGUE
        )
        self.model, self.contract = self.do(begin(self.store))
        self.ids = {mine.id: phone for phone, mine in self.model.numbers.items()}
        self.done: set[str] = set()
        self.do(first_senior(self.accounts.desk, "anna", "Anna"))
        for login, role in (("boris", "senior"), ("olya", "operator")):
            assert self.tell("anna", "set_staff", login=login, name=login, role=role).name == "ok"

    def teardown(self) -> None:
        assert self.do(audit.check_ledger(self.store)) == []
        self.do(self.store.close())

    def do(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def ask(self, phone: str, name: str, /, **arguments: object) -> Outcome:
        """Ask in a call from a number's own line, recognised; a company's number is signed in."""
        return self.ask_from(phone, phone, name, **arguments)

    def ask_from(self, line: str, phone: str, name: str, /, **arguments: object) -> Outcome:
        """Ask for a number in a call from another line."""
        session = self.accounts.session(line, "0505")
        mine = self.model.numbers[phone]
        session.caller.subscriber, session.caller.proof = mine.id, "line"
        session.caller.contract = self.contract if mine.company else None
        outcome = self.do(session.ask(name, arguments))
        assert isinstance(outcome, Outcome)
        return outcome

    def tell(self, login: str, name: str, /, **arguments: object) -> Outcome:
        """Let one of the operator's staff ask."""
        outcome = self.do(staff_session(self.accounts.desk, login).ask(name, arguments))
        assert isinstance(outcome, Outcome)
        return outcome

    def all(self, kind: type[Any]) -> list[Any]:
        async def read() -> list[Any]:
            async with self.store.read() as reader:
                return await reader.find(kind)

        found: list[Any] = self.do(read())
        return found
