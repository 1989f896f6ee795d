"""What the documents of a company say, from its records: invoice, act, tax paper, call detail,
reconciliation."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ivr.accounts import ledger
from ivr.accounts.clock import OPERATOR_ZONE, day_of, start_of
from ivr.accounts.corporate.limits import spending
from ivr.accounts.desk import Desk
from ivr.accounts.messages import written
from ivr.accounts.papers.model import Cell, Column, Paper
from ivr.accounts.papers.words import word
from ivr.accounts.ports import Reader
from ivr.accounts.record import at_least, below
from ivr.accounts.records import Subscriber
from ivr.accounts.records_company import Contract, Order
from ivr.accounts.records_money import Operation

_BEGINNING = date(2000, 1, 1)
_SIGNED = frozenset({"act", "reconciliation"})


async def paper_of(desk: Desk, reader: Reader, order: Order, contract: Contract) -> Paper:
    """Return what an ordered document says, in the contract's language."""
    if order.kind == "call_detail":
        return await _detail(desk, reader, order, contract)
    if order.kind == "reconciliation":
        return await _reconciliation(desk, reader, order, contract)
    return await _charges(desk, reader, order, contract)


def vat_in(kopecks: int, percent: int) -> int:
    """Return the tax that a price includes, kopecks, halves up."""
    return (2 * kopecks * percent + 100 + percent) // (2 * (100 + percent))


def number_of(order: Order) -> str:
    """Return the number a document carries: of its own, and the same whenever it is made."""
    return hashlib.sha256(order.id.encode()).hexdigest()[:12].upper()


async def _charges(desk: Desk, reader: Reader, order: Order, contract: Contract) -> Paper:
    """What each number was charged; the tax paper shows tax per line, the others in the total."""
    language, vat = contract.language, desk.papers.vat
    numbers = await reader.find(Subscriber, order="phone", contract=contract.id)
    spent = await spending(reader, contract.id, numbers, *_period(order))
    charged = [(who, spent[who.id]) for who in numbers if spent[who.id]]
    total = sum(kopecks for _, kopecks in charged)
    columns = [
        Column(word("phone", language), "phone", 18),
        Column(word("person", language), "text", 46),
    ]
    rows: list[list[Cell]] = [[who.phone, who.name] for who, _ in charged]
    if order.kind == "tax_paper":
        columns += [
            Column(word("without_vat", language), "money", 18),
            Column(word("vat", language, vat=vat), "money", 18),
        ]
        for row, (_, kopecks) in zip(rows, charged, strict=True):
            row += [kopecks - vat_in(kopecks, vat), vat_in(kopecks, vat)]
    for row, (_, kopecks) in zip(rows, charged, strict=True):
        row.append(kopecks)
    columns.append(Column(word("sum", language), "money", 18))
    totals = [(word("total", language), total)]
    if vat:
        tax = sum(vat_in(kopecks, vat) for _, kopecks in charged)
        totals.append((word("vat_in_total", language, vat=vat), tax))
    return _paper(desk, order, contract, columns, rows, totals)


async def _detail(desk: Desk, reader: Reader, order: Order, contract: Contract) -> Paper:
    """Everything done and charged on one number."""
    language = contract.language
    begin, end = _period(order)
    who = await reader.get(Subscriber, order.about)
    found = await reader.find(
        Operation, at_least("at", begin), below("at", end), order="at", owner=order.about, state="posted"
    )
    rows: list[list[Cell]] = [
        [
            day_of(one.at),
            f"{one.at.astimezone(OPERATOR_ZONE):%H:%M:%S}",
            desk.catalogue.title(one.kind, one.subject, language),
            one.amount,
        ]
        for one in found
    ]
    columns = [
        Column(word("day", language), "date", 14),
        Column(word("time", language), "text", 14),
        Column(word("what", language), "text", 54),
        Column(word("sum", language), "money", 18),
    ]
    totals = [(word("total", language), sum(one.amount for one in found))]
    holder = f"{who.phone}, {who.name}" if who else ""
    return _paper(desk, order, contract, columns, rows, totals, [(word("holder", language), holder)])


async def _reconciliation(desk: Desk, reader: Reader, order: Order, contract: Contract) -> Paper:
    """Opening balance, every movement of the contract's account in the period, closing balance."""
    language = contract.language
    begin, end = _period(order)
    moved = await ledger.movements(reader, ledger.main(contract.id), start_of(_BEGINNING))
    sums: defaultdict[str, int] = defaultdict(int)
    rows: list[list[Cell]] = []
    for at, operation, kopecks in moved:
        if at < begin:
            sums["opening"] += kopecks
        elif at < end:
            title = desk.catalogue.title(operation.kind, operation.subject, language)
            rows.append([day_of(at), title, *((-kopecks, None) if kopecks < 0 else (None, kopecks))])
            sums["turnover_charged" if kopecks < 0 else "turnover_paid"] += abs(kopecks)
    sums["closing"] = sums["opening"] - sums["turnover_charged"] + sums["turnover_paid"]
    columns = [
        Column(word("day", language), "date", 14),
        Column(word("what", language), "text", 50),
        Column(word("charged", language), "money", 18),
        Column(word("paid", language), "money", 18),
    ]
    names = ("opening", "turnover_charged", "turnover_paid", "closing")
    totals = [(word(name, language), sums[name]) for name in names]
    return _paper(desk, order, contract, columns, rows, totals)


def _paper(
    desk: Desk,
    order: Order,
    contract: Contract,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    totals: Sequence[tuple[str, int]],
    more: Sequence[tuple[str, str]] = (),
) -> Paper:
    language, options = contract.language, desk.papers
    seller = [
        (word("seller", language), _joined(options.operator, options.tax_number, language, options.address))
    ]
    if options.bank:
        seller.append((word("bank", language), options.bank))
    buyer = (word("buyer", language), _joined(contract.company, contract.tax_number, language))
    facts = [
        (word("number", language), number_of(order)),
        (word("made", language), written(day_of(desk.clock.now()))),
        *seller,
        buyer,
        (word("contract", language), contract.number),
        (word("period", language), f"{written(order.first)} - {written(order.last)}"),
        *more,
    ]
    if not options.vat and order.kind in {"invoice", "act", "tax_paper"}:
        facts.append((word("total", language), word("no_vat", language)))
    signatures = [word("signed_by_operator", language)]
    signatures += [word("signed_by_company", language)] if order.kind in _SIGNED else []
    title = desk.catalogue.title(order.kind, "", language)
    return Paper(
        title[:1].upper() + title[1:],
        language,
        facts,
        columns,
        rows,
        totals,
        signatures if order.kind != "call_detail" else (),
        word("page", language),
    )


def _joined(name: str, tax_number: str, language: str, address: str = "") -> str:
    number = f"{word('tax_number', language)} {tax_number}" if tax_number else ""
    return ", ".join(part for part in (name, number, address) if part)


def _period(order: Order) -> tuple[datetime, datetime]:
    return start_of(order.first), start_of(order.last + timedelta(days=1))
