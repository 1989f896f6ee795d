"""What is due by the calendar: fees, changes of tariff, loans taken back, lapsed operations. Run as often
as liked.

1. Every run does whatever has become due since the last, oldest first; a week of downtime is caught up with.
2. Each due thing is one operation whose id says what and for which day, so it is posted exactly once for
   ever.
3. Each is its own unit of work: one that fails does not hold up the others.
4. A fee nobody can pay waits: what it pays for rests, and its period begins on the day the money is there.
5. What is due about one number's tariff is done in the order of its days, a change before a fee of the same
   day: a fee is never charged for a tariff that should have changed, nor lost because it changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import structlog

from ivr.accounts import ledger, messages, offers
from ivr.accounts.clock import today
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.individual.ringback import PREFIX
from ivr.accounts.pending import carry_out, prepare
from ivr.accounts.ports import Work
from ivr.accounts.record import below
from ivr.accounts.records import Budget, Login, Package, Subscriber
from ivr.accounts.records_money import Operation
from ivr.accounts.records_services import Connection, Plan, Promise
from ivr.accounts.records_staff import Adjustment
from ivr.accounts.refusal import Refusal
from ivr.errors import AccountsError

T = TypeVar("T")

_log = structlog.get_logger(__name__)
_JOB = Caller(door="job")
_STRANGERS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee that is due."""

    subscriber: str
    """Whose number it is for, subscriber id."""
    kind: str
    """monthly_fee, option_fee or ringback_fee."""
    subject: str
    """Key of the tariff, option or melody."""
    amount: int
    """Kopecks."""
    due: date
    """The day it became due."""

    @property
    def id(self) -> str:
        """Return the operation id: the same for the same fee of the same day."""
        return f"{self.kind}:{self.subscriber}:{self.subject}:{self.due.isoformat()}"


async def run_due(desk: Desk) -> int:
    """Do everything that is due; return how many units of work did something."""
    done = 0
    for step in STEPS:
        while did := await step(desk):
            done += did
    return done


async def expire(desk: Desk) -> int:
    """Let operations lapse that nobody confirmed in time."""
    async with desk.store.write() as work:
        ended = below("expires", desk.clock.now() + timedelta(microseconds=1))
        lapsed = await work.find(Operation, ended, state="prepared")
        for operation in lapsed:
            await work.put(replace(operation, state="expired", expires=None))
        undecided = await work.find(Adjustment, ended, state="open")
        for adjustment in undecided:
            await work.put(replace(adjustment, state="expired"))
        await work.commit()
    return len(lapsed) + len(undecided)


async def take_back(desk: Desk) -> int:
    """Take loans back whose day has come."""
    async with desk.store.read() as reader:
        due = await reader.find(Promise, below("due", _tomorrow(desk)), order="due", paid=False)
    return await _each(desk, _take_one_back, due)


async def _take_one_back(desk: Desk, work: Work, promise: Promise) -> bool:
    kept = await work.get(Promise, promise.operation)
    who = await work.get(Subscriber, promise.subscriber)
    if kept is None or kept.paid or who is None:
        return False
    kind, cost = "promised_payment_due", promise.amount + promise.fee
    operation = await prepare(
        work, desk, _JOB, who.id, kind, {}, amount=-cost, operation=f"{kind}:{promise.operation}"
    )
    await carry_out(desk, work, operation, lambda d, w, o: _pay_back(d, w, o, kept))
    await messages.tell(desk, work, who, kind, amount=messages.rubles(promise.amount))
    return True


async def _pay_back(desk: Desk, work: Work, operation: Operation, promise: Promise) -> None:
    who = promise.subscriber
    movements = {
        ledger.main(who): -promise.amount - promise.fee,
        ledger.owed(who): promise.amount,
        ledger.system("revenue"): promise.fee,
    }
    await ledger.post(work, operation, movements, desk.clock.now())
    await work.put(replace(promise, paid=True))


