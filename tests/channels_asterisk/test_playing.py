"""The play queue, frame by frame."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.asterisk.audiosocket import SILENCE
from ivr.channels.asterisk.playing import Phrase, PlayQueue
from ivr.channels.port import Utterance


def words(text: str) -> Utterance:
    return Utterance(text, "ru", "test")


def sound(number: int, frames: int) -> bytes:
    return struct.pack("<h", number) * 160 * frames


class Player:
    """A play queue and everything it told."""

    def __init__(self) -> None:
        self.finished: list[int] = []
        self.sounding: list[bool] = []
        self.queue = PlayQueue(self.finished.append, self.sounding.append)

    def add(self, serial: int, *phrases: tuple[int, int]) -> list[Phrase]:
        added = []
        for number, frames in phrases:
            phrase = self.queue.add(serial, words(str(number)))
            phrase.fill(sound(number, frames))
            added.append(phrase)
        self.queue.end(serial)
        return added

    def frames(self, count: int) -> list[int]:
        """The next frames by their sound's number; 0 is silence."""
        return [struct.unpack_from("<h", self.queue.next_frame(), 3)[0] for _ in range(count)]


def test_silence_is_a_frame_too() -> None:
    assert Player().queue.next_frame() == SILENCE


def test_phrases_follow_without_a_gap_and_the_end_is_told_when_it_was_heard() -> None:
    player = Player()
    player.add(7, (1, 2), (2, 1))
    player.add(8, (3, 1))
    assert player.frames(3) == [1, 1, 2]
    assert player.finished == []
    assert player.frames(1) == [3]
    assert player.finished == [7]
    assert player.frames(1) == [0]
    assert player.finished == [7, 8]
    assert player.sounding == [True, False]


def test_a_phrase_that_is_not_made_yet_holds_back_the_next() -> None:
    player = Player()
    late = player.queue.add(1, words("late"))
    player.queue.add(1, words("ready")).fill(sound(2, 1))
    assert player.frames(2) == [0, 0]
    late.fill(sound(1, 1))
    assert player.frames(3) == [1, 2, 0]


def test_an_empty_prompt_finishes_at_once() -> None:
    player = Player()
    player.add(1)
    player.queue.add(2, words("failed")).fill(b"")
    player.queue.end(2)
    assert player.frames(1) == [0]
    assert player.finished == [1, 2]


def test_a_pause_goes_on_from_the_last_phrase_boundary() -> None:
    player = Player()
    player.add(1, (1, 2), (2, 3))
    assert player.frames(4) == [1, 1, 2, 2]
    player.queue.pause()
    assert player.frames(2) == [0, 0]
    assert player.sounding == [True, False]
    player.queue.resume()
    assert player.frames(4) == [2, 2, 2, 0]
    assert player.finished == [1]


def test_a_pause_on_a_boundary_does_not_repeat_the_phrase() -> None:
    player = Player()
    player.add(1, (1, 2), (2, 1))
    assert player.frames(2) == [1, 1]
    player.queue.pause()
    assert player.frames(1) == [0]
    player.queue.resume()
    assert player.frames(2) == [2, 0]


def test_nothing_is_finished_during_a_pause() -> None:
    player = Player()
    player.add(1, (1, 1))
    assert player.frames(1) == [1]
    player.queue.pause()
    assert player.frames(2) == [0, 0]
    assert player.finished == []
    player.queue.resume()
    assert player.frames(1) == [0]
    assert player.finished == [1]


def test_a_stop_is_silent_with_the_next_frame_and_finishes_nothing() -> None:
    player = Player()
    player.add(1, (1, 5))
    assert player.frames(2) == [1, 1]
    player.queue.stop()
    assert player.frames(3) == [0, 0, 0]
    assert player.finished == []
    player.add(2, (2, 1))
    assert player.frames(2) == [2, 0]
    assert player.finished == [2]


def test_a_stop_ends_a_pause() -> None:
    player = Player()
    player.add(1, (1, 5))
    player.queue.pause()
    player.queue.stop()
    player.add(2, (2, 1))
    assert player.frames(1) == [2]


def test_the_queue_knows_what_was_heard() -> None:
    player = Player()
    player.add(4, (1, 2), (2, 3))
    assert player.queue.position() is None
    player.frames(3)
    position = player.queue.position()
    assert position is not None
    assert (position.serial, position.utterance.text, position.seconds) == (4, "2", 0.02)


def test_a_finished_prompt_may_stop_the_queue() -> None:
    heard: list[int] = []

    def finished(serial: int) -> None:
        heard.append(serial)
        queue.stop()

    queue = PlayQueue(finished, lambda _: None)
    queue.end(1)
    queue.end(2)
    assert queue.next_frame() == SILENCE
    assert heard == [1]


@given(
    st.lists(st.lists(st.integers(0, 4), max_size=3), max_size=4),
    st.lists(st.sampled_from(["frame", "frame", "frame", "pause", "resume"]), max_size=40),
)
def test_everything_is_heard_in_order_despite_pauses(prompts: list[list[int]], orders: list[str]) -> None:
    player = Player()
    number = 0
    wanted: list[int] = []
    for serial, lengths in enumerate(prompts):
        phrases = []
        for length in lengths:
            number += 1
            phrases.append((number, length))
            wanted += [number] * bool(length)
        player.add(serial, *phrases)
    heard: list[int] = []
    for order in [*orders, "resume", *["frame"] * 100]:
        if order == "frame":
            heard += player.frames(1)
        else:
            getattr(player.queue, order)()
    spoken = [frame for frame in heard if frame]
    assert spoken == sorted(spoken)
    assert sorted(set(spoken)) == wanted
    assert player.finished == list(range(len(prompts)))
