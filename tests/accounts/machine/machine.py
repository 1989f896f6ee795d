"""Any sequence of use cases, individual and corporate, with days passing between, against the pure model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, rule

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock, today
from ivr.accounts.corporate.payments import receive_company_payment
from ivr.accounts.individual.top_up import issue_voucher, receive_payment
from ivr.accounts.jobs import run_due
from ivr.accounts.outbox import deliver_due
from ivr.accounts.records import Login, Package, Subscriber
from ivr.accounts.records_company import Limit, Tag
from ivr.accounts.records_money import LedgerAccount
from ivr.accounts.records_services import Connection, Forward, Message, PaymentLink, Plan, Unwanted
from ivr.accounts.records_staff import Adjustment
from ivr.accounts.senders import SmsSender
from ivr.dialogue.queries import Outcome, Secret
from tests.accounts.conftest import NOON
from tests.accounts.helpers import CATALOGUE
from tests.accounts.machine.base import STAFF, groups, people
from tests.accounts.machine.model import Number
from tests.accounts.machine.office import Office
from tests.accounts.machine.operators import Operators
from tests.accounts.machine.person import Person
from tests.accounts.machine.upkeep import catch_up

OPTIONS = ("sms50", "weather", "data5", "data10", "turbo", "social", "pbx", "wait_call")


@dataclass(frozen=True)
class Ticket:
    """A check that allowed something."""

    act: str
    kind: str
    phone: str
    given: dict[str, Any]
    operation: str
    day: int


class Machine(Person, Office, Operators):
    """Everything; the rules here are those of money."""

    prepared: Bundle[Ticket] = Bundle("prepared")
    steps: ClassVar[int] = 0
    """How many steps all runs made."""
    audited: ClassVar[int] = 1
    """After how many steps the ledger is audited, beside the end."""

    def check(self, act: str, kind: str, phone: str, given: dict[str, Any], asked: Outcome) -> Any:
        """A check allows what the model allows; what it allows may be confirmed, now or later."""
        refused = self.model.refuses(kind, phone, given)
        assert (asked.name == "refused") == refused, (kind, given, asked)
        if refused:
            return multiple()
        return Ticket(act, kind, phone, given, str(asked.values["operation"]), self.model.day)

    @rule(target=prepared, phone=people, to=people, amount=st.integers(0, 600_000))
    def check_transfer(self, phone: str, to: str, amount: int) -> Any:
        asked = self.ask(phone, "check_transfer", phone=to, amount=amount)
        return self.check("transfer", "transfer", phone, {"to": to, "amount": amount}, asked)

    @rule(target=prepared, phone=people, amount=st.sampled_from([100_00, 200_00, 300_00, 150_00]))
    def check_promised_payment(self, phone: str, amount: int) -> Any:
        asked = self.ask(phone, "check_promised_payment", amount=amount)
        return self.check("promised_payment", "promised_payment", phone, {"amount": amount}, asked)

    @rule(target=prepared, phone=people, to=people, rubles=st.integers(1, 900))
    def check_voucher(self, phone: str, to: str, rubles: int) -> Any:
        self.codes += 1
        code, given = Secret(f"voucher {self.codes}"), {"to": to, "amount": rubles * 100}
        self.do(issue_voucher(self.accounts.desk, code, rubles * 100, days=1000))
        if to == phone:
            return self.check(
                "top_up", "top_up", phone, given, self.ask(phone, "check_voucher", voucher=code)
            )
        asked = self.ask(phone, "check_top_up_other", phone=to, voucher=code)
        return self.check("top_up_other", "top_up", phone, given, asked)

    @rule(target=prepared, phone=people, offer=st.sampled_from(["pay100", "data1"]))
    def check_bonus_offer(self, phone: str, offer: str) -> Any:
        asked = self.ask(phone, "check_bonus_offer", offer=offer)
        return self.check("spend_bonus", "spend_bonus", phone, {"offer": offer}, asked)

    @rule(target=prepared, phone=people, package=st.sampled_from(["data", "minutes", "sms"]))
    def check_extend_package(self, phone: str, package: str) -> Any:
        asked = self.ask(phone, "check_extend_package", kind=package)
        return self.check("extend_package", "extend_package", phone, {"package": package}, asked)

    @rule(target=prepared, phone=people, option=st.sampled_from(OPTIONS), by_code=st.booleans())
    def check_option(self, phone: str, option: str, by_code: bool) -> Any:
        given = {"option": option}
        if by_code:
            asked = self.ask(phone, "check_code", code=CATALOGUE.options[option].code)
            return self.check("connect_by_code", "connect", phone, given, asked)
        return self.check("connect", "connect", phone, given, self.ask(phone, "check_option", option=option))

    @rule(target=prepared, phone=people, option=st.sampled_from(OPTIONS))
    def check_disconnect(self, phone: str, option: str) -> Any:
        asked = self.ask(phone, "check_disconnect", option=option)
        return self.check("disconnect", "disconnect", phone, {"option": option}, asked)

    @rule(target=prepared, phone=people, tariff=st.sampled_from(["light", "talk", "unlimited", "classic"]))
    def check_tariff(self, phone: str, tariff: str) -> Any:
        asked = self.ask(phone, "check_tariff", tariff=tariff)
        return self.check("change_tariff", "change_tariff", phone, {"tariff": tariff}, asked)

    @rule(target=prepared, phone=people, melody=st.sampled_from(["waltz", "sea"]))
    def check_ringback_tone(self, phone: str, melody: str) -> Any:
        asked = self.ask(phone, "check_ringback_tone", melody=melody)
        return self.check("set_ringback_tone", "set_ringback_tone", phone, {"melody": melody}, asked)

    @rule(ticket=prepared, times=st.integers(1, 2))
    def confirm(self, ticket: Ticket, times: int) -> None:
        for _ in range(times):
            expected = self.expected(ticket)
            outcome = self.ask(ticket.phone, ticket.act, operation=ticket.operation)
            assert outcome.name == expected, (ticket, outcome, expected)
            if expected == "done" and ticket.operation not in self.done:
                self.done.add(ticket.operation)
                self.model.apply(ticket.kind, ticket.phone, ticket.given)

    def expected(self, ticket: Ticket) -> str:
        if ticket.operation in self.done:
            return "done"
        if ticket.day < self.model.day:
            return "expired"
        return "refused" if self.model.refuses(ticket.kind, ticket.phone, ticket.given) else "done"

    @rule(phone=people, rubles=st.integers(50, 900), times=st.integers(1, 2))
    def pay_by_link(self, phone: str, rubles: int, times: int) -> None:
        assert self.ask(phone, "payment_link", amount=rubles * 100).name == "sent"
        self.model.messages[phone] += 1
        (link,) = [one for one in self.all(PaymentLink) if one.operation is None]
        for again in range(times):
            news = self.do(receive_payment(self.accounts.desk, link.id, f"of {link.id}"))
            assert news == (again == 0)
        self.model.apply("top_up", phone, {"to": phone, "amount": rubles * 100})

    @rule(phone=people)
    def ringback_tone_off(self, phone: str) -> None:
        was_on = self.model.silence(phone)
        assert self.ask(phone, "ringback_tone_off").name == ("ok" if was_on else "none")

    @rule(phone=people, kind=st.sampled_from(["busy", "no_answer"]), to=people, on=st.booleans())
    def forwarding(self, phone: str, kind: str, to: str, on: bool) -> None:
        mine = self.model.numbers[phone].forwards
        if on:
            outcome = self.ask(phone, "set_forwarding", kind=kind, phone=to)
            assert outcome.name == ("refused" if to == phone else "ok")
            mine.update({kind: to} if to != phone else {})
        else:
            assert self.ask(phone, "remove_forwarding", kind=kind).name == ("ok" if kind in mine else "none")
            mine.pop(kind, None)

    @rule(phone=people, other=people, on=st.booleans())
    def black_list(self, phone: str, other: str, on: bool) -> None:
        mine = self.model.numbers[phone].unwanted
        if on:
            outcome = self.ask(phone, "black_list_add", phone=other)
            assert outcome.name == ("refused" if other == phone or other in mine else "ok")
            mine |= {other} - {phone}
        else:
            outcome = self.ask(phone, "black_list_remove", phone=other)
            assert (outcome.name == "ok") == (other in mine), outcome
            mine.discard(other)

    @rule(phones=groups, tag=st.sampled_from(["склад", "офис"]), on=st.booleans())
    def tag_numbers(self, phones: tuple[str, ...], tag: str, on: bool) -> None:
        name, had = ("tag_numbers" if on else "untag_numbers"), 0
        for phone in phones:
            mine = self.model.numbers[phone].tags
            had += tag in mine
            (mine.add if on else mine.discard)(tag)
        outcome = self.ask(STAFF[0], name, numbers=",".join(phones), tag=tag)
        assert outcome.values["count"] == (len(phones) - had if on else had)

    @rule(phones=groups, rubles=st.sampled_from([0, 300, 5_000]))
    def set_limit(self, phones: tuple[str, ...], rubles: int) -> None:
        assert self.ask(STAFF[0], "set_limit", numbers=",".join(phones), amount=rubles * 100).name == "ok"
        for phone in phones:
            self.model.numbers[phone].limit = rubles * 100

    @rule(rubles=st.integers(1, 9_000), times=st.integers(1, 2))
    def company_pays(self, rubles: int, times: int) -> None:
        self.codes += 1
        for _ in range(times):
            pays = receive_company_payment(
                self.accounts.desk, self.contract, rubles * 100, "bank", f"bank {self.codes}"
            )
            assert self.do(pays).state == "posted"
        self.model.money["company"] += rubles * 100

    @rule(
        phones=groups,
        option=st.sampled_from(["fleet", "weather", "data5", "data10"]),
        times=st.integers(1, 2),
    )
    def connect_for(self, phones: tuple[str, ...], option: str, times: int) -> None:
        one = CATALOGUE.options[option]
        suited = [
            phone
            for phone in phones
            if not self.model.unsuitable(phone, option)
            and not self.model.over_limit(phone, one.price + one.fee)
        ]
        poor = self.model.money["company"] < len(suited) * (one.price + one.fee)
        asked = self.ask(STAFF[0], "check_option_for", numbers=",".join(phones), option=option)
        assert (asked.name == "refused") == (not suited or poor), asked
        if asked.name == "refused":
            return
        assert asked.values["allowed"] == len(suited)
        for _ in range(times):
            assert self.ask(STAFF[0], "connect_for", operation=asked.values["operation"]).name == "done"
        for phone in suited:
            self.model.apply("connect", phone, {"option": option})

    @rule(phones=groups, option=st.sampled_from(["fleet", "weather", "data5"]))
    def disconnect_for(self, phones: tuple[str, ...], option: str) -> None:
        able = [phone for phone in phones if not self.model.refuses("disconnect", phone, {"option": option})]
        asked = self.ask(STAFF[0], "check_disconnect_for", numbers=",".join(phones), option=option)
        assert (asked.name == "refused") == (not able), asked
        if able:
            assert self.ask(STAFF[0], "disconnect_for", operation=asked.values["operation"]).name == "done"
            for phone in able:
                self.model.apply("disconnect", phone, {"option": option})

    @rule(phones=groups, tariff=st.sampled_from(["courier", "business", "office"]), ahead=st.integers(1, 12))
    def change_tariff_for(self, phones: tuple[str, ...], tariff: str, ahead: int) -> None:
        price = CATALOGUE.tariffs[tariff].change
        plans = {phone: self.model.numbers[phone].plan for phone in phones}
        able = [p for p, plan in plans.items() if plan.tariff != tariff and plan.ordered is None]
        starts = today(self.clock) + timedelta(days=ahead)
        asked = self.ask(
            STAFF[0], "check_tariff_for", numbers=",".join(phones), tariff=tariff, starts=starts.isoformat()
        )
        assert (asked.name == "refused") == (not able or self.model.money["company"] < price * len(able)), (
            asked
        )
        if asked.name == "refused":
            return
        assert self.ask(STAFF[0], "change_tariff_for", operation=asked.values["operation"]).name == "done"
        self.model.money["company"] -= price * len(able)
        for phone in able:
            self.model.spend(phone, price)
            plans[phone].ordered, plans[phone].starts = tariff, self.model.day + ahead
            self.model.messages[phone] += 1

    @rule(days=st.sampled_from([1, 1, 2, 3, 7, 16]))
    def days_pass(self, days: int) -> None:
        """Nobody was there for so long; afterwards upkeep runs, twice."""
        self.clock.advance(timedelta(days=days))
        self.model.day += days
        catch_up(self.model)
        for _ in range(2):
            self.do(run_due(self.accounts.desk))

    @rule(broken=st.booleans())
    def messages_go_out(self, broken: bool) -> None:
        self.sms.broken = broken
        self.do(deliver_due(self.accounts.desk, {"sms": SmsSender(self.sms)}))
        sent = [message for message in self.all(Message) if message.state == "sent"]
        assert len(self.sms.sent) == len(sent) + self.model.direct

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        type(self).steps += 1
        self.do(self._compare())

    async def _compare(self) -> None:
        async with self.store.read() as reader:
            kept = {one.id: one.balance for one in await reader.find(LedgerAccount)}
            packages, services = await reader.find(Package), await reader.find(Connection)
            plans = {one.subscriber: one for one in await reader.find(Plan)}
            holders = {one.id: one for one in await reader.find(Subscriber)}
            logins = {one.login: one for one in await reader.find(Login)}
            states = {one.id: one.state for one in await reader.find(Adjustment)}
            forwards, unwanted = await reader.find(Forward), await reader.find(Unwanted)
            tags, limits = await reader.find(Tag), {o.subscriber: o.amount for o in await reader.find(Limit)}
            written = [one.recipient for one in await reader.find(Message)]
        model, first = self.model, today(VirtualClock(NOON))
        for phone, mine in model.numbers.items():
            loan = mine.loan[0] if mine.loan else 0
            if not mine.company:
                found = tuple(
                    kept.get(f"{mine.id}:{name}", 0) for name in ("main", "bonus", "owed", "blocked")
                )
                assert found == (model.money[phone], model.points[phone], -loan, mine.plan.held), phone
            assert sorted(mine.packages) == sorted(
                (p.kind, p.left, _day(p.until, first), p.source) for p in packages if p.subscriber == mine.id
            )
            assert {name: (one.due, one.unpaid) for name, one in mine.services.items()} == {
                one.option: (_day(one.due, first) if one.due else None, one.unpaid)
                for one in services
                if one.subscriber == mine.id
            }
            plan = plans[mine.id]
            starts = _day(plan.change_on, first) if plan.change_on else 0
            course = (
                holders[mine.id].tariff,
                _day(plan.due, first),
                plan.unpaid,
                plan.next_tariff,
                starts,
                plan.held,
            )
            want = mine.plan
            assert course == (want.tariff, want.due, want.unpaid, want.ordered, want.starts, want.held), phone
            assert mine.forwards == {one.kind: one.phone for one in forwards if one.subscriber == mine.id}
            assert mine.unwanted == {one.phone for one in unwanted if one.subscriber == mine.id}
            assert mine.tags == {one.tag for one in tags if one.subscriber == mine.id}
            assert mine.limit == limits.get(mine.id, 0)
            assert written.count(phone) == model.messages[phone], phone
            self._compare_holder(mine, holders[mine.id], logins.get(phone))
        assert states == {one.id: one.state for one in model.adjusted}
        assert kept[f"{self.contract}:main"] == model.money["company"]
        if self.steps % self.audited == 0:
            assert await audit.check_ledger(self.store) == []

    def _compare_holder(self, mine: Number, who: Subscriber, row: Login | None) -> None:
        found = (who.blocked, who.language, who.name, who.position or "")
        assert found == (mine.lost, mine.voice.language, *mine.employee), who.phone
        row, want = row or Login(who.phone), mine.login
        assert (row.tries, row.blocked) == (want.tries, want.blocked), who.phone
        kept = (row.password is not None, row.temporary is not None)
        assert kept == (want.password is not None, want.temporary is not None), who.phone


def _day(day: date, first: date) -> int:
    return (day - first).days
