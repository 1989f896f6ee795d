"""The two halves of a call's media, joined without a network: what the mouth sends is what the ear hears."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from tools.caller.ear import Ear
from tools.caller.g711 import ALAW, MULAW, Law
from tools.caller.mouth import FRAME, KEY_FRAMES, KEY_GAP_FRAMES, Mouth
from tools.caller.rtp import Packet
from tools.caller.stereo import write_stereo

TONE = (8000 * np.sin(2 * np.pi * 500 * np.arange(8 * FRAME) / 8000)).astype(np.int16)
EVENTS = 101


def ignore(_: float) -> None:
    """A callback for what a test does not ask about."""


def carry(mouth: Mouth, ear: Ear, frames: int, *, drop: tuple[int, ...] = ()) -> None:
    """Let `frames` ticks pass from time 0 on; packets of the ticks in `drop` are lost."""
    for number in range(mouth.frames, mouth.frames + frames):
        for packet in mouth.tick(number * 0.02):
            if number not in drop:
                ear.receive(packet, number * 0.02)


@pytest.mark.parametrize("law", [ALAW, MULAW])
def test_what_is_said_is_heard_in_its_place(law: Law) -> None:
    mouth, ear = Mouth(law, EVENTS), Ear(EVENTS)
    carry(mouth, ear, 3)
    mouth.say(TONE, ignore)
    carry(mouth, ear, 12)
    heard = ear.track(0.0)
    assert np.array_equal(heard[3 * FRAME : 11 * FRAME], law.decode(law.encode(TONE)))
    assert np.array_equal(heard, np.where(heard == mouth.said(), heard, law.decode(bytes([law.silence]))[0]))
    assert ear.speech_since(0.0) == pytest.approx(3 * 0.02)
    assert ear.last_sound(0.0) == pytest.approx(10 * 0.02)
    assert ear.speech_since(11 * 0.02) is None


def test_sounds_follow_one_another_and_tell_when_they_end() -> None:
    mouth, ended = Mouth(ALAW, EVENTS), list[float]()
    mouth.say(TONE[:FRAME], ended.append)
    mouth.say(TONE[: FRAME + 1], ended.append)
    carry(mouth, Ear(EVENTS), 5)
    assert ended == pytest.approx([0.0, 0.04])


def test_keys_are_heard_once_and_take_the_place_of_the_voice() -> None:
    mouth, ear, moments = Mouth(ALAW, EVENTS), Ear(EVENTS), list[float]()
    mouth.say(TONE, ignore)
    for key in "1#":
        mouth.press(key, moments.append, moments.append)
    carry(mouth, ear, 2 * (KEY_FRAMES + KEY_GAP_FRAMES) + 9)
    assert [key for _, key in ear.keys] == ["1", "#"]
    second = (KEY_FRAMES + KEY_GAP_FRAMES) * 0.02
    assert moments == pytest.approx([0, 0.08, second, second + 0.08])
    assert ear.lost == ear.duplicates == 0
    # The voice waited for each key and lost nothing.
    voice = b"".join(frame.packet.payload for frame in ear.frames)
    assert voice.startswith(ALAW.encode(TONE))


def test_keys_that_nobody_takes_are_refused() -> None:
    with pytest.raises(ValueError, match="takes no keys"):
        Mouth(ALAW, None).press("1", ignore, ignore)
    with pytest.raises(ValueError, match="no key"):
        Mouth(ALAW, EVENTS).press("x", ignore, ignore)


def test_losses_repetitions_and_gaps_are_counted() -> None:
    mouth, ear = Mouth(ALAW, EVENTS), Ear(EVENTS)
    mouth.say(TONE, ignore)
    carry(mouth, ear, 10, drop=(3, 4))
    assert ear.lost == 2
    assert ear.max_gap_ms() == pytest.approx(60)
    last = mouth.tick(0.2)[0]
    ear.receive(last, 0.2)
    ear.receive(last, 0.2)
    assert ear.duplicates == 1
    # The hole is silence; what came after it stands where it was said.
    heard = ear.track(0.0)
    assert not heard[3 * FRAME : 5 * FRAME].any()
    assert np.array_equal(heard[5 * FRAME : 8 * FRAME], ALAW.decode(ALAW.encode(TONE))[5 * FRAME :])


def test_new_source_begins_where_it_arrives() -> None:
    ear = Ear(EVENTS)
    codes = ALAW.encode(TONE[:FRAME])
    ear.receive(Packet(8, 1, 1000, 7, codes).pack(), 0.0)
    ear.receive(Packet(8, 9000, 4_000_000_000, 8, codes).pack(), 1.0)
    heard = ear.track(0.0)
    assert heard.size == 8000 + FRAME
    assert heard[8000:].any()
    assert ear.lost == 0


def test_what_was_before_the_origin_is_cut() -> None:
    ear = Ear(EVENTS)
    for number in range(4):
        ear.receive(Packet(8, number, number * FRAME, 7, ALAW.encode(TONE[:FRAME])).pack(), number * 0.02)
    assert ear.track(0.03).size == round(2.5 * FRAME)


def test_a_click_is_no_speech() -> None:
    ear = Ear(EVENTS)
    for number in range(10):
        loud = number in (2, 3)
        codes = ALAW.encode(TONE[:FRAME]) if loud else bytes([ALAW.silence]) * FRAME
        ear.receive(Packet(8, number, number * FRAME, 7, codes).pack(), number * 0.02)
    assert ear.speech_since(0.0) is None
    assert ear.last_sound(0.0) == pytest.approx(0.06)


def test_garbage_is_counted_and_left() -> None:
    ear = Ear(EVENTS)
    assert ear.receive(b"hello", 0.0) is None
    assert ear.receive(Packet(111, 1, 1, 1, b"opus").pack(), 0.0) is None
    assert ear.malformed == 2
    assert ear.track(0.0).size == 0


def test_stereo_file_holds_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    write_stereo(path, TONE[:100], TONE[:300])
    with wave.open(str(path)) as reader:
        assert (reader.getnchannels(), reader.getframerate(), reader.getnframes()) == (2, 8000, 300)
        both = np.frombuffer(reader.readframes(300), dtype="<i2").reshape(-1, 2)
    assert np.array_equal(both[:100, 0], TONE[:100])
    assert not both[100:, 0].any()
    assert np.array_equal(both[:, 1], TONE[:300])
