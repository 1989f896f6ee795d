"""The numbers of a company: all, found, named, tagged. Most functions take one number, several, or a tag."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.accounts import journal
from ivr.accounts.arguments import Numbers, Phone
from ivr.accounts.case import use_case
from ivr.accounts.choice import choice
from ivr.accounts.desk import Caller, Desk
from ivr.accounts.phone import read_phone
from ivr.accounts.ports import Reader, Work
from ivr.accounts.record import Where, one_of
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Tag
from ivr.accounts.refusal import REFUSED, Refusal
from ivr.accounts.values import EMPLOYEE, POSITION, Values, choices_of, list_of
from ivr.dialogue.queries import Outcome, Value

_NUMBERS = choices_of(
    "By phone.",
    phone="phone",
    name=EMPLOYEE,
    position=POSITION,
    tariff=Value("text", "The tariff's name, in the caller's language."),
    tags=Value("text", "Its tags, with commas between; empty when there is none."),
)
_LISTED: Values = {"numbers": _NUMBERS, "count": "count"}
_EMPLOYEES = list_of("By name.", phone="phone", name=EMPLOYEE, position=POSITION)
_TAGS = choices_of(
    "Tags in use, by name.",
    tag=Value("text", "The tag."),
    count=Value("count", "How many numbers have it."),
)
_LONGEST_TAG, _LONGEST_NAME = 40, 120


@use_case(outcomes={"none": {}, "some": _LISTED}, needs="contract")
async def numbers(desk: Desk, caller: Caller) -> Outcome:
    """List all numbers under the contract: phone, name, position, tariff (name), tags (text)."""
    async with desk.store.read() as reader:
        found = await reader.find(Subscriber, order="phone", contract=caller.contract)
        return await _listed(desk, reader, caller, found)


@use_case(outcomes={"none": {}, "some": _LISTED}, needs="contract")
async def find_number(desk: Desk, caller: Caller, *, query: str) -> Outcome:
    """Find numbers by phone number (any form), by part of the employee's full name, or by tag; listed as
    in numbers."""
    async with desk.store.read() as reader:
        phone = read_phone(query)
        if phone is not None:
            found = await reader.find(Subscriber, contract=caller.contract, phone=phone)
        else:
            named = Where("name", "contains", query.strip())
            found = await reader.find(Subscriber, named, order="phone", contract=caller.contract)
            found += [one for one in await _tagged(reader, caller, query) if one not in found]
        return await _listed(desk, reader, caller, found)


@use_case(outcomes={"none": {}, "some": {"employees": _EMPLOYEES, "count": "count"}}, needs="contract")
async def employees(desk: Desk, caller: Caller) -> Outcome:
    """List who has which number, by name: phone, name, position."""
    async with desk.store.read() as reader:
        found = await reader.find(Subscriber, order="name", contract=caller.contract)
    items = tuple({"phone": who.phone, "name": who.name, "position": who.position or ""} for who in found)
    return Outcome("some", {"employees": items, "count": len(items)}) if items else Outcome("none")


@use_case(outcomes={"ok": {"phone": "phone", "name": EMPLOYEE}, "refused": REFUSED}, needs="contract")
async def set_employee(desk: Desk, caller: Caller, *, phone: Phone, name: str, position: str = "") -> Outcome:
    """Put an employee's full name and position on a number. Refused: wrong_number, not_yours, too_long."""
    async with desk.store.write() as work:
        who = await one_number(work, caller, phone)
        await _put_employee(desk, work, caller, who, name, position)
        await work.commit()
    return Outcome("ok", {"phone": who.phone, "name": full_name(name)})


@use_case(outcomes={"none": {}, "some": {"tags": _TAGS, "count": "count"}}, needs="contract")
async def tags(desk: Desk, caller: Caller) -> Outcome:
    """List the labels in use: tag, count of numbers."""
    async with desk.store.read() as reader:
        found = await reader.find(Tag, contract=caller.contract)
    names = sorted({one.tag for one in found})
    items = tuple(choice(name, name, tag=name, count=sum(one.tag == name for one in found)) for name in names)
    return Outcome("some", {"tags": items, "count": len(items)}) if items else Outcome("none")


