"""Vouchers, links, transfers, loans, points, packages: what they do and why they are refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.accounts import audit
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts, Session
from ivr.accounts.individual.top_up import issue_voucher, receive_payment
from ivr.accounts.jobs import run_due
from ivr.accounts.records_services import Message, PaymentLink
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError
from tests.accounts.helpers import (
    DEBTOR,
    JOHN,
    MARIA,
    NEW,
    NOBODY,
    RICH,
    ZERO,
    allowed,
    called,
    done,
    money,
    refusal,
)

CODE = Secret("4081726354901827")


@pytest.fixture
async def voucher(accounts: Accounts) -> Secret:
    await issue_voucher(accounts.desk, CODE, 300_00, days=30)
    return CODE


async def texts(accounts: Accounts, phone: str) -> list[str]:
    async with accounts.desk.store.read() as reader:
        return [message.text for message in await reader.find(Message, recipient=phone)]


async def test_a_voucher_tops_up_once_and_earns_points(
    accounts: Accounts, maria: Session, voucher: Secret
) -> None:
    outcome = await maria.ask("check_voucher", {"voucher": voucher})
    assert outcome.values["amount"] == 300_00
    twice = await allowed(maria, "check_voucher", voucher=voucher)
    await maria.ask("top_up", {"operation": outcome.values["operation"]})
    assert await money(maria) == 545_50
    assert await money(maria, "bonus") == 340 + 30
    assert await texts(accounts, MARIA) == ["Счёт пополнен на 300,00 ₽."]
    assert (await maria.ask("top_up", {"operation": twice})).values["code"] == "used_voucher"
    assert await refusal(maria, "check_voucher", voucher=voucher) == "used_voucher"


async def test_vouchers_end_and_guessing_them_runs_dry(
    maria: Session, voucher: Secret, clock: VirtualClock
) -> None:
    wrong = [await refusal(maria, "check_voucher", voucher=Secret(f"{n:016}")) for n in range(20)]
    assert set(wrong) == {"wrong_voucher"}
    assert await refusal(maria, "check_voucher", voucher=Secret("1" * 16)) == "too_many_tries"
    assert await refusal(maria, "check_voucher", voucher=voucher) == "too_many_tries"
    clock.advance(timedelta(days=31))
    assert await refusal(maria, "check_voucher", voucher=voucher) == "ended_voucher"


async def test_a_voucher_for_another(accounts: Accounts, maria: Session, voucher: Secret) -> None:
    assert await refusal(maria, "check_top_up_other", phone="926 123 45 67", voucher=voucher) == "own_number"
    assert await refusal(maria, "check_top_up_other", phone=NOBODY, voucher=voucher) == "not_ours"
    assert await refusal(maria, "check_top_up_other", phone="12", voucher=voucher) == "wrong_number"
    await done(maria, "check_top_up_other", "top_up_other", phone="8 926 123-45-68", voucher=voucher)
    assert await money(await called(accounts, JOHN)) == 512_00 + 300_00
    assert await money(maria) == 245_50
    assert await texts(accounts, JOHN) == ["Your account has been topped up by 300,00 ₽."]


async def test_a_payment_link_is_sent_and_its_payment_counts_once(accounts: Accounts, maria: Session) -> None:
    assert await refusal(maria, "payment_link", amount=49_99) == "too_little"
    assert await refusal(maria, "payment_link", amount=15_000_01) == "too_much"
    assert await maria.ask("payment_link", {"amount": 500_00}) == Outcome("sent", {"amount": 500_00})
    async with accounts.desk.store.read() as reader:
        (link,) = await reader.find(PaymentLink)
    assert await texts(accounts, MARIA) == [f"Оплатить 500,00 ₽: https://pay.example/{link.id}"]
    assert await receive_payment(accounts.desk, link.id, "provider-1")
    assert not await receive_payment(accounts.desk, link.id, "provider-1")
    assert await money(maria) == 745_50
    with pytest.raises(AccountsError, match="never sent"):
        await receive_payment(accounts.desk, "0" * 32, "provider-2")


async def test_a_transfer_moves_money_and_tells_the_receiver(accounts: Accounts, maria: Session) -> None:
    outcome = await maria.ask("check_transfer", {"phone": "8 926 123 45 68", "amount": 100_00})
    values = {k: v for k, v in outcome.values.items() if k != "operation"}
    assert values == {"phone": JOHN, "amount": 100_00, "fee": 5_00}
    await maria.ask("transfer", {"operation": outcome.values["operation"]})
    john = await called(accounts, JOHN)
    assert (await money(maria), await money(john)) == (140_50, 612_00)
    assert await texts(accounts, JOHN) == ["+79261234567 has sent you 100,00 ₽."]
    listed = (await john.ask("operations", {})).values["operations"]
    assert isinstance(listed, tuple)
    assert "transfer from a subscriber" in {item["name"] for item in listed}


@pytest.mark.parametrize(
    ("phone", "amount", "code"),
    [
        (JOHN, 9_99, "too_little"),
        (JOHN, 5_000_01, "too_much"),
        (JOHN, 240_51, "no_money"),
        (JOHN, -100_00, "too_little"),
        (MARIA, 100_00, "own_number"),
        (NOBODY, 100_00, "not_ours"),
        ("112", 100_00, "wrong_number"),
    ],
)
async def test_transfers_are_refused(maria: Session, phone: str, amount: int, code: str) -> None:
    assert await refusal(maria, "check_transfer", phone=phone, amount=amount) == code


async def test_transfers_have_a_daily_limit(accounts: Accounts, clock: VirtualClock) -> None:
    rich = await called(accounts, RICH)
    for _ in range(3):
        await done(rich, "check_transfer", "transfer", phone=JOHN, amount=5_000_00)
    assert await refusal(rich, "check_transfer", phone=JOHN, amount=10_00) == "day_limit"
    clock.advance(timedelta(days=1))
    for _ in range(5):
        await done(rich, "check_transfer", "transfer", phone=JOHN, amount=10_00)
    assert await refusal(rich, "check_transfer", phone=JOHN, amount=10_00) == "day_limit"


async def test_a_loan_is_shown_and_taken_back_with_its_fee(
    accounts: Accounts, maria: Session, clock: VirtualClock
) -> None:
    outcome = await maria.ask("check_promised_payment", {"amount": 100_00})
    values = {k: v for k, v in outcome.values.items() if k != "operation"}
    assert values == {"amount": 100_00, "fee": 20_00, "due": date(2026, 11, 27)}
    await maria.ask("promised_payment", {"operation": outcome.values["operation"]})
    assert (await money(maria), await money(maria, "owed")) == (345_50, 100_00)
    assert await refusal(maria, "check_promised_payment", amount=100_00) == "promise_open"
    assert await refusal(maria, "check_transfer", phone=JOHN, amount=100_00) == "debt"
    clock.advance(timedelta(days=4))
    assert await run_due(accounts.desk) == 0
    clock.advance(timedelta(days=8))
    assert await run_due(accounts.desk) == 1
    assert await run_due(accounts.desk) == 0
    assert (await money(maria), await money(maria, "owed")) == (225_50, 0)
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_loans_are_refused_with_the_reason(accounts: Accounts, maria: Session) -> None:
    assert await refusal(maria, "check_promised_payment", amount=150_00) == "no_such_amount"
    assert await refusal(await called(accounts, NEW), "check_promised_payment", amount=100_00) == "too_new"
    debtor = await called(accounts, DEBTOR)
    await done(debtor, "check_promised_payment", "promised_payment", amount=100_00)
    assert await money(debtor) == 62_80


async def test_a_debt_larger_than_the_loan_is_refused(accounts: Accounts, clock: VirtualClock) -> None:
    zero = await called(accounts, ZERO)
    await done(zero, "check_promised_payment", "promised_payment", amount=100_00)
    await done(zero, "check_option", "connect", option="min60")
    clock.advance(timedelta(days=5))
    await run_due(accounts.desk)
    assert await money(zero) == -110_00
    assert await refusal(zero, "check_promised_payment", amount=100_00) == "debt"


async def test_points_buy_money_and_packages(accounts: Accounts, maria: Session) -> None:
    offered = await maria.ask("bonus_offers", {})
    available = offered.values["available"]
    assert isinstance(available, tuple)
    assert {item["offer"] for item in available} == {"pay100", "data1", "min60", "sms100"}
    await done(maria, "check_bonus_offer", "spend_bonus", offer="pay100")
    assert (await money(maria), await money(maria, "bonus")) == (345_50, 140)
    await done(maria, "check_bonus_offer", "spend_bonus", offer="min60")
    assert (await maria.ask("packages", {})).values["minutes"] == 320 + 60
    assert await refusal(maria, "check_bonus_offer", offer="min60") == "no_points"
    assert await refusal(maria, "check_bonus_offer", offer="moon") == "no_such_offer"
    assert await maria.ask("bonus_offers", {}) == Outcome("none", {"points": 20})
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_a_package_is_extended_where_the_tariff_sells_it(accounts: Accounts, maria: Session) -> None:
    await done(maria, "check_extend_package", "extend_package", kind="data")
    assert await money(maria) == 245_50 - 99_00
    assert (await maria.ask("packages", {})).values["megabytes"] == 7680 + 1024
    assert await refusal(maria, "check_extend_package", kind="sms") == "nothing_to_extend"
    assert await refusal(await called(accounts, ZERO), "check_extend_package", kind="data") == "no_money"


async def test_the_statement_goes_out(accounts: Accounts, maria: Session) -> None:
    assert await maria.ask("statement", {"by": "sms"}) == Outcome("sent", {"lines": 2})
    (text,) = await texts(accounts, MARIA)
    assert text == (
        "Детализация за 11.2026:\n22.11.2026 пополнение счёта: 695,50 ₽\n"
        "22.11.2026 абонентская плата: -450,00 ₽"
    )
    assert await refusal(maria, "statement", by="email") == "no_email"
    assert await refusal(maria, "statement", by="pigeon") == "no_such_kind"
