"""What must be done when days have passed, however many: the model's upkeep."""

from __future__ import annotations

from collections.abc import Mapping

from tests.accounts.helpers import CATALOGUE
from tests.accounts.machine.lives import ADJUSTED_DAYS
from tests.accounts.machine.model import LOAN_FEE, MELODY, MONTH, Model, Number, Plan, Service

OVER_FOR = 90
"""Days for which a package that is over stays in the records."""


def catch_up(model: Model) -> None:
    """Do everything that is due today or was due before."""
    for one in model.adjusted:
        if one.state == "open" and one.day + ADJUSTED_DAYS <= model.day:
            one.state = "expired"
    _take_back(model)
    phones = sorted(model.numbers, key=lambda phone: model.numbers[phone].id)
    while sum(_tariff(model, phone) for phone in phones):  # each once in a round
        pass
    while _options(model):
        pass
    for mine in model.numbers.values():
        mine.packages = [one for one in mine.packages if one[2] >= model.day - OVER_FOR]


def _take_back(model: Model) -> None:
    for phone, mine in model.numbers.items():
        if mine.loan is not None and mine.loan[1] <= model.day:
            model.money[phone] -= mine.loan[0] + LOAN_FEE
            mine.loan = None
            model.messages[phone] += 1


def _tariff(model: Model, phone: str) -> bool:
    """The first thing that is due about a number's tariff and can be done; a change before a fee."""
    mine = model.numbers[phone]
    plan = mine.plan
    changes = plan.ordered is not None and plan.starts <= model.day
    if plan.due <= model.day and not (changes and plan.starts <= plan.due) and _month(model, phone, plan):
        return True
    if not changes:
        return False
    assert plan.ordered is not None
    mine.plan = Plan(plan.ordered, plan.starts, plan.unpaid)
    return True


def _month(model: Model, phone: str, plan: Plan) -> bool:
    mine, tariff = model.numbers[phone], CATALOGUE.tariffs[plan.tariff]
    waited = plan.unpaid
    if not _paid(model, phone, mine, tariff.fee, waited):
        plan.unpaid = True
        return not waited
    begins = model.day if waited else plan.due
    plan.unpaid, plan.due = False, begins + MONTH
    _renew(mine, tariff.gives, begins + MONTH - 1, tariff.key)
    return True


def _options(model: Model) -> int:
    """Charge what is due, each once; return how many changed."""
    due = [
        (service.due, mine.id, name, phone)
        for phone, mine in model.numbers.items()
        for name, service in mine.services.items()
        if service.due is not None and service.due <= model.day
    ]
    return sum(_option(model, phone, name, day) for day, _, name, phone in sorted(due))


def _option(model: Model, phone: str, name: str, day: int) -> bool:
    mine = model.numbers[phone]
    service, waited = mine.services[name], mine.services[name].unpaid
    fee, lasts, gives = _terms(name)
    if not _paid(model, phone, mine, fee, waited):
        service.unpaid = True
        return not waited
    begins = model.day if waited else day
    mine.services[name] = Service(begins + lasts)
    _renew(mine, gives, begins + lasts - 1, name.removeprefix(MELODY))
    return True


def _terms(name: str) -> tuple[int, int, Mapping[str, int]]:
    if name.startswith(MELODY):
        return CATALOGUE.melodies[name.removeprefix(MELODY)].fee, MONTH, {}
    option = CATALOGUE.options[name]
    return option.fee, 1 if option.period == "day" else MONTH, option.gives


def _paid(model: Model, phone: str, mine: Number, fee: int, waited: bool) -> bool:
    """A fee is paid or waits; that it waits is told once."""
    if fee and model.money[mine.payer] < fee:
        model.messages[phone] += not waited
        return False
    model.money[mine.payer] -= fee
    model.spend(phone, fee)
    return True


def _renew(mine: Number, gives: Mapping[str, int], until: int, source: str) -> None:
    mine.packages = [one for one in mine.packages if one[3] != source]
    mine.packages += [(kind, amount, until, source) for kind, amount in gives.items()]
