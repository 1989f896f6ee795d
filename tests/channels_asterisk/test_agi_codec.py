"""The AGI codec: whole, a byte at a time, with a tail, and garbage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.asterisk.agi import LIMIT, AgiConnection, AgiEvent, HungUp, Reply, Request
from ivr.channels.asterisk.agi_commands import ANSWER
from ivr.channels.asterisk.fake import environment
from ivr.channels.asterisk.wire import NEED_DATA, Closed
from ivr.errors import ProtocolError

USAGE = (
    b"520-Invalid command syntax.  Proper usage follows:\n"
    b"Answers channel if not already in answer state.\nReturns 200 result=0 if successful."
    b"520 End of proper usage.\n"
)
REPLIES = [
    (b"200 result=0\n", Reply(200, "0")),
    (b"200 result=-1\n", Reply(200, "-1")),
    (b"200 result=1 (hello there)\n", Reply(200, "1", "hello there")),
    (b"200 result=1 ()\n", Reply(200, "1", "")),
    (b"200 result=1 (two\nlines (of) it\n)\n", Reply(200, "1", "two\nlines (of) it\n")),
    (b"200 result=1 (a\nHANGUP\nb)\n", Reply(200, "1", "a\nHANGUP\nb")),
    (b"200 result= (timeout)\n", Reply(200, "", "timeout")),
    (b"200 result=12 (timeout)\n", Reply(200, "12", "timeout")),
    (b"200 result=53 endpos=8000\n", Reply(200, "53", None, "endpos=8000")),
    (
        b"200 result=1 (digit) digit=5 endpos=100\n",
        Reply(200, "1", "digit", "digit=5 endpos=100"),
    ),
    (b"200 result=0 Gosub complete\n", Reply(200, "0", None, "Gosub complete")),
    (b"510 Invalid or unknown command\n", Reply(510, text="Invalid or unknown command")),
    (
        b"511 Command Not Permitted on a dead channel or intercept routine\n",
        Reply(511, text="Command Not Permitted on a dead channel or intercept routine"),
    ),
    (
        b"520 Invalid command syntax.  Proper usage not available.\n",
        Reply(520, text="Invalid command syntax.  Proper usage not available."),
    ),
    (USAGE, Reply(520, text=USAGE[4:-1].decode())),
]


def waiting() -> AgiConnection:
    """A connection that has had its request and has sent a command."""
    connection = AgiConnection()
    connection.receive_data(environment("0505", "100"))
    assert isinstance(connection.next_event(), Request)
    connection.send(ANSWER)
    return connection


def drain(connection: AgiConnection) -> list[AgiEvent]:
    events = []
    while (event := connection.next_event()) is not NEED_DATA:
        events.append(event)
    return events


def feed(connection: AgiConnection, data: bytes, *, bytewise: bool) -> list[AgiEvent]:
    events = []
    for piece in [bytes((byte,)) for byte in data] if bytewise else [data]:
        connection.receive_data(piece)
        events += drain(connection)
    return events


@pytest.mark.parametrize("bytewise", [False, True])
@pytest.mark.parametrize(("data", "reply"), REPLIES)
def test_a_reply_is_read_whole_and_a_byte_at_a_time(data: bytes, reply: Reply, bytewise: bool) -> None:
    connection = waiting()
    assert feed(connection, data, bytewise=bytewise) == [reply]
    assert not connection.waiting


@pytest.mark.parametrize("bytewise", [False, True])
@pytest.mark.parametrize(("data", "reply"), REPLIES)
def test_a_hangup_around_a_reply_is_never_taken_for_it(data: bytes, reply: Reply, bytewise: bool) -> None:
    events = feed(waiting(), b"HANGUP\n" + data + b"HANGUP\n", bytewise=bytewise)
    assert events == [HungUp(), reply, HungUp()]


@pytest.mark.parametrize(("data", "reply"), REPLIES)
def test_a_reply_with_a_tail_waits_for_the_rest(data: bytes, reply: Reply) -> None:
    connection = waiting()
    assert feed(connection, data + b"HANG", bytewise=False) == [reply]
    assert feed(connection, b"UP\n", bytewise=False) == [HungUp()]


@pytest.mark.parametrize("bytewise", [False, True])
def test_the_request_is_read_with_its_arguments(bytewise: bool) -> None:
    data = environment("0505", "+79261234567", arg_1="one", arg_2="two: three")
    (request,) = feed(AgiConnection(), data, bytewise=bytewise)
    assert isinstance(request, Request)
    assert request.get("network_script") == "0505"
    assert request.get("callerid") == "+79261234567"
    assert request.arguments == ("one", "two: three")
    assert request.get("arg_1") == ""


@pytest.mark.parametrize(
    "forged",
    [
        "1\nagi_extension: 0500",
        "1\nagi_network_script: 0500",
        "1\nagi_arg_1: root",
        "1\nagi_callerid: 2",
        "1\nagi_threadid: 1",
        "1\nnonsense",
        "1\nagi_nonsense",
        "1\n",
        "1\n\n",
        "1\nagi_extension: s\nagi_threadid: 1\n",
        "1\nHANGUP",
        "1\n200 result=1",
    ],
)
@pytest.mark.parametrize("bytewise", [False, True])
def test_a_newline_in_a_caller_id_refuses_the_request(forged: str, bytewise: bool) -> None:
    connection = AgiConnection()
    with pytest.raises(ProtocolError):
        feed(connection, environment("0505", forged), bytewise=bytewise)
    with pytest.raises(ProtocolError):
        connection.next_event()


def test_a_whole_forged_request_breaks_on_what_is_left_of_the_real_one() -> None:
    forged = "1\nagi_extension: 0500\nagi_threadid: 1\n\n"
    data = environment("0505", forged)
    with pytest.raises(ProtocolError):
        feed(AgiConnection(), data, bytewise=False)


@pytest.mark.parametrize("name", ["channel", "uniqueid", "callerid", "extension", "threadid"])
def test_a_request_without_what_every_call_has_is_refused(name: str) -> None:
    lines = environment("0505", "1").splitlines(keepends=True)
    data = b"".join(line for line in lines if not line.startswith(f"agi_{name}:".encode()))
    with pytest.raises(ProtocolError, match=f"agi_{name}"):
        feed(AgiConnection(), data, bytewise=False)


@pytest.mark.parametrize("bytewise", [False, True])
def test_a_provisional_reply_is_passed_over(bytewise: bool) -> None:
    events = feed(waiting(), b"100 result=0 Trying...\n200 result=0\n", bytewise=bytewise)
    assert events == [Reply(200, "0")]


@pytest.mark.parametrize(
    "line", [b"200\n", b"200 \n", b"200 ok\n", b"200 results=1\n", b"hello\n", b"2000 result=0\n", b"\n"]
)
def test_what_is_no_reply_ends_it(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        feed(waiting(), line, bytewise=False)


def test_a_reply_that_nobody_asked_for_ends_it() -> None:
    connection = waiting()
    assert feed(connection, b"200 result=0\n", bytewise=False) == [Reply(200, "0")]
    with pytest.raises(ProtocolError):
        feed(connection, b"200 result=0\n", bytewise=False)


def test_only_one_command_at_a_time() -> None:
    with pytest.raises(RuntimeError):
        waiting().send(ANSWER)
    with pytest.raises(RuntimeError):
        AgiConnection().send(ANSWER)


def test_end_of_file_is_an_input() -> None:
    connection = AgiConnection()
    connection.receive_data(b"agi_network: yes\n")
    connection.receive_data(b"")
    assert drain(connection) == [Closed(early=True)]
    connection = waiting()
    connection.receive_data(b"")
    assert drain(connection) == [Closed()]
    assert connection.next_event() is NEED_DATA


@pytest.mark.parametrize("bytes_at_once", [1 << 20, 1000])
def test_a_line_without_end_is_refused_in_time(bytes_at_once: int) -> None:
    pieces = [b"a" * bytes_at_once] * ((1 << 20) // bytes_at_once)
    connection = AgiConnection()
    taken = 0
    for piece in pieces:
        connection.receive_data(piece)
        taken += len(piece)
        try:
            assert connection.next_event() is NEED_DATA
        except ProtocolError:
            break
    assert LIMIT < taken <= LIMIT + max(1000, bytes_at_once)


def test_a_request_of_too_many_lines_is_refused() -> None:
    connection = AgiConnection()
    connection.receive_data(b"agi_x: 1\n" * 10_000)
    with pytest.raises(ProtocolError):
        connection.next_event()


def test_a_value_without_end_is_refused() -> None:
    connection = waiting()
    connection.receive_data(b"200 result=1 (" + b"x\n" * LIMIT)
    with pytest.raises(ProtocolError):
        connection.next_event()


def outcomes(connection: AgiConnection, pieces: list[bytes]) -> list[object]:
    """Events, and at the end perhaps that the one documented error came."""
    events: list[object] = []
    try:
        for piece in pieces:
            connection.receive_data(piece)
            while (event := connection.next_event()) is not NEED_DATA:
                events.append(event)
    except ProtocolError:
        with pytest.raises(ProtocolError):
            connection.next_event()
        events.append("refused")
    return events


fragments = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([data for data, _ in REPLIES]),
        st.sampled_from([b"HANGUP\n", b"\n", b"200", b" result=1 (", b")\n", b"520-", b"agi_channel: x\n"]),
    ),
    max_size=8,
)


@given(fragments, st.booleans())
def test_any_bytes_give_events_or_the_one_error_however_they_are_cut(pieces: list[bytes], sent: bool) -> None:
    data = b"".join(pieces)
    make = waiting if sent else AgiConnection
    whole = outcomes(make(), [data] if data else [])
    assert outcomes(make(), [bytes((byte,)) for byte in data]) == whole
    assert outcomes(make(), [piece for piece in pieces if piece]) == whole


printable = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30)


@given(printable, printable)
def test_any_single_line_value_is_read_back(number: str, name: str) -> None:
    connection = AgiConnection()
    data = environment(number, "1", calleridname=name)
    (request,) = feed(connection, data, bytewise=False)
    assert isinstance(request, Request)
    assert (request.get("network_script"), request.get("calleridname")) == (number, name)


@pytest.mark.parametrize(
    ("reply", "key", "position"),
    [
        (Reply(200, "53", None, "endpos=8000"), "5", 8000),
        (Reply(200, "42"), "*", 0),
        (Reply(200, "35"), "#", 0),
        (Reply(200, "0"), "", 0),
        (Reply(200, "-1"), "", 0),
        (Reply(200, "²"), "", 0),
        (Reply(511), "", 0),
    ],
)
def test_keys_and_positions_of_replies(reply: Reply, key: str, position: int) -> None:
    assert (reply.key, reply.position) == (key, position)
