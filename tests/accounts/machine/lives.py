"""The model's logins, voices and adjustments: what a number has beside money."""

from __future__ import annotations

from dataclasses import dataclass, field

TRIES = 5
ALONE, ADJUSTED_DAYS = 1_000_00, 3
"""Kopecks that one person may adjust alone within a day; days that a proposal waits."""


@dataclass
class Login:
    """What guards a login. A day's end is the end of everything that lasts minutes."""

    password: str | None = None
    temporary: str | None = None
    sent: int = -1
    """The day of the temporary password."""
    tries: int = 0
    wrong: int = -1
    """The day of the last wrong try."""
    blocked: bool = False

    def judge(self, guess: str, day: int) -> str:
        """Judge a try that has not to wait: ok, wrong or blocked."""
        if self.blocked:
            return "blocked"
        if guess == self.password or (guess == self.temporary and self.sent == day):
            if guess != self.password:
                self.temporary, self.sent = None, -1
            self.tries, self.wrong = 0, -1
            return "ok"
        self.tries, self.wrong = self.tries + 1, day
        if self.tries < TRIES:
            return "wrong"
        self.blocked, self.password, self.temporary, self.sent = True, None, None, -1
        return "blocked"

    def choose(self, password: str) -> None:
        """A new password opens it."""
        self.password, self.temporary, self.sent = password, None, -1
        self.tries, self.wrong, self.blocked = 0, -1, False

    def recover(self, day: int, *, arrives: bool) -> str:
        """Ask for a temporary password: sent, not_sent or too_often."""
        if self.sent == day:
            return "too_often"
        self.tries, self.wrong, self.blocked = 0, -1, False
        self.temporary, self.sent = ("", day) if arrives else (None, -1)
        return "sent" if arrives else "not_sent"


@dataclass
class Voice:
    """How a number is spoken with, as texts."""

    language: str = "ru"
    kept: dict[str, str] = field(default_factory=dict)


@dataclass
class Adjusted:
    """An adjustment somebody asked for."""

    id: str
    account: str
    """A phone, or `company`."""
    amount: int
    by: str
    day: int
    state: str
    second: bool = False
    """Whether another person decided."""


def adjusted(known: list[Adjusted], money: int, asked: Adjusted) -> str:
    """Return what comes of an adjustment that is asked for the first time."""
    if money < -asked.amount and asked.amount < 0:
        return "refused"
    alone = sum(
        abs(one.amount)
        for one in known
        if (one.account, one.by, one.state, one.second) == (asked.account, asked.by, "posted", False)
        and one.day >= asked.day - 1
    )
    return "posted" if alone + abs(asked.amount) <= ALONE else "proposed"


def decided(one: Adjusted, money: int, who: str, day: int, *, approve: bool) -> str:
    """Return what comes of a decision: posted, rejected or the code of a refusal."""
    if one.by == who:
        return "same_person"
    if one.state != "open":
        return "lapsed" if one.state == "expired" else "decided_already"
    if one.day + ADJUSTED_DAYS <= day:
        return "lapsed"
    if approve and one.amount < 0 and money < -one.amount:
        return "no_money"
    return "posted" if approve else "rejected"
