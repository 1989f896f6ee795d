"""RTP and telephone events: what is packed is read back; garbage is a ProtocolError and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ProtocolError
from tools.caller.rtp import KEYS, KeyEvent, Packet, parse_event, parse_packet

packets = st.builds(
    Packet,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.integers(0, 0xFFFFFFFF),
    payload=st.binary(max_size=400),
    marker=st.booleans(),
)


@given(packet=packets)
def test_packet_is_read_back(packet: Packet) -> None:
    assert parse_packet(packet.pack()) == packet


@given(key=st.sampled_from(KEYS), end=st.booleans(), duration=st.integers(0, 0xFFFF))
def test_key_event_is_read_back(key: str, end: bool, duration: int) -> None:
    assert parse_event(KeyEvent(key, end, duration).pack()) == KeyEvent(key, end, duration)


@given(data=st.binary(max_size=80))
def test_garbage_is_a_protocol_error(data: bytes) -> None:
    for parse in (parse_packet, parse_event):
        try:
            parse(data)
        except ProtocolError:
            continue


@given(packet=packets, cut=st.integers(0, 11))
def test_cut_header_is_refused(packet: Packet, cut: int) -> None:
    with pytest.raises(ProtocolError):
        parse_packet(packet.pack()[:cut])


@given(packet=packets, sources=st.integers(0, 15), words=st.integers(0, 4), padding=st.integers(1, 255))
def test_sources_extension_and_padding_are_left_out(
    packet: Packet, sources: int, words: int, padding: int
) -> None:
    plain = packet.pack()
    first = 0x80 | 0x20 | 0x10 | sources
    extension = b"\xbe\xde" + words.to_bytes(2, "big") + bytes(4 * words)
    filling = bytes(padding - 1) + bytes([padding])
    data = bytes([first]) + plain[1:12] + bytes(4 * sources) + extension + plain[12:] + filling
    assert parse_packet(data) == packet


@pytest.mark.parametrize(
    "data", [b"\x40" + bytes(11), b"\xa0" + bytes(11), b"\x9f" + bytes(30), b"\x90" + bytes(12)]
)
def test_other_versions_and_lies_about_length_are_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_packet(data)


def test_counters_wrap() -> None:
    packet = parse_packet(Packet(8, 0x1FFFF, 0x1FFFFFFFF, 1, b"").pack())
    assert (packet.sequence, packet.timestamp) == (0xFFFF, 0xFFFFFFFF)
