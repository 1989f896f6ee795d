"""One telephone call as a `Channel`, against a pretended Asterisk."""

from __future__ import annotations

import asyncio
import gc
import struct
import weakref

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk.channel import AsteriskChannel
from ivr.channels.asterisk.fake import FakeCall
from ivr.channels.asterisk.fake_speech import heard_levels, level
from ivr.dialogue.events import (
    CallEnded,
    DigitPressed,
    Event,
    Heard,
    ListeningFailed,
    PromptFinished,
    SpeechStarted,
)
from tests.channels_asterisk.helpers import (
    Telephone,
    events_to_end,
    eventually,
    listening,
    next_event,
    spoken,
    words,
)


async def test_a_call_is_answered_spoken_to_and_hung_up(telephone: Telephone) -> None:
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("hello", "you"))
        channel.play(2, words("bye"))
        events.append(await next_event(channel))
        events.append(await next_event(channel))
        await channel.hang_up("done")
        events.append(await next_event(channel))

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert events == [PromptFinished(1), PromptFinished(2), CallEnded("done")]
    assert spoken(call) == [(level("hello"), 5), (level("you"), 3), (level("bye"), 3)]
    assert call.verbs() == [
        "GET VARIABLE IVR_LANGUAGE",
        "GET VARIABLE IVR_RESUMED",
        "ANSWER",
        "EXEC AudioSocket",
        "SET VARIABLE IVR_DONE",
        "HANGUP",
    ]
    assert call.variables == {"IVR_DONE": "1"}


async def test_a_call_that_is_over_is_freed_without_the_garbage_collector(telephone: Telephone) -> None:
    held: list[weakref.ref[object]] = []

    async def script(channel: AsteriskChannel) -> None:
        held.append(weakref.ref(channel))
        await channel.answer()
        channel.play(1, words("hello"))
        channel.listen(listening(1))
        assert await next_event(channel) == PromptFinished(1)
        await channel.hang_up("done")

    gc.collect()
    gc.disable()
    try:
        async with telephone.call(script) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
        await eventually(lambda: held[0]() is None)
    finally:
        gc.enable()


async def test_the_call_is_offered_with_what_the_dialplan_knows(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.hang_up("done")

    async with telephone.running(script) as port:
        for line, variables in (
            ("+79261234567", {"IVR_LANGUAGE": "en", "IVR_RESUMED": "1"}),
            ("unknown", {"IVR_LANGUAGE": "xx"}),
            ("12;34", {"IVR_LANGUAGE": "ru"}),
        ):
            async with FakeCall(port, line=line, variables=dict(variables)) as call:
                await asyncio.wait_for(call.closed.wait(), 5)
    facts = [(call.number, call.line, call.language, call.resumed) for call in telephone.offered]
    assert facts == [
        ("0505", "+79261234567", "en", True),
        ("0505", "", "ru", False),
        ("0505", "", "ru", False),
    ]
    assert "79261234567" not in repr(telephone.offered)


async def test_keys_are_told_and_keys_no_telephone_has_are_not(telephone: Telephone) -> None:
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        events.extend([await next_event(channel) for _ in range(3)])

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.streaming.wait(), 5)
        call.press("1A*#")
        await asyncio.wait_for(call.closed.wait(), 5)
    assert events == [DigitPressed("1"), DigitPressed("*"), DigitPressed("#")]


async def test_the_first_sound_does_not_wait_for_the_next_phrases(telephone: Telephone) -> None:
    slow = telephone.voice.gates["second"] = asyncio.Event()

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("first", "second", "third"))
        await next_event(channel)

    async with telephone.call(script) as call:
        await call.until(lambda call: bool(spoken(call)))
        assert telephone.voice.asked[:2] == ["first", "second"]
        await call.until(lambda call: heard_levels(call.heard)[-1][0] == 0 and bool(spoken(call)))
        assert "third" in telephone.voice.asked
        slow.set()
        await asyncio.wait_for(call.closed.wait(), 5)
    assert spoken(call) == [(level("first"), 5), (level("second"), 6), (level("third"), 5)]


async def test_a_phrase_that_cannot_be_said_is_skipped_with_one_line(telephone: Telephone) -> None:
    telephone.voice.broken = frozenset({"bad"})

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one", "bad", "two"))
        assert await next_event(channel) == PromptFinished(1)

    with capture_logs() as logs:
        async with telephone.call(script) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert spoken(call) == [(level("one"), 3), (level("two"), 3)]
    assert [line["event"] for line in logs] == ["prompt could not be made"]