async def move_tariffs_on(desk: Desk) -> int:
    """Start ordered tariffs, end temporary ones, charge the monthly fees, in the order of their days."""
    before = _tomorrow(desk)
    async with desk.store.read() as reader:
        found = [await reader.find(Plan, below(day, before)) for day in ("due", "change_on", "back_on")]
    plans = {plan.subscriber: plan for some in found for plan in some}
    return await _each(desk, _move_on, sorted(plans.values(), key=lambda plan: (plan.due, plan.subscriber)))


async def _move_on(desk: Desk, work: Work, seen: Plan) -> bool:
    """Do the first thing that is due about a number's tariff and can be done."""
    plan, who = await work.get(Plan, seen.subscriber), await work.get(Subscriber, seen.subscriber)
    if plan is None or who is None:
        return False
    steps = ((plan.change_on, _start_tariff), (plan.back_on, _go_back), (plan.due, _tariff_fee))
    due = [(day, step) for day, step in steps if day is not None and day <= today(desk.clock)]
    for _, step in sorted(due, key=lambda pair: pair[0]):
        if await step(desk, work, plan, who):
            return True
    return False


async def _start_tariff(desk: Desk, work: Work, plan: Plan, who: Subscriber) -> bool:
    if plan.next_tariff is None or plan.change_on is None:
        return False
    if plan.held:
        await _take_held(desk, work, plan)
    await work.put(replace(who, tariff=plan.next_tariff))
    await work.put(replace(plan, next_tariff=None, change_on=None, held=0, due=plan.change_on))
    return True


async def _take_held(desk: Desk, work: Work, plan: Plan) -> None:
    kind, who = "tariff_started", plan.subscriber
    started = f"{kind}:{who}:{plan.change_on}"
    operation = await prepare(
        work, desk, _JOB, who, kind, {}, subject=plan.next_tariff or "", operation=started
    )

    async def take(desk: Desk, work: Work, operation: Operation) -> None:
        movements = {ledger.blocked(who): -plan.held, ledger.system("revenue"): plan.held}
        await ledger.post(work, operation, movements, desk.clock.now())

    await carry_out(desk, work, operation, take)


async def _go_back(desk: Desk, work: Work, plan: Plan, who: Subscriber) -> bool:
    if plan.back_to is None or plan.back_on is None:
        return False
    await work.put(replace(who, tariff=plan.back_to))
    await work.put(replace(plan, back_to=None, back_on=None, due=plan.back_on))
    return True


async def _tariff_fee(desk: Desk, work: Work, plan: Plan, who: Subscriber) -> bool:
    tariff = desk.catalogue.tariffs[who.tariff]
    fee = Fee(who.id, "monthly_fee", tariff.key, tariff.fee, plan.due)
    paid = await _pay(desk, work, who, fee, told=plan.unpaid)
    if not paid:
        await work.put(replace(plan, unpaid=True))
        return not plan.unpaid
    begins = today(desk.clock) if plan.unpaid else plan.due
    await work.put(replace(plan, unpaid=False, due=begins + offers.MONTH))
    await _renew(desk, work, who.id, dict(tariff.gives), begins + offers.MONTH, tariff.key)
    return True


async def charge_options(desk: Desk) -> int:
    """Charge the fees of options and ringback tones."""
    async with desk.store.read() as reader:
        due = await reader.find(Connection, below("due", _tomorrow(desk)), order="due")
    return await _each(desk, _option_fee, due)


async def _option_fee(desk: Desk, work: Work, seen: Connection) -> bool:
    found, who = await work.get(Connection, *seen.key()), await work.get(Subscriber, seen.subscriber)
    if found is None or who is None or not _is_due(desk, found) or found.due is None:
        return False
    kind, subject, amount, period = _terms(desk, found.option)
    paid = await _pay(desk, work, who, Fee(who.id, kind, subject, amount, found.due), told=found.unpaid)
    if not paid:
        await work.put(replace(found, unpaid=True))
        return not found.unpaid
    begins = today(desk.clock) if found.unpaid else found.due
    await work.put(replace(found, unpaid=False, due=offers.next_due(begins, period)))
    gives = dict(desk.catalogue.options[subject].gives) if kind == "option_fee" else {}
    await _renew(desk, work, who.id, gives, offers.next_due(begins, period), subject)
    return True


