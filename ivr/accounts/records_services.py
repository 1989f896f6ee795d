"""What is kept about services: options, planned changes, forwards, lists, loans, vouchers, links,
messages, questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ivr.accounts.record import Record, Schema

_OF_SUBSCRIBER = {"subscriber": "subscribers"}


@dataclass(frozen=True, slots=True)
class Plan(Record):
    """The tariff's course on one number: when its next fee is due, and what comes after it."""

    SCHEMA: ClassVar[Schema] = Schema(
        "plans", ("subscriber",), references=_OF_SUBSCRIBER, indexes=(("due",), ("change_on",))
    )

    subscriber: str
    """Subscriber id."""
    due: date
    """The day the next monthly fee is due."""
    unpaid: bool = False
    """True while a due fee waits for money: no packages meanwhile."""
    next_tariff: str | None = None
    """Tariff key ordered, or None."""
    change_on: date | None = None
    """The day the ordered tariff starts."""
    held: int = 0
    """Kopecks set aside for the ordered change, taken when it starts."""
    back_to: str | None = None
    """Tariff to go back to when a change was ordered for a while."""
    back_on: date | None = None
    """The day it goes back."""


@dataclass(frozen=True, slots=True)
class Connection(Record):
    """An option (or ringback tone) on a number."""

    SCHEMA: ClassVar[Schema] = Schema(
        "connections", ("subscriber", "option"), references=_OF_SUBSCRIBER, indexes=(("due",),)
    )

    subscriber: str
    """Subscriber id."""
    option: str
    """Option key, or `melody:` and a melody key."""
    since: date
    """The day it was connected."""
    due: date | None
    """The day the next fee is due; None: there is none."""
    unpaid: bool = False
    """True while a due fee waits for money: the option rests."""
    until: date | None = None
    """The last day, when it was ordered for a while."""


@dataclass(frozen=True, slots=True)
class Promise(Record):
    """A promised payment: a small loan."""

    SCHEMA: ClassVar[Schema] = Schema(
        "promises",
        ("operation",),
        references={"operation": "operations", **_OF_SUBSCRIBER},
        indexes=(("due",),),
    )

    operation: str
    """The operation that granted it."""
    subscriber: str
    """Subscriber id."""
    amount: int
    """Kopecks lent."""
    fee: int
    """Kopecks charged when it is paid back."""
    due: date
    """The day it is taken back."""
    paid: bool = False
    """True once taken back."""


@dataclass(frozen=True, slots=True)
class Voucher(Record):
    """A top-up card. The code is bearer money: only a keyed digest of it is kept."""

    SCHEMA: ClassVar[Schema] = Schema("vouchers", ("mark",))

    mark: str
    """Keyed digest of the code."""
    amount: int
    """Kopecks."""
    until: date
    """The last day it is good."""
    operation: str | None = None
    """The operation that used it up, or None."""


@dataclass(frozen=True, slots=True)
class PaymentLink(Record):
    """A link that was sent to pay by card."""

    SCHEMA: ClassVar[Schema] = Schema("payment_links", ("id",), references=_OF_SUBSCRIBER)

    id: str
    """The secret part of the link; also what the provider reports back."""
    subscriber: str
    """Whose account is paid."""
    amount: int
    """Kopecks."""
    expires: datetime
    """When the link ends."""
    operation: str | None = None
    """The operation that posted the payment, or None."""


@dataclass(frozen=True, slots=True)
class Forward(Record):
    """A call forward."""

    SCHEMA: ClassVar[Schema] = Schema("forwards", ("subscriber", "kind"), references=_OF_SUBSCRIBER)

    subscriber: str
    """Subscriber id."""
    kind: str
    """unconditional, busy, no_answer, unreachable."""
    phone: str
    """Where to, E.164."""


@dataclass(frozen=True, slots=True)
class Unwanted(Record):
    """A number on a black list."""

    SCHEMA: ClassVar[Schema] = Schema("unwanted", ("subscriber", "phone"), references=_OF_SUBSCRIBER)

    subscriber: str
    """Subscriber id."""
    phone: str
    """Who cannot call, E.164."""


@dataclass(frozen=True, slots=True)
class Message(Record):
    """A message on its way out, written in the same unit of work as what it tells of."""

    SCHEMA: ClassVar[Schema] = Schema("messages", ("id",), indexes=(("state", "next_try"),))

    id: str
    """Opaque, by age."""
    channel: str
    """sms or email."""
    recipient: str
    """E.164 phone or e-mail address."""
    subject: str
    """The e-mail's subject; empty for SMS."""
    text: str
    """The text."""
    created: datetime
    """When it was written."""
    next_try: datetime
    """Not before."""
    state: str = "queued"
    """queued, sent, failed; delivered or undelivered once the message centre has reported."""
    tries: int = 0
    """How often it has been tried."""
    document: str | None = None
    """Id of the document attached, or None."""


@dataclass(frozen=True, slots=True)
class Statement(Record):
    """A subscriber's statement as it was sent."""

    SCHEMA: ClassVar[Schema] = Schema("statements", ("operation",), references={"operation": "operations"})

    operation: str
    """The operation that asked for it."""
    name: str
    """File name."""
    media_type: str
    """Such as application/pdf."""
    content: str
    """The text, or base64 of what is none."""


@dataclass(frozen=True, slots=True)
class SmsPart(Record):
    """A part of a short message as the message centre knows it."""

    SCHEMA: ClassVar[Schema] = Schema(
        "sms_parts", ("id",), references={"message": "messages"}, indexes=(("message",),)
    )

    id: str
    """The message centre's own id."""
    message: str | None
    """Which message it is a part of; None: it was reported on before we noted sending it."""
    state: str
    """sent, delivered or undelivered."""
    at: datetime
    """When it was noted."""


@dataclass(frozen=True, slots=True)
class Question(Record):
    """Something a person is asked to do: talk, or answer a spoken question by calling back."""

    SCHEMA: ClassVar[Schema] = Schema("questions", ("id",), indexes=(("state",), ("owner",)))

    id: str
    """Opaque, by age."""
    owner: str
    """Subscriber or contract id, or the line of a stranger."""
    phone: str | None
    """Where to call back, E.164."""
    topic: str
    """What the caller was about, in the flow's words."""
    recording: str
    """Name of the recording with the spoken question; may be empty."""
    created: datetime
    """When it was left."""
    state: str = "open"
    """open, taken or closed."""
