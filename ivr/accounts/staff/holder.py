"""Whose account it is: a subscriber by phone number, a company by contract number, in any form."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Reader
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract
from ivr.accounts.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of an account."""

    id: str
    """Subscriber or contract id: the owner of ledger accounts and operations."""
    label: str
    """Phone in E.164, or contract number."""
    name: str
    language: str
    subscriber: Subscriber | None = None
    contract: Contract | None = None


async def holder_of(reader: Reader, account: str) -> Holder:
    """Return the holder of an account named by phone or contract number. Raises Refusal no_such_account."""
    phone = read_phone(account)
    subscribers = await reader.find(Subscriber, phone=phone) if phone else []
    if subscribers:
        who = subscribers[0]
        return Holder(who.id, who.phone, who.name, who.language, subscriber=who)
    number = "".join(one for one in account if one.isdecimal())
    contracts = await reader.find(Contract, number=number) if number else []
    if not contracts:
        raise Refusal("no_such_account")
    found = contracts[0]
    return Holder(found.id, found.number, found.company, found.language, contract=found)


async def subscriber_of(reader: Reader, phone: str) -> Subscriber:
    """Return one of our subscribers by a number in any form. Raises Refusal wrong_number, not_ours."""
    number = read_phone(phone)
    if number is None:
        raise Refusal("wrong_number")
    found = await reader.find(Subscriber, phone=number)
    if not found:
        raise Refusal("not_ours")
    return found[0]


async def contract_of(reader: Reader, number: str) -> Contract:
    """Return a company's contract by its number. Raises Refusal no_such_contract."""
    digits = "".join(one for one in number if one.isdecimal())
    found = await reader.find(Contract, number=digits) if digits else []
    if not found:
        raise Refusal("no_such_contract")
    return found[0]
