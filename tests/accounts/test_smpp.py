"""SMS over SMPP 3.4 against a message centre on loopback: parts, receipts, throttling, broken links, no
secrets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.accounts import messages
from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.outbox import deliver_due, pause
from ivr.accounts.receipts import note_receipt, note_sent
from ivr.accounts.records_services import Message
from ivr.accounts.smpp import wire
from ivr.accounts.smpp.receipt import read_receipt
from ivr.accounts.smpp.sender import SmppSms
from ivr.accounts.smpp.session import SmppOptions, SmppSession
from ivr.accounts.smpp.text import parts_of, reference_of
from ivr.accounts.smpp.wire import Pdu
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError, ProtocolError
from tests.accounts.helpers import EVERYWHERE, MARIA
from tests.accounts.postgres import free_port
from tests.support.smsc import ENQUIRE, UNBIND, Centre, message_centre, pdu

PASSWORD = Secret("secret")
LONG = "Ваш документ готов, посмотрите почту. " * 6 + "😀"


def options(
    port: int, password: Secret = PASSWORD, enquire: float = 30.0, timeout: float = 5.0
) -> SmppOptions:
    return SmppOptions("127.0.0.1", port, "ivr", password, enquire=enquire, timeout=timeout)


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    async with message_centre() as running:
        yield running


@pytest.fixture
async def sender(centre: Centre, accounts: Accounts) -> AsyncIterator[SmppSms]:
    """The sender of the outbox: hears receipts."""
    session = SmppSession(options(centre.port), partial(note_receipt, accounts.desk))
    yield SmppSms(session, "0505")
    await session.close()


async def write(accounts: Accounts, text: str = "Привет, Мария") -> Message:
    async with accounts.desk.store.write() as work:
        made = await messages.write(accounts.desk, work, "sms", MARIA, text)
        await work.commit()
    return made


async def state(accounts: Accounts, message: Message) -> tuple[str, int]:
    async with accounts.desk.store.read() as reader:
        found = await reader.get(Message, message.id)
    assert found is not None
    return found.state, found.tries


def joined(centre: Centre, count: int) -> str:
    """Return the text of the last so many parts, put together as a phone does."""
    parts = sorted((one.content for one in centre.taken[-count:]), key=lambda content: content[6])
    assert {part[:3] for part in parts} == {b"\x06\x08\x04"}
    assert len({part[3:5] for part in parts}) == 1
    assert [(part[5], part[6]) for part in parts] == [(count, n) for n in range(1, count + 1)]
    assert all(one.esm_class == 0x40 for one in centre.taken[-count:])
    return b"".join(part[7:] for part in parts).decode("utf-16-be")


@EVERYWHERE
async def test_a_message_goes_out_and_its_delivery_is_noted(
    accounts: Accounts, centre: Centre, sender: SmppSms
) -> None:
    message = await write(accounts)
    assert await deliver_due(accounts.desk, {"sms": sender}) == 1
    (one,) = centre.taken
    assert centre.binds == ["ivr transceiver 34"]
    assert (one.source, one.destination, one.destination_ton, one.coding) == ("0505", "79261234567", 1, 8)
    assert one.content.decode("utf-16-be") == "Привет, Мария"
    assert (one.registered, one.options[0x0204]) == (1, reference_of(message.id).to_bytes(2, "big"))
    assert await state(accounts, message) == ("sent", 1)
    assert await centre.report("m1", "ENROUTE") == 0
    assert await state(accounts, message) == ("sent", 1)
    assert await centre.report("m1", "DELIVRD") == 0
    assert await state(accounts, message) == ("delivered", 1)
    assert await centre.report("m1", "UNDELIV") == 0
    assert await state(accounts, message) == ("delivered", 1)


async def test_a_long_one_goes_in_parts_and_is_delivered_when_all_are(
    accounts: Accounts, centre: Centre, sender: SmppSms
) -> None:
    message = await write(accounts, LONG)
    assert await deliver_due(accounts.desk, {"sms": sender}) == 1
    assert joined(centre, 4) == LONG
    for n in (1, 2, 3):
        await centre.report(f"m{n}", "DELIVRD", fields=True)
    assert (await state(accounts, message))[0] == "sent"
    await centre.report("m4", "UNDELIV", fields=True)
    assert (await state(accounts, message))[0] == "undelivered"


@EVERYWHERE
async def test_a_report_may_come_before_the_note_and_about_nothing(accounts: Accounts) -> None:
    message = await write(accounts)
    await note_receipt(accounts.desk, "x1", "delivered")
    await note_receipt(accounts.desk, "stranger", "undelivered")
    await note_sent(accounts.desk, message, ("x1", "x2"))
    assert (await state(accounts, message))[0] == "sent"
    await note_receipt(accounts.desk, "x2", "delivered")
    assert (await state(accounts, message))[0] == "delivered"


async def test_a_throttling_centre_gets_it_later_at_no_cost(
    accounts: Accounts, centre: Centre, sender: SmppSms, clock: VirtualClock
) -> None:
    first, second = await write(accounts), await write(accounts)
    centre.answer = lambda number: wire.THROTTLED
    assert await deliver_due(accounts.desk, {"sms": sender}) == 0
    assert [await state(accounts, one) for one in (first, second)] == [("queued", 0), ("queued", 0)]
    centre.answer = lambda number: 0
    clock.advance(pause(1))
    assert await deliver_due(accounts.desk, {"sms": sender}) == 2


async def test_a_wrong_destination_is_given_up_at_once_and_other_faults_are_tried_again(
    accounts: Accounts, centre: Centre, sender: SmppSms
) -> None:
    wrong = await write(accounts)
    centre.answer = lambda number: 0x0B
    await deliver_due(accounts.desk, {"sms": sender})
    assert await state(accounts, wrong) == ("failed", 1)
    other = await write(accounts)
    centre.answer = lambda number: 0x08
    await deliver_due(accounts.desk, {"sms": sender})
    assert await state(accounts, other) == ("queued", 1)
    endless = await write(accounts, "ы" * 66 * 256)
    await deliver_due(accounts.desk, {"sms": sender})
    assert await state(accounts, endless) == ("failed", 1)


async def test_a_link_cut_after_taking_sends_again_with_the_same_reference(
    accounts: Accounts, centre: Centre, sender: SmppSms, clock: VirtualClock
) -> None:
    message = await write(accounts)
    centre.answer = lambda number: None if number == 1 else 0
    assert await deliver_due(accounts.desk, {"sms": sender}) == 0
    assert await state(accounts, message) == ("queued", 1)
    clock.advance(pause(1))
    assert await deliver_due(accounts.desk, {"sms": sender}) == 1
    assert len(centre.binds) == 2
    first, second = centre.taken  # the one duplicate that the protocol makes unavoidable ...
    assert first == second  # ... and what tells that it is one


async def test_a_centre_that_is_away_or_shuts_us_out_costs_no_try(
    accounts: Accounts, centre: Centre, clock: VirtualClock
) -> None:
    message = await write(accounts)
    for settings_ in (options(free_port()), options(centre.port, Secret("wrong"))):
        clock.advance(pause(1))
        sender = SmppSms(SmppSession(settings_), "0505")
        assert await deliver_due(accounts.desk, {"sms": sender}) == 0
        with pytest.raises(AccountsError):
            await sender.check()
        await sender.close()
    assert await state(accounts, message) == ("queued", 0)


async def test_the_link_is_enquired_of_and_found_dead(centre: Centre) -> None:
    session = SmppSession(options(centre.port, enquire=0.01, timeout=0.05))
    await session.open()
    async with asyncio.timeout(5):
        await centre.enquiries.wait()
        centre.deaf = True
        await session.hung_up.wait()
        centre.deaf = False
        await session.open()
    assert centre.binds == ["ivr transmitter 34"] * 2
    await session.close()


async def test_the_centres_own_requests_are_answered(centre: Centre) -> None:
    async def broken(id_: str, state: str) -> None:
        raise AccountsError("no database")

    session = SmppSession(options(centre.port), broken)
    await session.open()
    assert await centre.request(ENQUIRE) == (0x80000015, 0, 7)
    assert await centre.report("m1", "DELIVRD") == wire.LATER
    assert await centre.request(0x00000103) == (0x80000000, 0x03, 7)
    assert await centre.request(UNBIND) == (0x80000006, 0, 7)
    await asyncio.wait_for(session.hung_up.wait(), 5)
    await session.close()


async def test_garbage_from_the_centre_ends_the_link_only(centre: Centre) -> None:
    session = SmppSession(options(centre.port))
    sender = SmppSms(session, "0505")
    await sender.check()
    centre.writers[-1].write(b"\xff" * 64)
    await asyncio.wait_for(session.hung_up.wait(), 5)
    await sender.send(MARIA, Secret("Hello"))
    (one,) = centre.taken
    assert (one.coding, one.content) == (1, b"Hello")
    await sender.close()


async def test_a_temporary_password_reaches_the_phone_and_nothing_else(
    centre: Centre, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    sms = SmppSms(SmppSession(options(centre.port)), "Operator")
    await sms.send(MARIA, Secret("Временный пароль: 82746103."))
    assert "82746103" in centre.taken[0].content.decode("utf-16-be")
    assert (centre.taken[0].source, centre.taken[0].source_ton) == ("Operator", 5)
    centre.answer = lambda number: None
    with pytest.raises(AccountsError) as told:
        await sms.send(MARIA, Secret("Временный пароль: 82746103."))
    await sms.close()
    written = caplog.text + "".join(capfd.readouterr()) + repr(told.value) + repr(told.value.__cause__)
    assert "82746103" not in written
    assert "secret" not in written


@settings(max_examples=25)
@given(st.text(max_size=250))
def test_parts_make_up_the_text_and_none_cuts_a_character(text: str) -> None:
    parts = parts_of(text, 77)
    assert all(len(part.content) <= (140 if part.coding == 8 else 160) for part in parts)
    heads = 7 if len(parts) > 1 else 0
    coding = "utf-16-be" if parts[0].coding == 8 else "ascii"
    whole = "".join(part.content[heads:].decode(coding) for part in parts)
    assert whole == text.encode("utf-16-be", "replace").decode("utf-16-be")


@settings(max_examples=50)
@given(st.binary(max_size=80))
def test_any_bytes_are_a_pdu_or_the_one_error(body: bytes) -> None:
    for command in (0x05, 0x80000004, 0x80000009, 0x15, 0x80000000, 0x12345678):
        try:
            found = wire.decode(pdu(command, 0, 1, body))
        except ProtocolError:
            continue
        assert isinstance(found, Pdu)
        read_receipt(found)


def test_lengths_that_no_pdu_has_are_refused() -> None:
    for head in (b"\0\0\0\x0f", b"\xff\xff\xff\xff"):
        with pytest.raises(ProtocolError):
            wire.length_of(head)