def _is_due(desk: Desk, one: Connection) -> bool:
    in_time = one.due is not None and one.due <= today(desk.clock)
    return in_time and (one.until is None or one.due is None or one.due <= one.until)


def _terms(desk: Desk, key: str) -> tuple[str, str, int, str]:
    if key.startswith(PREFIX):
        melody = key.removeprefix(PREFIX)
        return "ringback_fee", melody, desk.catalogue.melodies[melody].fee, "month"
    option = desk.catalogue.options[key]
    return "option_fee", key, option.fee, option.period


async def _pay(desk: Desk, work: Work, who: Subscriber, fee: Fee, *, told: bool) -> bool:
    """Post a fee, once; False when there is no money, which is told once."""
    try:
        await offers.must_have(work, payer(who), fee.amount)
    except Refusal:
        if not told:
            name = desk.catalogue.name_of(fee.subject, who.language)
            await messages.tell(desk, work, who, "fee_unpaid", name=name)
        return False
    operation = await prepare(
        work, desk, _JOB, who.id, fee.kind, {}, subject=fee.subject, amount=-fee.amount, operation=fee.id
    )
    if operation.state == "prepared":
        await carry_out(desk, work, operation, lambda d, w, o: offers.charge(d, w, o, payer(who), fee.amount))
    return True


def payer(who: Subscriber) -> str:
    """Return who pays for a number: its company, or the subscriber."""
    return who.contract or who.id


async def _renew(desk: Desk, work: Work, who: str, gives: dict[str, int], until: date, source: str) -> None:
    """Replace what is left of the last period's packages by this period's; `until`: the first day after."""
    for old in await work.find(Package, subscriber=who, source=source):
        await work.remove(old)
    await offers.give(desk, work, who, gives, until - timedelta(days=1), source)


async def end_options(desk: Desk) -> int:
    """Take off options whose last day is over."""
    async with desk.store.write() as work:
        over = await work.find(Connection, below("until", today(desk.clock)))
        for one in over:
            await work.remove(one)
        await work.commit()
    return len(over)


async def tidy(desk: Desk) -> int:
    """Forget logins that strangers made up, budgets long full again, packages long over."""
    before = desk.clock.now() - _STRANGERS_KEPT
    async with desk.store.write() as work:
        old = await work.find(Login, below("not_before", before), password=None)
        made_up = [one for one in old if not await _is_known(work, one.login)]
        packages = await work.find(Package, below("until", today(desk.clock) - _STRANGERS_KEPT))
        budgets = await work.find(Budget, below("at", before))
        for record in (*made_up, *packages, *budgets):
            await work.remove(record)
        await work.commit()
    return len(made_up) + len(packages) + len(budgets)


async def _is_known(work: Work, login: str) -> bool:
    return login.startswith("contract:") or bool(await work.find(Subscriber, phone=login))


async def _each(desk: Desk, step: Callable[[Desk, Work, T], Awaitable[bool]], found: list[T]) -> int:
    done = 0
    for one in found:
        try:
            async with desk.store.write() as work:
                if await step(desk, work, one):
                    await work.commit()
                    done += 1
        except AccountsError as fault:
            _log.error("a due step failed", step=step.__name__, fault=str(fault))
    return done


def _tomorrow(desk: Desk) -> date:
    return today(desk.clock) + timedelta(days=1)


STEPS = (expire, take_back, move_tariffs_on, charge_options, end_options, tidy)
"""Everything that is looked for, in this order; each returns how many units of work did something."""
