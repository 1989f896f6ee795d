"""The pipe to the synthesis process: what goes in comes out, anything else is the one documented error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ProtocolError
from ivr.speech import wire


def payload(message: bytes) -> bytes:
    assert wire.length(message[:4]) == len(message) - 4
    return message[4:]


@given(st.text(max_size=200), st.integers(80, 450))
def test_a_request_reads_back(text: str, rate: int) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    order = wire.Say(text, "ru+f3", rate)
    assert wire.read_say(payload(wire.say(order))) == order


@given(st.binary(max_size=400).filter(lambda data: len(data) % 2 == 0), st.integers(1, 96_000))
def test_an_answer_reads_back(samples: bytes, rate: int) -> None:
    assert wire.read_answer(payload(wire.sound(samples, rate))) == (samples, rate)


def test_a_complaint_reads_back() -> None:
    assert wire.read_answer(payload(wire.message(wire.FAULT, "нет голоса".encode()))) == "нет голоса"


@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_the_documented_error(data: bytes) -> None:
    for read in (wire.read_say, wire.read_answer, wire.read_ready):
        try:
            read(data)
        except ProtocolError:
            continue


@pytest.mark.parametrize("head", [b"\0\0\0\0", b"\xff\xff\xff\xff"])
def test_lengths_out_of_range_are_refused(head: bytes) -> None:
    with pytest.raises(ProtocolError):
        wire.length(head)


def test_the_text_is_in_no_repr() -> None:
    assert "31415926" not in repr(wire.Say("пароль 31415926", "ru", 150))
