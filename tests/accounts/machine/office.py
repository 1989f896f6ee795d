"""Rules of a company beside money: employees, documents, what its numbers have spent."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from ivr.accounts.clock import today
from tests.accounts.helpers import MARIA
from tests.accounts.machine.base import STAFF, Base, staff

names = st.sampled_from(["Новая Анна", "Новый Иван", "Орлова Ольга"])


class Office(Base):
    """Asked by whoever is signed in for the company."""

    @rule(phone=staff, name=names, post=st.sampled_from(["", "courier"]))
    def set_employee(self, phone: str, name: str, post: str) -> None:
        outcome = self.ask(STAFF[0], "set_employee", phone=phone, name=f" {name} ", position=post)
        assert outcome.values == {"phone": phone, "name": name}
        self.model.numbers[phone].employee = (name, post)
        refused = self.ask(STAFF[0], "set_employee", phone=MARIA, name=name)
        assert refused.values["code"] == "not_yours"

    @rule(phones=st.lists(staff, min_size=1, max_size=3), name=names)
    def import_employees(self, phones: list[str], name: str) -> None:
        """Of lines for one number the first counts; a stranger's number is told, not named."""
        lines = "\n".join(f"{phone};{name} {n}" for n, phone in enumerate((*phones, MARIA)))
        outcome = self.ask(STAFF[0], "import_employees", lines=lines)
        for n, phone in reversed(list(enumerate(phones))):
            mine = self.model.numbers[phone]
            mine.employee = (f"{name} {n}", mine.employee[1])
        good = len(set(phones))
        assert (outcome.values["count"], outcome.values["bad_count"]) == (good, len(phones) + 1 - good)

    @rule(query=st.sampled_from(["Новый", "Новая Анна", "Орлова", STAFF[1], "склад"]))
    def find_employees(self, query: str) -> None:
        found = self.ask(STAFF[0], "find_number", query=query)
        want = [
            phone
            for phone in STAFF
            if query == phone
            or query in self.model.numbers[phone].employee[0]
            or query in self.model.numbers[phone].tags
        ]
        assert sorted(self.listed(found.values.get("numbers", ()), "phone")) == sorted(want)
        everybody = self.ask(STAFF[0], "employees").values["employees"]
        kept = sorted(self.model.numbers[phone].employee[0] for phone in STAFF)
        assert sorted(self.listed(everybody, "name")) == kept

    @rule(phone=staff, back=st.integers(-1, 40), act=st.sampled_from(["invoice", "detail", "reconciliation"]))
    def order_document(self, phone: str, back: int, act: str) -> None:
        last = today(self.clock)
        period = {"first": last - timedelta(days=back), "last": last}
        if act == "invoice":
            outcome = self.ask(STAFF[0], "order_document", kind="invoice", format="csv", **period)
        elif act == "detail":
            outcome = self.ask(STAFF[0], "order_call_detail", phone=phone, **period)
        else:
            outcome = self.ask(STAFF[0], "reconciliation_report", **period)
        assert outcome.name == ("refused" if back < 0 else "ordered")
        self.model.orders += back >= 0
        listed = self.ask(STAFF[0], "order_history").values.get("count", 0)
        assert listed == self.model.orders

    @rule(kind=st.sampled_from(["invoice", "act"]), form=st.sampled_from(["csv", "pdf", "off"]))
    def schedule_document(self, kind: str, form: str) -> None:
        assert self.ask(STAFF[0], "schedule_document", kind=kind, format=form).name == "ok"
        self.model.scheduled.discard(kind)
        self.model.scheduled |= {kind} - ({kind} if form == "off" else set())
        listed = self.ask(STAFF[0], "documents").values["scheduled"]
        assert set(self.listed(listed, "kind")) == self.model.scheduled

    @rule()
    def look_at_spending(self) -> None:
        """What is told of money and limits is what there is."""
        model = self.model
        assert self.ask(STAFF[0], "company_balance").values["amount"] == model.money["company"]
        spent = {phone: model.spent(phone) for phone in STAFF}
        told = self.ask(STAFF[0], "charges").values
        assert told.get("total", 0) == sum(spent.values())
        limits = self.ask(STAFF[0], "limits").values.get("limits", ())
        assert isinstance(limits, tuple)
        assert {one["phone"]: (one["amount"], one["spent"]) for one in limits} == {
            phone: (model.numbers[phone].limit, spent[phone]) for phone in STAFF if model.numbers[phone].limit
        }

    @staticmethod
    def listed(items: object, name: str) -> list[str]:
        """Return one value of every item."""
        assert isinstance(items, tuple)
        return [str(item[name]) for item in items]
