"""Messages out: sent once, tried again with growing pauses, given up; kept for whoever has taken them."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from ivr.accounts import messages
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.outbox import LEASE, TRIES, Attachment, NotNow, deliver_due, pause
from ivr.accounts.records_services import Message
from ivr.accounts.senders import FileSender, SmsSender
from ivr.accounts.sms import KeptSms
from ivr.accounts.upkeep import Upkeep
from tests.accounts.helpers import EVERYWHERE, MARIA, called


async def write(accounts: Accounts, channel: str = "sms", document: str | None = None) -> Message:
    async with accounts.desk.store.write() as work:
        to = MARIA if channel == "sms" else "maria@example.org"
        made = await messages.write(
            accounts.desk, work, channel, to, "Привет", subject="Тема", document=document
        )
        await work.commit()
    return made


async def kept(accounts: Accounts, message: Message) -> Message:
    async with accounts.desk.store.read() as reader:
        found = await reader.get(Message, message.id)
    assert found is not None
    return found


@EVERYWHERE
async def test_a_message_goes_out_once(accounts: Accounts, sms: KeptSms) -> None:
    message = await write(accounts)
    senders = {"sms": SmsSender(sms)}
    sent = await asyncio.gather(*(deliver_due(accounts.desk, senders) for _ in range(3)))
    assert sum(sent) == 1
    assert [(phone, text.reveal()) for phone, text in sms.sent] == [(MARIA, "Привет")]
    assert (await kept(accounts, message)).state == "sent"


async def test_a_failed_one_is_tried_again_later_and_at_last_given_up(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    message, senders = await write(accounts), {"sms": SmsSender(sms)}
    sms.broken = True
    assert await deliver_due(accounts.desk, senders) == 0
    assert await deliver_due(accounts.desk, senders) == 0
    assert (await kept(accounts, message)).tries == 1
    for tries in range(1, TRIES):
        clock.advance(pause(tries))
        await deliver_due(accounts.desk, senders)
    assert ((await kept(accounts, message)).state, (await kept(accounts, message)).tries) == ("failed", TRIES)
    sms.broken = False
    clock.advance(timedelta(days=2))
    assert await deliver_due(accounts.desk, senders) == 0


async def test_a_broken_channel_does_not_hold_up_another(accounts: Accounts, sms: KeptSms) -> None:
    lost, fine = await write(accounts, "pigeon"), await write(accounts)
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 1
    assert (await kept(accounts, lost)).state == "queued"
    assert (await kept(accounts, fine)).state == "sent"


class Away:
    """A sender whose other side takes nothing."""

    def __init__(self) -> None:
        self.asked = 0

    async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
        self.asked += 1
        raise NotNow("away")


@pytest.mark.parametrize("store", ["memory"], indirect=True)
async def test_a_week_without_the_other_side_loses_nothing(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    written, away = [await write(accounts) for _ in range(20)], Away()
    for _ in range(7 * 24):
        clock.advance(timedelta(hours=1))
        assert await deliver_due(accounts.desk, {"sms": away}) == 0
    assert away.asked <= 7 * 24 * 4  # a channel that is away is not asked for each message
    assert {(await kept(accounts, one)).tries for one in written} == {0}
    clock.advance(timedelta(hours=1))
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 20


async def test_one_who_dies_while_handing_over_is_followed_by_another_later(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    class Dies(Away):
        async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
            raise asyncio.CancelledError

    message = await write(accounts)
    with contextlib.suppress(asyncio.CancelledError):
        await deliver_due(accounts.desk, {"sms": Dies()})
    clock.advance(LEASE - timedelta(seconds=1))
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 0
    clock.advance(timedelta(seconds=1))
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 1
    assert (await kept(accounts, message)).tries == 2


def test_pauses_grow_to_six_hours() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3, 12)] == [30, 60, 120, 21600]


async def test_a_rolled_back_effect_sends_nothing(accounts: Accounts, sms: KeptSms) -> None:
    async with accounts.desk.store.write() as work:
        await messages.write(accounts.desk, work, "sms", MARIA, "Привет")
    assert await deliver_due(accounts.desk, {"sms": SmsSender(sms)}) == 0


async def test_mails_can_be_written_to_a_folder(accounts: Accounts, tmp_path: Path) -> None:
    message = await write(accounts, "email")
    assert await deliver_due(accounts.desk, {"email": FileSender(tmp_path / "mail")}) == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Тема"
    assert (await kept(accounts, message)).state == "sent"


async def test_a_round_of_upkeep_does_everything(
    accounts: Accounts, sms: KeptSms, clock: VirtualClock
) -> None:
    maria = await called(accounts, MARIA)
    await maria.ask("statement", {"by": "sms"})
    clock.advance(timedelta(days=19))
    await Upkeep(accounts.desk, {"sms": SmsSender(sms)}).round()
    texts = [text.reveal() for phone, text in sms.sent if phone == MARIA]
    assert len(texts) == 2
    assert texts[1] == "Не хватает денег на оплату: Классический."