async def test_a_stop_is_silent_within_a_frame_and_finishes_nothing(telephone: Telephone) -> None:
    frames_at_stop = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("x" * 500))
        assert await next_event(channel) == DigitPressed("5")
        frames_at_stop.append(sum(frames for _, frames in spoken(call)))
        channel.stop_playing()
        channel.play(2, words("y"))
        assert await next_event(channel) == PromptFinished(2)

    async with telephone.call(script) as call:
        await call.until(lambda call: bool(spoken(call)))
        call.press("5")
        await asyncio.wait_for(call.closed.wait(), 5)
    assert [value for value, _ in spoken(call)] == [level("x" * 500), level("y")]
    assert spoken(call)[0][1] <= frames_at_stop[0] + 2


async def test_a_pause_goes_on_at_the_phrase_it_cut(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("aa", "b" * 30))
        await next_event(channel)
        channel.pause_playing()
        await next_event(channel)
        channel.resume_playing()
        assert await next_event(channel) == PromptFinished(1)

    async with telephone.call(script) as call:
        await call.until(lambda call: len(spoken(call)) == 2)
        call.press("1")
        await call.until(lambda call: heard_levels(call.heard)[-1][0] == 0)
        call.press("2")
        await asyncio.wait_for(call.closed.wait(), 5)
    first, cut, again = spoken(call)
    assert first == (level("aa"), 2)
    assert cut[0] == again[0] == level("b" * 30)
    assert cut[1] < 30
    assert again[1] == 30


async def test_ears_hear_the_caller_and_know_when_a_prompt_plays(telephone: Telephone) -> None:
    pcm = struct.pack("<h", 77) * 160
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.listen(listening(1))
        channel.play(1, words("hello"))
        events.append(await next_event(channel))
        await next_event(channel)
        hearing = telephone.ears.opened[0]
        assert pcm in hearing.frames
        hearing.report(SpeechStarted(1))
        hearing.report(Heard(1))
        channel.listen(listening(2))
        assert hearing.closed
        hearing.report(Heard(1))
        telephone.ears.opened[1].report(Heard(2))
        channel.stop_listening()
        telephone.ears.opened[1].report(Heard(2))
        events.extend([await next_event(channel) for _ in range(3)])
        await channel.hang_up("done")
        events.append(await next_event(channel))

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.streaming.wait(), 5)
        await call.until(lambda call: bool(spoken(call)))
        call.say(pcm)
        await call.until(lambda call: heard_levels(call.heard)[-1][0] == 0)
        call.press("1")
        await asyncio.wait_for(call.closed.wait(), 5)
    assert events == [PromptFinished(1), SpeechStarted(1), Heard(1), Heard(2), CallEnded("done")]
    assert telephone.ears.opened[0].prompts == [False, True, False]
    assert [hearing.closed for hearing in telephone.ears.opened] == [True, True]


@pytest.mark.parametrize("broken", [True, False])
async def test_when_only_the_ears_fail_the_call_goes_on_with_keys(telephone: Telephone, broken: bool) -> None:
    telephone.ears.broken, telephone.ears.breaks = broken, not broken
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.listen(listening(4))
        channel.play(1, words("hello"))
        events.extend([await next_event(channel) for _ in range(3)])

    with capture_logs() as logs:
        async with telephone.call(script) as call:
            await call.until(lambda call: bool(spoken(call)))
            await call.until(lambda call: heard_levels(call.heard)[-1][0] == 0)
            call.press("3")
            await asyncio.wait_for(call.closed.wait(), 5)
    assert events == [ListeningFailed(4), PromptFinished(1), DigitPressed("3")]
    assert len(logs) == 1
    assert telephone.fallbacks == []


async def test_ears_that_report_their_own_failure_are_closed(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.listen(listening(4))
        telephone.ears.opened[0].report(ListeningFailed(4))
        assert await next_event(channel) == ListeningFailed(4)
        assert telephone.ears.opened[0].closed

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.closed.wait(), 5)


async def test_hanging_up_a_call_that_was_never_answered(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.hang_up("refused")
        assert await next_event(channel) == CallEnded("refused")

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert call.verbs()[2:] == ["SET VARIABLE IVR_DONE", "HANGUP"]


async def test_orders_after_the_end_do_nothing(telephone: Telephone) -> None:
    ended = asyncio.Event()

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        assert await events_to_end(channel) == [CallEnded("caller")]
        channel.play(1, words("hello"))
        channel.listen(listening(1, "en"))
        channel.pause_playing()
        channel.resume_playing()
        channel.stop_playing()
        channel.stop_listening()
        channel.mask(True)
        channel.transfer("operator")
        await channel.answer()
        await channel.hang_up("done")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(channel.receive(), 0.01)
        ended.set()

    async with telephone.call(script) as call:
        await asyncio.wait_for(call.streaming.wait(), 5)
        call.hang_up()
        await asyncio.wait_for(ended.wait(), 5)
    assert telephone.voice.asked == []
    assert telephone.ears.opened == []
    assert "IVR_DONE" not in call.variables
