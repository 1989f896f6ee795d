"""Rules of the operator's staff: adjustments, and what a second person decides."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from ivr.accounts.seed import COMPANY
from tests.accounts.machine.base import PEOPLE, Base
from tests.accounts.machine.lives import Adjusted, adjusted, decided

accounts = st.sampled_from([*PEOPLE, "company"])
amounts = st.sampled_from([-60_000_00, -600_00, -5_00, 5_00, 600_00, 2_000_00])


class Operators(Base):
    """Olya is an operator, Anna and Boris are seniors."""

    @rule(account=accounts, amount=amounts, login=st.sampled_from(["olya", "anna"]), times=st.integers(1, 2))
    def adjust(self, account: str, amount: int, login: str, times: int) -> None:
        self.codes += 1
        made = Adjusted(f"adjustment-{self.codes}", account, amount, login, self.model.day, "open")
        expected = adjusted(self.model.adjusted, self.model.money[account], made)
        number = COMPANY if account == "company" else account
        given = {"adjustment": made.id, "account": number, "amount": amount, "reason": "asked"}
        for _ in range(times):
            assert self.tell(login, "adjust", **given).name == expected, made
        if expected == "refused":
            return
        self.model.adjusted.append(made)
        if expected == "posted":
            self.post(made)

    @rule(number=st.integers(-4, -1), login=st.sampled_from(["anna", "boris"]), approve=st.booleans())
    def decide(self, number: int, login: str, approve: bool) -> None:
        if len(self.model.adjusted) < -number:
            return
        one = self.model.adjusted[number]
        money, day = self.model.money[one.account], self.model.day
        expected = decided(one, money, login, day, approve=approve)
        name = "approve_adjustment" if approve else "reject_adjustment"
        outcome = self.tell(login, name, adjustment=one.id)
        assert outcome.values.get("code", outcome.name) == expected, one
        if expected == "posted":
            one.second = True
            self.post(one)
        elif expected == "rejected":
            one.state = "rejected"

    def post(self, one: Adjusted) -> None:
        """The model moves the money."""
        one.state = "posted"
        self.model.money[one.account] += one.amount
        self.model.messages[one.account] += one.account != "company"
