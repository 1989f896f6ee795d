"""What every account must hold, by the rules alone: plain numbers and dictionaries, no store, no clock.

Days are counted from the beginning. The rules are those of docs/decisions/0013 and 0015 and of the catalogue;
they are written down here a second time, on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.accounts.helpers import CATALOGUE
from tests.accounts.machine.lives import Adjusted, Login, Voice

MONTH, LOAN_DAYS, LOAN_FEE, TRANSFER_FEE = 30, 5, 20_00, 5_00
MELODY = "melody:"
FIRST = date(2026, 11, 22)
"""The day from which days are counted: limits are for a month of the calendar."""


@dataclass
class Plan:
    """The course of a tariff."""

    tariff: str
    due: int
    unpaid: bool = False
    ordered: str | None = None
    starts: int = 0
    held: int = 0


@dataclass
class Service:
    """An option or a melody."""

    due: int | None
    unpaid: bool = False


@dataclass
class Number:
    """One number and its account; a company's numbers are paid by `payer`."""

    id: str
    payer: str
    company: bool
    plan: Plan
    packages: list[tuple[str, int, int, str]] = field(default_factory=list)
    """Kind, left, last day, source."""
    services: dict[str, Service] = field(default_factory=dict)
    forwards: dict[str, str] = field(default_factory=dict)
    unwanted: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    limit: int = 0
    sent: dict[int, list[int]] = field(default_factory=dict)
    """Day -> what was transferred."""
    loan: tuple[int, int] | None = None
    """Kopecks lent, the day they are taken back."""
    lost: bool = False
    login: Login = field(default_factory=Login)
    voice: Voice = field(default_factory=Voice)
    employee: tuple[str, str] = ("", "")
    """Name and position."""
    charged: Counter[tuple[int, int]] = field(default_factory=Counter)
    """(Year, month) -> what a company was charged for it."""


