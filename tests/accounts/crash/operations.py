"""Everything that moves money, each ready to be done: what the crash tests cut.

`OPERATIONS` must hold every use case that is declared to move money, and reach every place of the core that
posts to the ledger; the tests fail when it does not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ivr.accounts.clock import VirtualClock, today
from ivr.accounts.corporate.payments import receive_company_payment
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.door import Accounts, Session
from ivr.accounts.individual.top_up import issue_voucher, receive_payment
from ivr.accounts.individual.transfer import transfer
from ivr.accounts.jobs import charge_options, move_tariffs_on, take_back
from ivr.accounts.once import Request, ask_once, fingerprint
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.records_services import PaymentLink, Plan
from ivr.accounts.records_staff import StaffMember
from ivr.accounts.seed import TEAM
from ivr.accounts.staff import adjusting
from ivr.dialogue.queries import Secret
from tests.accounts.helpers import JOHN, MARIA, RICH, allowed, called, done

Prepare = Callable[[Accounts], Coroutine[None, None, str]]
Act = Callable[[Accounts, str], Coroutine[None, None, str]]
Step = Callable[[Desk], Awaitable[int]]

STAFF, SENIOR = (Caller("staff", proof="staff", staff=login) for login in ("olya", "anna"))
CODE = Secret("4081726354901827")
ADJUSTMENT = "adjustment-1"


@dataclass(frozen=True)
class Money:
    """One operation: made ready once, then done - cut short, and done again with the same id."""

    name: str
    """The use case that moves the money, or what else does."""
    prepare: Prepare
    """Makes it ready; returns what the client keeps: the operation's id, the bank's, the link's."""
    act: Act
    """Does it; returns what the client is told."""
    atomic: bool = True
    """True: there is a state before and one after, nothing between, and a client who is told which."""


def confirmed(name: str, check: str, phone: str = RICH, /, **arguments: object) -> Money:
    """An individual's operation: checked, then confirmed in another call."""

    async def prepare(accounts: Accounts) -> str:
        if isinstance(arguments.get("voucher"), Secret):
            await issue_voucher(accounts.desk, CODE, 500_00, 10)
        session = await called(accounts, phone)
        return f"{await allowed(session, check, **arguments)} {session.caller.subscriber}"

    async def act(accounts: Accounts, held: str) -> str:
        operation, who = held.split()
        session = accounts.session(phone, "0505")
        session.caller.subscriber = who  # how one is recognised moves no money
        return (await session.ask(name, {"operation": operation})).name

    return Money(name, prepare, act)


def for_company(name: str, check: str, /, **arguments: object) -> Money:
    """A company's operation on its numbers, signed in."""

    def signed_in(accounts: Accounts, contract: str) -> Session:
        session = accounts.session(TEAM[0][0], "0555")
        session.caller.contract, session.caller.proof = contract, "password"
        return session

    async def prepare(accounts: Accounts) -> str:
        contract = await contract_id(accounts)
        outcome = await signed_in(accounts, contract).ask(check, arguments)
        assert outcome.name == "checked", outcome
        return f"{outcome.values['operation']} {contract}"

    async def act(accounts: Accounts, held: str) -> str:
        operation, contract = held.split()
        return (await signed_in(accounts, contract).ask(name, {"operation": operation})).name

    return Money(name, prepare, act)


async def contract_id(accounts: Accounts) -> str:
    async with accounts.desk.store.read() as reader:
        return (await reader.find(Contract))[0].id


async def link_sent(accounts: Accounts) -> str:
    assert (await (await called(accounts, MARIA)).ask("payment_link", {"amount": 300_00})).name == "sent"
    async with accounts.desk.store.read() as reader:
        return (await reader.find(PaymentLink))[0].id


async def link_paid(accounts: Accounts, link: str) -> str:
    await receive_payment(accounts.desk, link, "provider-1")
    return "done"


async def company_pays(accounts: Accounts, contract: str) -> str:
    paid = await receive_company_payment(accounts.desk, contract, 7_000_00, "bank", "bank-1")
    return "done" if paid.state == "posted" else paid.state


def due(what: str, prepare: Prepare, step: Step) -> Money:
    """A step of upkeep, on the day for which `prepare` has left it something."""

    async def act(accounts: Accounts, days: str) -> str:
        clock = accounts.desk.clock
        assert isinstance(clock, VirtualClock)
        clock.advance(timedelta(days=int(days)))
        while await step(accounts.desk):
            pass
        return "done"

    return Money(f"{step.__name__}: {what}", prepare, act, atomic=False)


