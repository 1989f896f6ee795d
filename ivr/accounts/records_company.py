"""What is kept about companies: contracts, tags, limits, orders, documents, applications, SIM cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ivr.accounts.record import Record, Schema

_OF_CONTRACT = {"contract": "contracts"}


@dataclass(frozen=True, slots=True)
class Contract(Record):
    """A company's account: many numbers under one contract."""

    SCHEMA: ClassVar[Schema] = Schema("contracts", ("id",), unique=(("number",),))

    id: str
    """Opaque; also the owner of the company's ledger accounts."""
    number: str
    """Contract number, digits: the login."""
    company: str
    """The company's name."""
    tax_number: str
    """INN, 10 or 12 digits."""
    email: str
    """Where documents go."""
    phone: str
    """The contact's mobile phone, E.164: where access goes."""
    manager: str
    """Name of the account manager."""
    manager_phone: str
    """E.164."""
    language: str = "ru"
    """"ru" or "en"."""


@dataclass(frozen=True, slots=True)
class Tag(Record):
    """A label on a number."""

    SCHEMA: ClassVar[Schema] = Schema(
        "tags",
        ("subscriber", "tag"),
        references={"subscriber": "subscribers", **_OF_CONTRACT},
        indexes=(("contract", "tag"),),
    )

    subscriber: str
    """Subscriber id."""
    tag: str
    """The label, lower case."""
    contract: str
    """Contract id."""


@dataclass(frozen=True, slots=True)
class Limit(Record):
    """A spending limit on a number."""

    SCHEMA: ClassVar[Schema] = Schema("limits", ("subscriber",), references={"subscriber": "subscribers"})

    subscriber: str
    """Subscriber id."""
    amount: int
    """Kopecks a calendar month."""


@dataclass(frozen=True, slots=True)
class Order(Record):
    """A document that was ordered."""

    SCHEMA: ClassVar[Schema] = Schema(
        "orders", ("id",), references=_OF_CONTRACT, indexes=(("contract", "created"), ("state",))
    )

    id: str
    """Opaque, by age."""
    contract: str
    """Contract id."""
    kind: str
    """invoice, act, tax_paper, call_detail or reconciliation."""
    about: str
    """Subscriber id for call_detail, else empty."""
    first: date
    """First day it covers."""
    last: date
    """Last day it covers."""
    form: str
    """pdf, xlsx, csv, txt or html."""
    created: datetime
    """When it was ordered."""
    state: str = "ordered"
    """ordered, ready once the document exists and is on its way, or failed when it could not be made."""
    tries: int = 0
    """How often making it was begun."""
    next_try: datetime | None = None
    """Not before; None: at once."""


@dataclass(frozen=True, slots=True)
class Document(Record):
    """A finished document."""

    SCHEMA: ClassVar[Schema] = Schema("documents", ("order",), references={"order": "orders"})

    order: str
    """Order id."""
    name: str
    """File name."""
    media_type: str
    """Such as text/csv."""
    content: str
    """The text, or base64 of what is none."""
    protected: bool = False
    """True: it opens with a password that its reader chose and we do not keep."""


@dataclass(frozen=True, slots=True)
class Schedule(Record):
    """A document ordered anew every month."""

    SCHEMA: ClassVar[Schema] = Schema(
        "schedules", ("contract", "kind"), references=_OF_CONTRACT, indexes=(("next_on",),)
    )

    contract: str
    """Contract id."""
    kind: str
    """As of an order."""
    form: str
    """pdf, xlsx, csv, txt or html."""
    next_on: date
    """The next first day of a month on which last month's is ordered."""


@dataclass(frozen=True, slots=True)
class Application(Record):
    """Somebody asks for access to a company's account; staff check it."""

    SCHEMA: ClassVar[Schema] = Schema("applications", ("id",), indexes=(("state",),))

    id: str
    """Opaque, by age."""
    company: str
    """The company's name as stated."""
    entrepreneur: str
    """The entrepreneur's full name as stated."""
    numbers: str
    """The numbers to link, E.164, comma between."""
    contact: str
    """Where questions and the access go, E.164."""
    line: str | None
    """The calling line."""
    created: datetime
    """When it was made."""
    state: str = "open"
    """open, granted or refused."""


@dataclass(frozen=True, slots=True)
class SimCard(Record):
    """A SIM card: in stock, or in a phone."""

    SCHEMA: ClassVar[Schema] = Schema("sim_cards", ("iccid",), references={"subscriber": "subscribers"})

    iccid: str
    """The card's number, 19 or 20 digits."""
    puk: str
    """Keyed digest of PUK1."""
    subscriber: str | None = None
    """Whose it is, or None in stock."""
    retired: bool = False
    """True once replaced."""


@dataclass(frozen=True, slots=True)
class FixedService(Record):
    """A fixed-line service of a company, to hear."""

    SCHEMA: ClassVar[Schema] = Schema("fixed_services", ("id",), references=_OF_CONTRACT)

    id: str
    """Opaque."""
    contract: str
    """Contract id."""
    name: str
    """What it is."""
    phone: str
    """The fixed-line number, E.164."""
    fee: int
    """Kopecks a month."""
