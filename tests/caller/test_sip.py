"""SIP messages, session descriptions and dialogs: bytes in, values out, and back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.errors import ProtocolError
from tools.caller.dialog import called, calling, new_branch, respond
from tools.caller.g711 import ALAW, MULAW
from tools.caller.sdp import Media, describe, parse_media
from tools.caller.sip import Request, Response, parse_message, tag_of, uri_of, user_part

OWN = ("127.0.0.1", 5071)
SERVER = ("127.0.0.1", 5060)
INVITE = (
    b"INVITE sip:0505@127.0.0.1 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKabc;rport\r\n"
    b"f: <sip:+79261234567@127.0.0.1>;tag=one\r\n"
    b"t: <sip:0505@127.0.0.1>\r\n"
    b"i: call-1\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Subject: folded\r\n"
    b"  line\r\n"
    b"m: <sip:+79261234567@127.0.0.1:5070>\r\n"
    b"l: 4\r\n"
    b"\r\n"
    b"v=0\r\ntail that is not ours"
)


def test_compact_folded_and_overlong_message_is_read() -> None:
    message = parse_message(INVITE)
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.call_id) == ("INVITE", "sip:0505@127.0.0.1", "call-1")
    assert message.cseq == (1, "INVITE")
    assert message.branch == "z9hG4bKabc"
    assert message.first("SUBJECT") == "folded line"
    assert message.body == b"v=0\r"


def test_message_is_read_back() -> None:
    request = calling("*105#", "8 926", SERVER, OWN, name='a "b" \\c').request("INVITE", body=b"v=0\r\n")
    again = parse_message(request.encode())
    assert isinstance(again, Request)
    assert again.uri == "sip:*105%23@127.0.0.1:5060"
    assert again.headers[: len(request.headers)] == request.headers
    assert again.body == b"v=0\r\n"
    response = parse_message(respond(again, 200, "OK").encode())
    assert isinstance(response, Response)
    assert (response.code, response.reason, response.branch) == (200, "OK", request.branch)


@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@example(INVITE[:-1])
@example(INVITE.replace(b"l: 4", b"l: 4000"))
@example(INVITE.replace(b"l: 4", b"l: minus"))
@example(INVITE.replace(b"CSeq: 1 INVITE\r\n", b""))
@example(INVITE.replace(b"SIP/2.0\r\n", b"SIP/3.0\r\n", 1))
@example(INVITE.replace(b"f:", b"\xff:"))
def test_garbage_is_a_protocol_error(data: bytes) -> None:
    try:
        message = parse_message(data)
    except ProtocolError:
        return
    assert message.call_id


@given(position=st.integers(0, len(INVITE) - 1), byte=st.integers(0, 255))
def test_one_wrong_byte_is_read_or_a_protocol_error(position: int, byte: int) -> None:
    broken = INVITE[:position] + bytes([byte]) + INVITE[position + 1 :]
    try:
        message = parse_message(broken)
        assert len(message.cseq) == 2
        uri_of(message.first("contact"))
    except ProtocolError:
        return


@given(body=st.binary(max_size=200))
def test_garbage_session_description_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_media(body)


def test_session_description_is_read_back() -> None:
    assert parse_media(describe(4000, (MULAW, ALAW))) == Media("127.0.0.1", 4000, MULAW, 101)


def test_held_or_rejected_audio_is_refused() -> None:
    with pytest.raises(ProtocolError):
        parse_media(describe(4000, (ALAW,)).replace(b"m=audio 4000", b"m=audio 0"))


@pytest.mark.parametrize(
    ("address", "uri", "tag"),
    [
        ("<sip:a@b;tag=uri>;tag=x", "sip:a@b;tag=uri", "x"),
        ('"tag=no" <sip:a@b> ; TAG = y', "sip:a@b", "y"),
        ("sip:a@b;tag=z", "sip:a@b", "z"),
        ("<sip:a@b>", "sip:a@b", ""),
    ],
)
def test_addresses(address: str, uri: str, tag: str) -> None:
    assert (uri_of(address), tag_of(address)) == (uri, tag)


@given(
    number=st.text(max_size=30), name=st.text(alphabet=st.characters(exclude_characters="\r\n"), max_size=30)
)
def test_any_caller_makes_a_message_that_can_be_read(number: str, name: str) -> None:
    try:
        data = calling("0505", number, SERVER, OWN, name=name).request("INVITE").encode()
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    try:
        assert parse_message(data).call_id
    except ProtocolError:
        assert not name.isprintable()


def test_line_break_in_a_name_is_refused() -> None:
    with pytest.raises(ProtocolError):
        calling("0505", "1", SERVER, OWN, name="x\r\nEvil: yes").request("INVITE").encode()


@given(user=st.text(alphabet="0123456789+*#@;: <>", max_size=20))
def test_user_part_cannot_end_the_user(user: str) -> None:
    assert not set("@:<> #") & set(user_part(user))


def test_both_ends_of_a_dialog_agree() -> None:
    ours = calling("0505", "1", SERVER, OWN)
    invite = parse_message(ours.request("INVITE", branch=new_branch()).encode())
    assert isinstance(invite, Request)
    theirs = called(invite, SERVER, OWN)
    ours.learn(respond(invite, 200, "OK", dialog=theirs))
    assert (ours.local, ours.remote) == (theirs.remote, theirs.local)
    assert theirs.target == ours.contact
    assert ours.request("BYE").cseq == (2, "BYE")
    assert ours.request("ACK", cseq=1).cseq == (1, "ACK")