async def loan_taken(accounts: Accounts) -> str:
    await done(await called(accounts, MARIA), "check_promised_payment", "promised_payment", amount=100_00)
    return "5"


async def tariff_ordered(accounts: Accounts) -> str:
    await due_on(accounts, RICH, today(accounts.desk.clock) + timedelta(days=2))
    await done(await called(accounts, RICH), "check_tariff", "change_tariff", tariff="unlimited")
    return "2"


async def option_on(accounts: Accounts) -> str:
    await done(await called(accounts, RICH), "check_option", "connect", option="weather")
    return "1"


async def due_on(accounts: Accounts, phone: str, day: date) -> None:
    """Let a number's next monthly fee be due on a day."""
    async with accounts.desk.store.write() as work:
        (who,) = await work.find(Subscriber, phone=phone)
        plan = await work.get(Plan, who.id)
        assert plan is not None
        await work.put(replace(plan, due=day))
        await work.commit()


async def hired(accounts: Accounts) -> str:
    """Two people, and the id of the adjustment one of them will make."""
    async with accounts.desk.store.write() as work:
        for one in (STAFF, SENIOR):
            await work.add(StaffMember(one.staff, one.staff.title(), "senior"))
        await work.commit()
    return ADJUSTMENT


async def proposed(accounts: Accounts) -> str:
    """An adjustment that takes two people."""
    await hired(accounts)
    outcome = await adjusting.adjust(
        accounts.desk, STAFF, adjustment=ADJUSTMENT, account=MARIA, amount=5_000_00, reason="Ошибка"
    )
    assert outcome.name == "proposed", outcome
    return str(outcome.values["adjustment"])


async def approved(accounts: Accounts, adjustment: str) -> str:
    outcome = await adjusting.approve_adjustment(accounts.desk, SENIOR, adjustment=adjustment)
    return "done" if outcome.values.get("code", "decided_already") == "decided_already" else outcome.name


async def adjusted(accounts: Accounts, adjustment: str) -> str:
    made = await adjusting.adjust(
        accounts.desk, STAFF, adjustment=adjustment, account=MARIA, amount=-10_00, reason="Ошибка"
    )
    return "done" if made.name == "posted" else made.name


async def keyed(accounts: Accounts, held: str) -> str:
    """A transfer confirmed over HTTP, under the client's own key."""
    operation, who = held.split()
    asked = {"operation": operation}
    request = Request("app", "key-1", fingerprint(accounts.desk, "transfer", asked))
    caller = Caller("web", subscriber=who)
    return (await ask_once(accounts.desk, transfer, caller, asked, request)).outcome


SENT = confirmed("transfer", "check_transfer", MARIA, phone=JOHN, amount=100_00)
OPERATIONS = (
    confirmed("top_up", "check_voucher", MARIA, voucher=CODE),
    confirmed("top_up_other", "check_top_up_other", MARIA, phone=JOHN, voucher=CODE),
    SENT,
    Money("transfer under an idempotency key", SENT.prepare, keyed),
    confirmed("promised_payment", "check_promised_payment", MARIA, amount=200_00),
    confirmed("spend_bonus", "check_bonus_offer", offer="pay100"),
    confirmed("extend_package", "check_extend_package", kind="data"),
    confirmed("connect", "check_option", option="data5"),
    confirmed("connect_by_code", "check_code", code="4004"),
    confirmed("change_tariff", "check_tariff", tariff="unlimited"),
    confirmed("set_ringback_tone", "check_ringback_tone", melody="waltz"),
    for_company("connect_for", "check_option_for", numbers="office", option="fleet"),
    for_company("change_tariff_for", "check_tariff_for", numbers="delivery", tariff="courier"),
    Money("adjust", hired, adjusted),
    Money("approve_adjustment", proposed, approved),
    Money("card_payment", link_sent, link_paid),
    Money("company_payment", contract_id, company_pays),
    due("a loan", loan_taken, take_back),
    due("an ordered tariff, and its first fee", tariff_ordered, move_tariffs_on),
    due("an option's fee", option_on, charge_options),
)
"""Each with its own beginning."""
