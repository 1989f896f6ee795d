"""What a channel leaves its stream for: transfers, the language, masking, the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk.agi_commands import Command
from ivr.channels.asterisk.channel import AsteriskChannel
from ivr.channels.asterisk.fake import Habits
from ivr.channels.asterisk.fake_speech import level
from ivr.channels.asterisk.transfer import QueueTarget
from ivr.dialogue.events import (
    CallEnded,
    DigitPressed,
    Event,
    PromptFinished,
    TransferEnded,
)
from ivr.errors import SettingsError
from tests.channels_asterisk.helpers import (
    Telephone,
    events_to_end,
    listening,
    next_event,
    spoken,
    words,
)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("CONTINUE", "answered"),
        ("TIMEOUT", "no_answer"),
        ("JOINEMPTY", "no_answer"),
        ("FULL", "busy"),
        ("", "failed"),
        ("SOMETHING", "failed"),
    ],
)
async def test_a_transfer_leaves_the_stream_and_comes_back(
    telephone: Telephone, status: str, outcome: str
) -> None:
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.listen(listening(1))
        channel.transfer("operator")
        events.append(await next_event(channel))
        channel.play(1, words("back"))
        events.append(await next_event(channel))

    async with telephone.call(script, Habits(queue_status=status)) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert events == [TransferEnded(outcome), PromptFinished(1)]
    assert spoken(call) == [(level("back"), 4)]
    assert telephone.ears.opened[0].closed
    assert call.verbs()[3:] == [
        "EXEC AudioSocket",
        "SET VARIABLE QUEUESTATUS",
        "EXEC Queue",
        "GET VARIABLE QUEUESTATUS",
        "EXEC AudioSocket",
    ]
    assert call.commands[5] == ["EXEC", "Queue", "operators,c,,,20"]


async def test_a_transfer_to_nowhere_fails_and_the_call_goes_on(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.transfer("nobody")
        assert await next_event(channel) == TransferEnded("failed")

    with capture_logs() as logs:
        async with telephone.call(script) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [line["event"] for line in logs] == ["transfer target is unknown"]


async def test_the_dialplan_learns_the_language_while_a_prompt_goes_on(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("x" * 30, language="en"))
        assert await next_event(channel) == DigitPressed("1")
        channel.listen(listening(1, "en"))
        assert await next_event(channel) == PromptFinished(1)
        channel.listen(listening(2, "en"))

    async with telephone.call(script) as call:
        await call.until(lambda call: bool(spoken(call)))
        call.press("1")
        await asyncio.wait_for(call.closed.wait(), 5)
    assert call.verbs()[2:] == ["ANSWER", "EXEC AudioSocket", "SET VARIABLE IVR_LANGUAGE", "EXEC AudioSocket"]
    assert call.variables == {"IVR_LANGUAGE": "en"}
    assert sum(frames for _, frames in spoken(call)) == 30
    assert telephone.fallbacks == []


async def test_a_call_that_was_not_hung_up_goes_back_to_the_dialplan(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        raise LookupError("bug")

    with capture_logs() as logs:
        async with telephone.call(script) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
            assert not call.gone.is_set()
    assert [line["event"] for line in logs] == ["call handler failed"]
    assert "IVR_DONE" not in call.variables
    assert not call.streaming.is_set()


async def test_masking_happens_in_the_order_given(telephone: Telephone) -> None:
    masked: list[tuple[str, bool]] = []
    slow = asyncio.Event()

    async def masker(channel: str, on: bool) -> None:
        if on:
            await slow.wait()
        masked.append((channel, on))

    telephone.masker = masker

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.mask(True)
        channel.mask(False)
        await asyncio.sleep(0)
        slow.set()

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert masked == [("PJSIP/caller-00000001", True), ("PJSIP/caller-00000001", False)]


async def test_a_mask_that_fails_is_reported_and_the_call_goes_on(telephone: Telephone) -> None:
    async def masker(channel: str, on: bool) -> None:
        raise ConnectionError("no AMI")

    telephone.masker = masker

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.mask(True)
        channel.play(1, words("hello"))
        assert await next_event(channel) == PromptFinished(1)

    with capture_logs() as logs:
        async with telephone.call(script) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [line["event"] for line in logs] == ["recording could not be masked"]


async def test_a_fault_of_ours_ends_the_call_with_one_line_and_gives_it_back(telephone: Telephone) -> None:
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        channel.transfer("broken")
        await channel.answer()
        events.extend(await events_to_end(channel))

    telephone.options = replace(telephone.options, queues={"broken": BrokenTarget("x")})
    with capture_logs() as logs:
        async with telephone.call(script) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
            assert not call.gone.is_set()
    assert events == [CallEnded("failed")]
    assert [line["event"] for line in logs] == ["call driver failed"]
    assert "IVR_DONE" not in call.variables


class BrokenTarget(QueueTarget):
    def command(self) -> Command:
        raise LookupError("bug")


@pytest.mark.parametrize(
    ("queue", "options"), [("", "c"), ("a,b", "c"), ("a b", "c"), ("a", "c,x"), ("a\n", "c")]
)
def test_a_queue_target_cannot_spill_into_other_arguments(queue: str, options: str) -> None:
    with pytest.raises(SettingsError):
        QueueTarget(queue, options)
