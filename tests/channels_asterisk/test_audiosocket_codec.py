"""The AudioSocket codec: whole, a byte at a time, with a tail, and garbage."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.asterisk import audiosocket as a
from ivr.channels.asterisk.wire import NEED_DATA, Closed
from ivr.errors import ProtocolError

messages = st.one_of(
    st.uuids().map(a.Identified),
    st.binary(max_size=700).map(a.Sound),
    st.sampled_from("0123456789*#ABCD").map(a.Key),
    st.just(a.Terminate()),
    st.integers(0, 255).map(a.Failure),
)


def encoded(message: a.Message) -> bytes:
    match message:
        case a.Identified(call):
            return a.message(a.IDENTITY, call.bytes)
        case a.Sound(pcm):
            return a.message(a.AUDIO, pcm)
        case a.Key(key):
            return a.message(a.KEY, key.encode())
        case a.Terminate():
            return a.message(a.TERMINATE)
        case a.Failure(code):
            return a.message(a.ERROR, bytes((code,)))


def outcomes(pieces: list[bytes]) -> list[object]:
    reader = a.AudioSocketReader()
    events: list[object] = []
    try:
        for piece in pieces:
            reader.receive_data(piece)
            while (event := reader.next_event()) is not NEED_DATA:
                events.append(event)
    except ProtocolError:
        with pytest.raises(ProtocolError):
            reader.next_event()
        events.append("refused")
    return events


@given(st.lists(messages, max_size=6), st.integers(1, 400))
def test_messages_are_read_back_however_they_are_cut(sent: list[a.Message], step: int) -> None:
    data = b"".join(map(encoded, sent))
    for size in (1, step, len(data) + 1):
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        assert outcomes([*pieces, b""]) == [*sent, Closed()]


@given(messages, st.integers(1, 3))
def test_a_message_with_a_tail_ends_early(message: a.Message, tail: int) -> None:
    data = encoded(message) + a.SILENCE[:tail]
    assert outcomes([data]) == [message]
    assert outcomes([data, b""]) == [message, Closed(early=True)]


@given(st.lists(st.one_of(st.binary(max_size=20), messages.map(encoded)), max_size=6))
def test_any_bytes_give_messages_or_the_one_error(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    whole = outcomes([data] if data else [])
    assert outcomes([bytes((byte,)) for byte in data]) == whole


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        a.message(0x02),
        a.message(a.IDENTITY, bytes(15)),
        a.message(a.IDENTITY, bytes(17)),
        a.message(a.KEY, b"12"),
        a.message(a.KEY, b"x"),
        a.message(a.TERMINATE, b"x"),
        a.message(a.ERROR, b"xy"),
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    assert outcomes([data]) == ["refused"]


@given(st.binary(max_size=2000))
def test_frames_hold_all_of_the_sound_and_silence_after_it(pcm: bytes) -> None:
    cut = a.frames(pcm)
    assert all(len(frame) == len(a.SILENCE) and frame[:3] == a.SILENCE[:3] for frame in cut)
    sound = b"".join(frame[3:] for frame in cut)
    assert sound[: len(pcm)] == pcm
    assert not any(sound[len(pcm) :])
    assert len(sound) - len(pcm) < a.FRAME_BYTES


def test_the_first_message_of_asterisk() -> None:
    call = uuid4()
    assert outcomes([b"\x01\x00\x10" + call.bytes]) == [a.Identified(UUID(bytes=call.bytes))]
