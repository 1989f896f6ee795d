"""A call without a stream: prompts by file, keys by digit."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk import audiosocket
from ivr.channels.asterisk.channel import AsteriskChannel
from ivr.channels.asterisk.fake import Habits
from ivr.channels.asterisk.fake_speech import level
from ivr.dialogue.events import (
    CallEnded,
    DigitPressed,
    Event,
    ListeningFailed,
    PromptFinished,
    TransferEnded,
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


async def test_a_voice_that_fails_for_files_too_leaves_keys(telephone: Telephone) -> None:
    telephone.voice.fails = True

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one"))
        assert await next_event(channel) == PromptFinished(1)
        call.press("4")
        assert await next_event(channel) == DigitPressed("4")

    with capture_logs() as logs:
        async with telephone.call(script, Habits(media_refused=True)) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [line["event"] for line in logs].count("prompt could not be made") == 1


async def test_a_stream_that_opens_too_late_is_not_taken(telephone: Telephone) -> None:
    telephone.be_impatient()
    telephone.options = replace(telephone.options, times=replace(telephone.options.times, leaving=5))

    async def slowly(words: list[str]) -> None:
        if words[:2] == ["EXEC", "AudioSocket"]:
            await asyncio.sleep(1)

    async def script(channel: AsteriskChannel) -> None:
        await channel.answer()
        channel.play(1, words("one"))
        assert await next_event(channel) == PromptFinished(1)

    with capture_logs() as logs:
        async with telephone.call(script, Habits(before_reply=slowly)) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [line["event"] for line in logs] == ["media peer refused", "call goes on by plain playback"]
    assert spoken(call) == []
    assert len(telephone.fallbacks) == 1
