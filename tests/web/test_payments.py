"""Payments reported over HTTP: by keys with the right alone, each on its account once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ivr.accounts import audit, ledger
from ivr.accounts.door import Accounts
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.records_services import PaymentLink
from ivr.accounts.seed import COMPANY
from tests.accounts.helpers import JOHN, MARIA, called, money
from tests.web.helpers import WIDE, Answer, Api, opened

CARD, BANK = "/v1/payments/card_payment", "/v1/payments/company_payment"


@pytest.fixture
async def bank(accounts: Accounts) -> AsyncIterator[Api]:
    """A program that may report payments."""
    async with opened(accounts, WIDE, payments=True) as made:
        yield made


async def link_of(accounts: Accounts, phone: str = MARIA) -> str:
    """Have a link for 500 rubles sent; return its id."""
    caller = await called(accounts, phone)
    assert (await caller.ask("payment_link", {"amount": 500_00})).name == "sent"
    async with accounts.desk.store.read() as reader:
        (who,) = await reader.find(Subscriber, phone=phone)
        links = await reader.find(PaymentLink, subscriber=who.id)
    return next(one.id for one in links if one.operation is None)


async def company_money(accounts: Accounts) -> int:
    async with accounts.desk.store.read() as reader:
        (contract,) = await reader.find(Contract, number=COMPANY)
        return await ledger.balance(reader, ledger.main(contract.id))


async def report(api: Api, path: str, body: dict[str, object], key: str) -> Answer:
    return await api.post(path, body, Idempotency_Key=key, Accept_Language="en")


def reason(answer: Answer) -> object:
    assert answer.status == 409, answer.body
    return answer.body["reason"]


async def test_a_card_payment_counts_once_however_often_it_is_reported(bank: Api, accounts: Accounts) -> None:
    body = {"link": await link_of(accounts), "payment": "provider-1", "amount": 500_00}
    keys = [key for key in ("a", "b", "c") for _ in range(3)]
    answers = await asyncio.gather(*(report(bank, CARD, body, key) for key in keys))
    again = [await report(bank, CARD, body, key) for key in "abcd"]
    assert {one.code for one in answers} <= {"done", "in_progress"}
    assert [one.body for one in again] == [{"outcome": "done", "values": {"amount": 500_00}}] * 4
    assert await money(await called(accounts, MARIA)) == 745_50
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_a_companys_payment_counts_once_however_often_it_is_reported(
    bank: Api, accounts: Accounts
) -> None:
    before = await company_money(accounts)
    body = {"contract": COMPANY, "payment": "п/п 117", "amount": 700_00, "type": "bank"}
    keys = [key for key in ("a", "b", "c") for _ in range(3)]
    answers = await asyncio.gather(*(report(bank, BANK, body, key) for key in keys))
    again = [await report(bank, BANK, body, key) for key in "abcd"]
    assert {one.code for one in answers} <= {"done", "in_progress"}
    assert [one.body for one in again] == [{"outcome": "done", "values": {"amount": 700_00}}] * 4
    assert await company_money(accounts) == before + 700_00
    assert await audit.check_ledger(accounts.desk.store) == []


async def test_a_key_without_the_right_reports_nothing(api: Api, bank: Api, accounts: Accounts) -> None:
    body = {"link": await link_of(accounts), "payment": "provider-1", "amount": 500_00}
    titles = {"ru": "У ключа нет этого права", "en": "The key does not give this right"}
    for language, title in titles.items():
        answer = await api.post(CARD, body, Idempotency_Key="k", Accept_Language=language)
        assert (answer.status, answer.code, answer.body["title"]) == (403, "no_right", title)
    assert (await api.post(BANK, {})).code == "no_right"  # before a word of it is read
    assert (await bank.with_headers(X_API_Key="").post(CARD, body)).status == 401
    assert (await bank.post(CARD, body)).code == "idempotency_key_needed"
    assert await money(await called(accounts, MARIA)) == 245_50


async def test_a_card_payment_that_does_not_fit_is_refused(bank: Api, accounts: Accounts) -> None:
    link, other = await link_of(accounts), await link_of(accounts, JOHN)
    paid = {"link": link, "payment": "p-1", "amount": 500_00}
    unknown = await report(bank, CARD, {**paid, "link": "0" * 32}, "1")
    assert reason(unknown) == "no_such_link"
    assert unknown.body["detail"] == "There is no such payment link. Return the money to the payer."
    assert reason(await report(bank, CARD, {**paid, "amount": 499_99}, "2")) == "wrong_amount"
    assert (await report(bank, CARD, paid, "3")).code == "done"
    assert reason(await report(bank, CARD, {**paid, "payment": "p-2"}, "4")) == "link_paid"
    assert reason(await report(bank, CARD, {**paid, "link": other}, "5")) == "payment_known"
    assert (await report(bank, CARD, {**paid, "link": other}, "3")).code == "idempotency_key_reused"
    assert await money(await called(accounts, MARIA)) == 745_50
    assert await money(await called(accounts, JOHN)) == 512_00


async def test_a_companys_payment_that_does_not_fit_is_refused(bank: Api, accounts: Accounts) -> None:
    before = await company_money(accounts)
    paid = {"contract": COMPANY, "payment": "p-1", "amount": 700_00, "type": "bank"}
    assert reason(await report(bank, BANK, {**paid, "contract": "000000"}, "1")) == "no_such_contract"
    assert reason(await report(bank, BANK, {**paid, "amount": 0}, "2")) == "too_little"
    assert (await report(bank, BANK, paid, "3")).code == "done"
    slips: dict[str, dict[str, object]] = {"4": {"amount": 800_00}, "5": {"type": "card"}}
    for key, slip in slips.items():
        assert reason(await report(bank, BANK, {**paid, **slip}, key)) == "payment_known"
    assert (await report(bank, BANK, {**paid, "type": "barter"}, "6")).code == "invalid"
    assert await company_money(accounts) == before + 700_00
