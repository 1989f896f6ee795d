"""Any sequence of money use cases, against a pure model of what the accounts must hold."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.individual.top_up import issue_voucher
from ivr.accounts.jobs import run_due
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.opening import open_store
from ivr.accounts.ports import Store
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.conftest import NOON
from tests.accounts.helpers import CATALOGUE, CHEAP, DEBTOR, JOHN, MARIA, RICH, called

PHONES = (MARIA, JOHN, RICH, DEBTOR)


@dataclass
class Model:
    """What each account must hold, kopecks and points, by the rules alone."""

    money: dict[str, int] = field(
        default_factory=lambda: {MARIA: 245_50, JOHN: 512_00, RICH: 1_000_000_00, DEBTOR: -37_20}
    )
    points: dict[str, int] = field(default_factory=lambda: {MARIA: 340, JOHN: 120, RICH: 25_000, DEBTOR: 0})
    owed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PHONES, 0))
    due: dict[str, int] = field(default_factory=dict)
    """Day on which a loan is taken back."""
    sent: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    """(phone, day) -> transfers of that day."""
    day: int = 0

    def may_transfer(self, frm: str, amount: int) -> bool:
        today = self.sent.get((frm, self.day), [])
        return (
            10_00 <= amount <= 5_000_00
            and not self.owed[frm]
            and sum(today) + amount <= 15_000_00
            and len(today) < 5
            and self.money[frm] >= amount + 5_00
        )

    def transfer(self, frm: str, to: str, amount: int) -> None:
        self.money[frm] -= amount + 5_00
        self.money[to] += amount
        self.sent.setdefault((frm, self.day), []).append(amount)

    def may_lend(self, who: str, amount: int) -> bool:
        return not self.owed[who] and self.money[who] + amount > 0

    def pass_days(self, days: int) -> None:
        self.day += days
        for who in [who for who, due in self.due.items() if due <= self.day]:
            self.money[who] -= self.owed[who] + 20_00
            self.owed[who] = 0
            del self.due[who]


@dataclass(frozen=True)
class Ticket:
    """A check and what it answered."""

    kind: str
    who: str
    other: str
    amount: int
    operation: str
    """Empty when it was refused."""


class MoneyMachine(RuleBasedStateMachine):
    """Runs on memory; a subclass runs on SQLite."""

    prepared = Bundle("prepared")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock, self.model = VirtualClock(NOON), Model()
        self.hasher, self.vouchers = Argon2Hasher(b"p" * 32, CHEAP), 0
        self.done: set[str] = set()
        self.born: dict[str, int] = {}
        self.accounts = Accounts(
            self.opened(),
            self.hasher,
            KeptSms(),
            clock=self.clock,
            chance=random.Random(1),
            catalogue=CATALOGUE,
        )

    def opened(self) -> Store:
        return MemoryStore(KINDS)

    def teardown(self) -> None:
        self.loop.run_until_complete(self.accounts.close())
        self.loop.close()

    def ticket(self, kind: str, who: str, other: str, amount: int, outcome: Outcome) -> Ticket:
        operation = str(outcome.values.get("operation", ""))
        self.born[operation] = self.model.day
        return Ticket(kind, who, other, amount, operation)

    def ask(self, phone: str, name: str, /, **arguments: object) -> Outcome:
        async def call() -> Outcome:
            return await (await called(self.accounts, phone)).ask(name, arguments)

        return self.loop.run_until_complete(call())

    @initialize()
    def seed(self) -> None:
        self.loop.run_until_complete(seed_demo(self.accounts.desk))

    @rule(
        target=prepared,
        frm=st.sampled_from(PHONES),
        to=st.sampled_from(PHONES),
        amount=st.integers(0, 600_000),
    )
    def check_transfer(self, frm: str, to: str, amount: int) -> Ticket:
        outcome = self.ask(frm, "check_transfer", phone=to, amount=amount)
        fine = frm != to and self.model.may_transfer(frm, amount)
        assert outcome.name == ("allowed" if fine else "refused")
        return self.ticket("transfer", frm, to, amount, outcome)

    @rule(
        target=prepared, who=st.sampled_from(PHONES), amount=st.sampled_from([100_00, 200_00, 300_00, 150_00])
    )
    def check_promised_payment(self, who: str, amount: int) -> Ticket:
        outcome = self.ask(who, "check_promised_payment", amount=amount)
        fine = amount != 150_00 and self.model.may_lend(who, amount)
        assert outcome.name == ("allowed" if fine else "refused")
        return self.ticket("promised_payment", who, "", amount, outcome)

    @rule(target=prepared, who=st.sampled_from(PHONES))
    def check_option(self, who: str) -> Ticket:
        outcome = self.ask(who, "check_option", option="sms50")
        assert outcome.name == ("allowed" if self.model.money[who] >= 50_00 else "refused")
        return self.ticket("connect", who, "", 50_00, outcome)

    @rule(target=prepared, who=st.sampled_from(PHONES), rubles=st.integers(1, 900))
    def check_voucher(self, who: str, rubles: int) -> Ticket:
        self.vouchers += 1
        code, amount = Secret(f"voucher {self.vouchers}"), rubles * 100
        self.loop.run_until_complete(issue_voucher(self.accounts.desk, code, amount, days=100_000))
        outcome = self.ask(who, "check_voucher", voucher=code)
        assert outcome.name == "allowed"
        return self.ticket("top_up", who, "", amount, outcome)

    @rule(ticket=prepared, times=st.integers(1, 3))
    def confirm(self, ticket: Ticket, times: int) -> None:
        if not ticket.operation:
            return
        for _ in range(times):
            expected = self.expected(ticket)
            outcome = self.ask(ticket.who, ticket.kind, operation=ticket.operation)
            assert outcome.name == expected, outcome
            if expected == "done" and ticket.operation not in self.done:
                self.done.add(ticket.operation)
                self.apply(ticket)

    def expected(self, ticket: Ticket) -> str:
        if ticket.operation in self.done:
            return "done"
        if self.born[ticket.operation] < self.model.day:
            return "expired"
        return "done" if self.would(ticket) else "refused"

    def would(self, ticket: Ticket) -> bool:
        if ticket.kind == "transfer":
            return self.model.may_transfer(ticket.who, ticket.amount)
        if ticket.kind == "promised_payment":
            return self.model.may_lend(ticket.who, ticket.amount)
        return ticket.kind == "top_up" or self.model.money[ticket.who] >= ticket.amount

    def apply(self, ticket: Ticket) -> None:
        model, who, amount = self.model, ticket.who, ticket.amount
        if ticket.kind == "transfer":
            model.transfer(who, ticket.other, amount)
        elif ticket.kind == "promised_payment":
            model.money[who] += amount
            model.owed[who], model.due[who] = amount, model.day + 5
        elif ticket.kind == "top_up":
            model.money[who] += amount
            model.points[who] += amount // 10_00
        else:
            model.money[who] -= amount

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        if self.model.day + days >= 19:
            return
        self.clock.advance(timedelta(days=days))
        self.model.pass_days(days)
        for _ in range(2):
            self.loop.run_until_complete(run_due(self.accounts.desk))

    @invariant()
    def accounts_hold_what_the_model_says(self) -> None:
        for phone in PHONES:
            values = self.ask(phone, "balance").values
            if values:
                model = (self.model.money[phone], self.model.points[phone], self.model.owed[phone])
                assert (values["amount"], values["bonus"], values["owed"]) == model

    @invariant()
    def the_ledger_is_sound(self) -> None:
        assert self.loop.run_until_complete(audit.check_ledger(self.accounts.desk.store)) == []


class SqliteMoneyMachine(MoneyMachine):
    """The same on SQLite, each run in a file of its own."""

    def opened(self) -> Store:
        self.folder = Path(tempfile.mkdtemp(prefix="ivr-money-"))
        url = f"sqlite+aiosqlite:///{self.folder / 'accounts.sqlite'}"
        return self.loop.run_until_complete(open_store(url))

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


TestMoneyOnMemory = MoneyMachine.TestCase
TestMoneyOnMemory.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestMoneyOnSqlite = SqliteMoneyMachine.TestCase
TestMoneyOnSqlite.settings = settings(
    max_examples=4, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
