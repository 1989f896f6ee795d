"""Two processes with an HTTP door each, over one database."""

from __future__ import annotations

import asyncio

import pytest

from ivr.accounts import audit, ledger
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.records_company import Contract
from ivr.accounts.records_money import Operation
from ivr.accounts.seed import COMPANY
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from tests.accounts.helpers import CATALOGUE
from tests.web.helpers import WIDE, opened

PATH, AMOUNT, TIMES = "/v1/payments/company_payment", 700_00, 12


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
async def test_a_payment_told_to_both_under_different_keys_counts_once(
    accounts: Accounts, hasher: Argon2Hasher
) -> None:
    store = accounts.desk.store
    assert isinstance(store, SqlStore)
    beside = SqlStore(store.engine.url.render_as_string(hide_password=False), KINDS)
    other = Accounts(beside, hasher, KeptSms(), clock=accounts.desk.clock, catalogue=CATALOGUE)
    body = {"contract": COMPANY, "payment": "bank-7", "amount": AMOUNT, "type": "bank"}
    async with store.read() as reader:
        (contract,) = await reader.find(Contract, number=COMPANY)
        before = await ledger.balance(reader, ledger.main(contract.id))
    async with opened(accounts, WIDE, payments=True) as one, opened(other, WIDE, payments=True) as two:
        answers = await asyncio.gather(
            *((one, two)[n % 2].post(PATH, body, Idempotency_Key=f"key-{n}") for n in range(TIMES))
        )
        different = await two.post(PATH, body | {"amount": AMOUNT + 1}, Idempotency_Key="another")
    await beside.close()
    async with store.read() as reader:
        paid = await reader.find(Operation, owner=contract.id, kind="company_payment", amount=AMOUNT)
        after = await ledger.balance(reader, ledger.main(contract.id))
    assert [answer.status for answer in answers] == [200] * TIMES
    assert {answer.body["outcome"] for answer in answers} == {"done"}
    assert different.body["reason"] == "payment_known"
    assert (len(paid), after - before) == (1, AMOUNT)
    assert await audit.check_ledger(store) == []