@dataclass
class Model:
    """Every account. Numbers are named by their phone, accounts by phone or `company`."""

    numbers: dict[str, Number]
    money: dict[str, int]
    points: dict[str, int]
    messages: Counter[str] = field(default_factory=Counter)
    """How many messages were written to each phone."""
    day: int = 0
    direct: int = 0
    """How many messages were sent at once, kept nowhere."""
    adjusted: list[Adjusted] = field(default_factory=list)
    orders: int = 0
    scheduled: set[str] = field(default_factory=set)
    """Documents that come every month."""

    def spend(self, phone: str, amount: int) -> None:
        """Count what a company is charged for a number."""
        self.numbers[phone].charged[self._month()] += amount

    def spent(self, phone: str) -> int:
        """Return what a company was charged for a number this month."""
        return self.numbers[phone].charged[self._month()]

    def over_limit(self, phone: str, cost: int) -> bool:
        """Tell whether a charge would take a number over its limit."""
        limit = self.numbers[phone].limit
        return limit > 0 and self.spent(phone) + cost > limit

    def _month(self) -> tuple[int, int]:
        day = FIRST + timedelta(days=self.day)
        return day.year, day.month

    def refuses(self, kind: str, phone: str, given: Mapping[str, object]) -> bool:
        """Tell whether something must be refused."""
        rule: Callable[..., bool] = getattr(self, f"_refuses_{kind}")
        return rule(phone, **given)

    def apply(self, kind: str, phone: str, given: Mapping[str, object]) -> None:
        """Do something that was not refused."""
        effect: Callable[..., None] = getattr(self, f"_do_{kind}")
        effect(phone, **given)

    def _poor(self, payer: str, price: int) -> bool:
        """What costs nothing is had in debt as well."""
        return price > 0 and self.money[payer] < price

    def _refuses_transfer(self, phone: str, to: str, amount: int) -> bool:
        mine = self.numbers[phone]
        today = mine.sent.get(self.day, [])
        return (
            phone == to
            or not 10_00 <= amount <= 5_000_00
            or mine.loan is not None
            or sum(today) + amount > 15_000_00
            or len(today) >= 5
            or self.money[phone] < amount + TRANSFER_FEE
        )

    def _do_transfer(self, phone: str, to: str, amount: int) -> None:
        self.money[phone] -= amount + TRANSFER_FEE
        self.money[to] += amount
        self.numbers[phone].sent.setdefault(self.day, []).append(amount)
        self.messages[to] += 1

    def _refuses_promised_payment(self, phone: str, amount: int) -> bool:
        mine = self.numbers[phone]
        wrong = amount not in {100_00, 200_00, 300_00}
        return wrong or mine.loan is not None or self.money[phone] + amount <= 0

    def _do_promised_payment(self, phone: str, amount: int) -> None:
        self.money[phone] += amount
        self.numbers[phone].loan = (amount, self.day + LOAN_DAYS)
        self.messages[phone] += 1

    def _refuses_top_up(self, phone: str, to: str, amount: int) -> bool:
        return False

    def _do_top_up(self, phone: str, to: str, amount: int) -> None:
        self.money[to] += amount
        self.points[to] += amount // 10_00
        self.messages[to] += 1

    def _refuses_spend_bonus(self, phone: str, offer: str) -> bool:
        return self.points[phone] < CATALOGUE.rewards[offer].points

    def _do_spend_bonus(self, phone: str, offer: str) -> None:
        reward = CATALOGUE.rewards[offer]
        self.points[phone] -= reward.points
        self.money[phone] += reward.rubles
        self._give(phone, reward.gives, self.day + reward.days - 1, offer)

    def _refuses_extend_package(self, phone: str, package: str) -> bool:
        more = CATALOGUE.tariffs[self.numbers[phone].plan.tariff].extend.get(package)
        return more is None or self._poor(phone, more.price)

    def _do_extend_package(self, phone: str, package: str) -> None:
        more = CATALOGUE.tariffs[self.numbers[phone].plan.tariff].extend[package]
        self.money[phone] -= more.price
        self._give(phone, {package: more.amount}, self.day + MONTH - 1, "extension")

    def _refuses_connect(self, phone: str, option: str) -> bool:
        one, mine = CATALOGUE.options[option], self.numbers[phone]
        return self.unsuitable(phone, option) or self._poor(mine.payer, one.price + one.fee)

    def unsuitable(self, phone: str, option: str) -> bool:
        """Tell whether an option does not suit a number, money apart."""
        one, have = CATALOGUE.options[option], set(self.numbers[phone].services)
        clash = {o for o in have if not o.startswith(MELODY) and option in CATALOGUE.options[o].excludes}
        company = "company" if self.numbers[phone].company else "individual"
        wrong_segment = bool(one.terms.segments) and company not in one.terms.segments
        return (
            wrong_segment or option in have or bool(clash | one.excludes & have) or not one.requires <= have
        )

    def _do_connect(self, phone: str, option: str) -> None:
        one, mine = CATALOGUE.options[option], self.numbers[phone]
        self.money[mine.payer] -= one.price + one.fee
        self.spend(phone, one.price + one.fee)
        lasts = 1 if one.period == "day" else MONTH
        if one.period != "once":
            mine.services[option] = Service(self.day + lasts if one.fee or one.gives else None)
        self._give(phone, one.gives, self.day + lasts - 1, option)
        self.messages[phone] += 1

    def _refuses_disconnect(self, phone: str, option: str) -> bool:
        have = self.numbers[phone].services
        needed = any(option in CATALOGUE.options[o].requires for o in have if not o.startswith(MELODY))
        return option not in have or needed

    def _do_disconnect(self, phone: str, option: str) -> None:
        del self.numbers[phone].services[option]
        self.messages[phone] += 1

    def _refuses_change_tariff(self, phone: str, tariff: str) -> bool:
        plan, wanted = self.numbers[phone].plan, CATALOGUE.tariffs[tariff]
        return plan.tariff == tariff or plan.ordered is not None or self._poor(phone, wanted.change)

    def _do_change_tariff(self, phone: str, tariff: str) -> None:
        plan, price = self.numbers[phone].plan, CATALOGUE.tariffs[tariff].change
        self.money[phone] -= price
        plan.ordered, plan.starts, plan.held = tariff, max(plan.due, self.day + 1), price
        self.messages[phone] += 1

    def _refuses_set_ringback_tone(self, phone: str, melody: str) -> bool:
        known = MELODY + melody in self.numbers[phone].services
        return known or self._poor(phone, CATALOGUE.melodies[melody].fee)

    def _do_set_ringback_tone(self, phone: str, melody: str) -> None:
        self.money[phone] -= CATALOGUE.melodies[melody].fee
        self.silence(phone)
        self.numbers[phone].services[MELODY + melody] = Service(self.day + MONTH)

    def silence(self, phone: str) -> bool:
        """Take the melody off; tell whether there was one."""
        services = self.numbers[phone].services
        found = [name for name in services if name.startswith(MELODY)]
        for name in found:
            del services[name]
        return bool(found)

    def _give(self, phone: str, gives: Mapping[str, int], until: int, source: str) -> None:
        self.numbers[phone].packages += [(kind, amount, until, source) for kind, amount in gives.items()]