@use_case(outcomes={"ok": {"count": "count"}, "refused": REFUSED}, needs="contract")
async def tag_numbers(desk: Desk, caller: Caller, *, numbers: Numbers, tag: str) -> Outcome:
    """Label numbers; count tells how many had not been labelled so. Refused: no_numbers, not_yours,
    too_long."""
    label = _label(tag)
    async with desk.store.write() as work:
        chosen = await target(work, caller, numbers)
        new = [who for who in chosen if await work.get(Tag, who.id, label) is None]
        for who in new:
            await work.add(Tag(who.id, label, str(caller.contract)))
        await journal.note(work, desk, caller, str(caller.contract), "tag_numbers", subject=label)
        await work.commit()
    return Outcome("ok", {"count": len(new)})


@use_case(outcomes={"ok": {"count": "count"}, "refused": REFUSED}, needs="contract")
async def untag_numbers(desk: Desk, caller: Caller, *, numbers: Numbers, tag: str) -> Outcome:
    """Take a label off numbers; count tells how many had it."""
    label = _label(tag)
    async with desk.store.write() as work:
        had = [await work.get(Tag, who.id, label) for who in await target(work, caller, numbers)]
        taken = [one for one in had if one is not None]
        for one in taken:
            await work.remove(one)
        await journal.note(work, desk, caller, str(caller.contract), "untag_numbers", subject=label)
        await work.commit()
    return Outcome("ok", {"count": len(taken)})


async def target(reader: Reader, caller: Caller, text: str) -> list[Subscriber]:
    """Return the company's numbers that a text names: `all`, a tag, or numbers with commas. Raises
    Refusal."""
    if text.strip().lower() == "all":
        found = await reader.find(Subscriber, order="phone", contract=caller.contract)
    else:
        found = await _tagged(reader, caller, text)
    if not found and re.search(r"\d", text):
        found = [await one_number(reader, caller, part) for part in re.split(r"[,;\n]", text) if part.strip()]
    if not found:
        raise Refusal("no_numbers")
    return sorted(set(found), key=lambda who: who.phone)


async def one_number(reader: Reader, caller: Caller, phone: str) -> Subscriber:
    """Return one of the company's numbers, given in any form. Raises Refusal."""
    number = read_phone(phone)
    if number is None:
        raise Refusal("wrong_number")
    found = await reader.find(Subscriber, phone=number, contract=caller.contract)
    if not found:
        raise Refusal("not_yours")
    return found[0]


async def _tagged(reader: Reader, caller: Caller, tag: str) -> list[Subscriber]:
    found = await reader.find(Tag, contract=caller.contract, tag=tag.strip().lower())
    ids = tuple(one.subscriber for one in found)
    return await reader.find(Subscriber, one_of("id", ids), order="phone")


async def _put_employee(
    desk: Desk, work: Work, caller: Caller, who: Subscriber, name: str, position: str
) -> None:
    if len(position) > _LONGEST_NAME:
        raise Refusal("too_long")
    await work.put(replace(who, name=full_name(name), position=position.strip() or None))
    await journal.note(work, desk, caller, str(caller.contract), "set_employee", subject=who.phone)


def full_name(text: str) -> str:
    """Return a full name as it is kept. Raises Refusal."""
    name = " ".join(text.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refusal("too_long" if name else "no_name")
    return name


def _label(tag: str) -> str:
    label = tag.strip().lower()
    if not 0 < len(label) <= _LONGEST_TAG:
        raise Refusal("too_long" if label else "no_name")
    return label


async def _listed(desk: Desk, reader: Reader, caller: Caller, found: list[Subscriber]) -> Outcome:
    labels = await reader.find(Tag, contract=caller.contract)
    items = tuple(
        choice(
            who.phone,
            who.name,
            phone=who.phone,
            name=who.name,
            position=who.position or "",
            tariff=desk.catalogue.name_of(who.tariff, caller.language),
            tags=", ".join(one.tag for one in labels if one.subscriber == who.id),
        )
        for who in found
    )
    return Outcome("some", {"numbers": items, "count": len(items)}) if items else Outcome("none")
