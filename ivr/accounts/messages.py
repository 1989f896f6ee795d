"""Messages out, written together with what they tell of; `outbox` sends them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ivr.accounts.desk import Desk
from ivr.accounts.ports import Work
from ivr.accounts.records import Subscriber
from ivr.accounts.records_services import Message


def rubles(kopecks: int) -> str:
    """Return an amount as it is written: `245,50 ₽`."""
    return f"{Decimal(kopecks) / 100:.2f} ₽".replace(".", ",")


def written(day: date) -> str:
    """Return a date as it is written: `31.12.2026`."""
    return f"{day:%d.%m.%Y}"


async def tell(desk: Desk, work: Work, to: Subscriber, name: str, /, **values: str) -> None:
    """Write an SMS to a subscriber, in their language, by its name in words.yaml."""
    text = desk.catalogue.message(name, to.language, values)
    await write(desk, work, "sms", to.phone, text)


async def write(
    desk: Desk,
    work: Work,
    channel: str,
    recipient: str,
    text: str,
    *,
    subject: str = "",
    document: str | None = None,
) -> Message:
    """Queue a message. `channel`: sms (recipient in E.164) or email."""
    now = desk.clock.now()
    made = Message(desk.new_id(), channel, recipient, subject, text, now, now, document=document)
    await work.add(made)
    return made
