"""One telephone call as a `Channel`, against a pretended Asterisk."""

from __future__ import annotations

import asyncio
import struct

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk import audiosocket
from ivr.channels.asterisk.channel import AsteriskChannel
from ivr.channels.asterisk.fake import FakeCall, Habits
from ivr.channels.asterisk.fake_speech import heard_levels, level
from ivr.dialogue.events import (
    CallEnded,
    DigitPressed,
    Event,
    Heard,
    ListeningFailed,
    PromptFinished,
    SpeechStarted,
    TransferEnded,
)
from tests.channels_asterisk.helpers import Telephone, events_to_end, eventually, listening, words


async def next_event(channel: AsteriskChannel) -> Event:
    return await asyncio.wait_for(channel.receive(), 5)


def spoken(call: FakeCall) -> list[tuple[int, int]]:
    return [(value, frames) for value, frames in heard_levels(call.heard) if value]


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


@pytest.mark.parametrize(
    ("habits", "last"),
    [
        (Habits(media_refused=True), None),
        (Habits(), b""),
        (Habits(), b"garbage that is no message"),
        (Habits(), audiosocket.message(audiosocket.ERROR, b"\x01")),
    ],
)
async def test_without_a_stream_the_same_step_goes_on_by_plain_playback(
    telephone: Telephone, habits: Habits, last: bytes | None
) -> None:
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one", "x" * 200, "three"))
        channel.listen(listening(1))
        events.extend([await next_event(channel) for _ in range(2)])
        channel.listen(listening(2))
        events.extend([await next_event(channel) for _ in range(2)])
        await channel.hang_up("done")

    with capture_logs() as logs:
        async with telephone.call(script, habits) as call:
            if last is not None:
                await call.until(lambda call: len(spoken(call)) == 2)
                call.break_stream(last)
            await call.until(
                lambda call: ["STREAM", "FILE", "/sounds/three"] in [w[:3] for w in call.commands]
            )
            call.press("7")
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [event for event in events if event != DigitPressed("7")] == [
        ListeningFailed(1),
        PromptFinished(1),
        ListeningFailed(2),
    ]
    assert len(events) == 4
    files = [words[2] for words in call.commands if words[0] == "STREAM"]
    missed = ["one", "x" * 200, "three"] if last is None else ["x" * 200, "three"]
    assert files == [f"/sounds/{text}" for text in missed]
    assert len(telephone.fallbacks) == 1
    assert sum(line["event"] == "call goes on by plain playback" for line in logs) == 1
    assert call.variables == {"IVR_DONE": "1"}


async def test_a_key_in_plain_playback_cuts_the_prompt_unless_it_is_to_be_heard_out(
    telephone: Telephone,
) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one", "two"))
        assert await next_event(channel) == DigitPressed("1")
        assert await next_event(channel) == PromptFinished(1)
        channel.play(2, words("three"))
        assert await next_event(channel) == DigitPressed("2")
        channel.stop_playing()
        channel.play(3, words("four"))
        assert await next_event(channel) == PromptFinished(3)

    async def press_over(words: list[str]) -> None:
        if words[0] == "STREAM" and words[2:] in (
            ["/sounds/one", "0123456789*#", "0"],
            ["/sounds/three", "0123456789*#", "0"],
        ):
            call.press("1" if words[2] == "/sounds/one" else "2")

    habits = Habits(media_refused=True, before_reply=press_over)
    async with telephone.call(script, habits) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    files = [(words[2], words[4]) for words in call.commands if words[0] == "STREAM"]
    assert files == [
        ("/sounds/one", "0"),
        ("/sounds/one", "800"),
        ("/sounds/two", "0"),
        ("/sounds/three", "0"),
        ("/sounds/four", "0"),
    ]


async def test_plain_playback_transfers_changes_language_and_tries_the_stream_again(
    telephone: Telephone,
) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.listen(listening(1, "en"))
        assert await next_event(channel) == ListeningFailed(1)
        channel.transfer("operator")
        habits.media_refused = False
        assert await next_event(channel) == TransferEnded("no_answer")
        channel.play(1, words("back"))
        assert await next_event(channel) == PromptFinished(1)

    habits = Habits(media_refused=True)
    async with telephone.call(script, habits) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert spoken(call) == [(level("back"), 4)]
    assert call.variables["IVR_LANGUAGE"] == "en"


async def test_a_prompt_without_a_sound_file_is_skipped_with_one_line(telephone: Telephone) -> None:
    telephone.voice.broken = frozenset({"bad"})

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("bad", "good"))
        assert await next_event(channel) == PromptFinished(1)

    with capture_logs() as logs:
        async with telephone.call(script, Habits(media_refused=True)) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    files = [words[2] for words in call.commands if words[0] == "STREAM"]
    assert files == ["/sounds/good"]
    assert [line["event"] for line in logs].count("prompt has no sound file") == 1


async def test_a_sound_file_that_asterisk_cannot_play_is_skipped_with_one_line(telephone: Telephone) -> None:
    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one"))
        assert await next_event(channel) == PromptFinished(1)

    with capture_logs() as logs:
        async with telephone.call(script, Habits(media_refused=True, file_result="-1")) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [line["event"] for line in logs].count("sound file could not be played") == 1


async def test_a_prompt_that_a_hangup_cut_is_not_finished(telephone: Telephone) -> None:
    events: list[Event] = []

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one"))
        events.extend(await events_to_end(channel))

    async def hang_up(words: list[str]) -> None:
        if words[0] == "STREAM":
            call.hang_up()

    habits = Habits(media_refused=True, before_reply=hang_up)
    async with telephone.call(script, habits) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert events == [CallEnded("caller")]


async def test_keys_are_taken_while_a_file_is_being_made(telephone: Telephone) -> None:
    made = telephone.voice.gates["one"] = asyncio.Event()

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one"))
        await eventually(lambda: telephone.voice.asked == ["one"])
        call.press("4")
        assert await next_event(channel) == DigitPressed("4")
        made.set()
        assert await next_event(channel) == PromptFinished(1)

    async with telephone.call(script, Habits(media_refused=True)) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert telephone.voice.asked == ["one"]
