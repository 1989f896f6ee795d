"""The FastAGI server: sessions, and peers that are no Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk.agi import Reply
from ivr.channels.asterisk.agi_commands import ANSWER, CHANNEL_STATUS, HANGUP, get_variable, set_variable
from ivr.channels.asterisk.agi_server import AgiLimits, AgiServer, AgiSession
from ivr.channels.asterisk.fake import FakeCall, Habits, environment
from ivr.errors import PeerGone, SetupError

Logs = list[MutableMapping[str, Any]]
IMPATIENT = AgiLimits(handshake=0.5, reply=0.5, last_reply=0.5)


@contextlib.asynccontextmanager
async def serving(
    handler: Callable[[AgiSession], Awaitable[None]], limits: AgiLimits | None = None
) -> AsyncIterator[tuple[AgiServer, int]]:
    server = AgiServer(handler, limits)
    port = await server.start(port=0)
    try:
        yield server, port
    finally:
        async with asyncio.timeout(5):
            await server.close()


async def answer(session: AgiSession) -> None:
    await session.command(ANSWER)
    await session.command(HANGUP)


async def good_call(port: int) -> None:
    """A call that works from end to end."""
    async with FakeCall(port) as call:
        await call.until(lambda call: call.verbs() == ["ANSWER", "HANGUP"])


async def all_closed(reader: asyncio.StreamReader) -> None:
    """Wait until the server has closed a connection."""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(5):
            while await reader.read(4096):
                pass


def refusals(logs: Logs) -> list[str]:
    return [line["reason"] for line in logs if line["event"] == "agi peer refused"]


@pytest.mark.parametrize(
    ("sent", "close", "reason"),
    [
        (b"", True, "it left before its request was whole"),
        (b"", False, "it sent no request in time"),
        (b"agi_network: yes\n", True, "it left before its request was whole"),
        (b"agi_network: yes\n", False, "it sent no request in time"),
        (b"\x00\xff\x01garbage\n\r\n", False, "a line of the request is no `agi_name: value`"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", False, "a line of the request is no `agi_name: value`"),
        (b"x" * (1 << 20), False, "more than 65536 bytes without an end"),
        (b"\n", False, "the request lacks agi_channel"),
        (environment("0505", "1\nagi_extension: 0500"), False, "agi_calleridname is out of order"),
        (environment("0505", "1\nagi_arg_1: x"), False, "agi_arg_1 is out of order"),
        (environment("0505", "1\n\nHANGUP"), False, "the request lacks agi_extension"),
    ],
)
async def test_a_bad_peer_costs_one_line_and_its_connection(sent: bytes, close: bool, reason: str) -> None:
    async with serving(answer, IMPATIENT if "in time" in reason else None) as (_, port):
        with capture_logs() as logs:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            if close:
                writer.close()
            await all_closed(reader)
            await good_call(port)
            writer.close()
    assert [line[: len(reason)] for line in refusals(logs)] == [reason]


async def test_a_reply_that_nobody_asked_for_ends_the_call_with_one_line() -> None:
    ended = asyncio.Event()

    async def wait(session: AgiSession) -> None:
        await session.hangup
        with pytest.raises(PeerGone):
            await session.command(ANSWER)
        ended.set()

    async with serving(wait) as (_, port):
        with capture_logs() as logs:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(environment("0505", "1") + b"200 result=0\n")
            await asyncio.wait_for(ended.wait(), 5)
            await all_closed(reader)
            writer.close()
    assert refusals(logs) == ["a reply that nobody asked for"]


async def test_more_calls_than_the_limit_are_refused_at_the_door() -> None:
    release = asyncio.Event()

    async def hold(session: AgiSession) -> None:
        await session.command(ANSWER)
        await release.wait()

    async with serving(hold, AgiLimits(sessions=2)) as (server, port), contextlib.AsyncExitStack() as stack:
        calls = [await stack.enter_async_context(FakeCall(port)) for _ in range(2)]
        for call in calls:
            await call.until(lambda call: call.verbs() == ["ANSWER"])
        with capture_logs() as logs:
            async with FakeCall(port) as third:
                await asyncio.wait_for(third.closed.wait(), 5)
        assert refusals(logs) == ["there are too many calls"]
        assert third.commands == []
        assert server.calls == 2
        release.set()


async def test_replies_belong_to_their_commands() -> None:
    replies: list[Reply] = []

    async def talk(session: AgiSession) -> None:
        replies.append(await session.command(set_variable("A", 'x "y" \\z')))
        replies.append(await session.command(get_variable("A")))
        replies.append(await session.command(get_variable("B")))

    async with serving(talk) as (_, port), FakeCall(port) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert replies == [Reply(200, "1"), Reply(200, "1", 'x "y" \\z'), Reply(200, "0")]


async def test_one_command_at_a_time() -> None:
    seen: list[str] = []

    async def both(session: AgiSession) -> None:
        first = asyncio.create_task(session.command(ANSWER))
        await asyncio.sleep(0)
        try:
            await session.command(CHANNEL_STATUS)
        except RuntimeError:
            seen.append("refused")
        seen.append((await first).result)

    async with serving(both) as (_, port), FakeCall(port) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert seen == ["refused", "0"]


async def test_a_command_without_a_reply_in_time_ends_the_session() -> None:
    reasons: list[str] = []

    async def ask(session: AgiSession) -> None:
        for _ in range(2):
            try:
                await session.command(ANSWER)
            except PeerGone as gone:
                reasons.append(str(gone))

    habits = Habits(silent_for=frozenset({"ANSWER"}))
    async with serving(ask, IMPATIENT) as (_, port), FakeCall(port, habits=habits) as call:
        await asyncio.wait_for(call.closed.wait(), 5)
    assert reasons == ["no reply to ANSWER"] * 2
    assert call.verbs() == ["ANSWER"]


async def test_a_hangup_is_told_at_once_and_is_no_reply() -> None:
    told: list[object] = []

    async def wait(session: AgiSession) -> None:
        await session.hangup
        told.append(session.hung_up)

    async with serving(wait) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(environment("0505", "1") + b"HANGUP\n")
        await all_closed(reader)
        writer.close()
    assert told == [True]


async def test_the_command_under_way_gets_its_own_reply_after_a_hangup() -> None:
    got: list[Reply] = []

    async def ask(session: AgiSession) -> None:
        got.append(await session.command(ANSWER))

    async with serving(ask) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(environment("0505", "1"))
        assert await reader.readline() == b"ANSWER\n"
        writer.write(b"HANGUP\n200 result=-1\n")
        await all_closed(reader)
        writer.close()
    assert got == [Reply(200, "-1")]


async def test_after_a_hangup_a_reply_is_waited_for_only_so_long() -> None:
    reasons: list[str] = []

    async def ask(session: AgiSession) -> None:
        try:
            await session.command(ANSWER, within=60)
        except PeerGone as gone:
            reasons.append(str(gone))

    async with serving(ask, IMPATIENT) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(environment("0505", "1") + b"HANGUP\n")
        await all_closed(reader)
        writer.close()
    assert reasons == ["the caller hung up"]


async def test_a_handler_that_fails_costs_one_line() -> None:
    async def fail(_: AgiSession) -> None:
        raise LookupError("bug")

    with capture_logs() as logs:
        async with serving(fail) as (_, port), FakeCall(port) as call:
            await asyncio.wait_for(call.closed.wait(), 5)
    assert [line["event"] for line in logs] == ["agi handler failed"]


@pytest.mark.parametrize("grace", [0.0, 5.0])
async def test_shutting_down_gives_calls_their_grace_and_leaves_nothing(grace: float) -> None:
    done: list[str] = []
    go_on = asyncio.Event()

    async def hold(session: AgiSession) -> None:
        await session.command(ANSWER)
        await go_on.wait()
        await session.command(HANGUP)
        done.append("hung up")

    before = asyncio.all_tasks()
    server = AgiServer(hold)
    port = await server.start(port=0)
    async with FakeCall(port) as call:
        await call.until(lambda call: call.verbs() == ["ANSWER"])
        idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", port)
        closing = asyncio.create_task(server.close(grace))
        await asyncio.sleep(0)
        go_on.set() if grace else None
        await asyncio.wait_for(closing, 5)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port)
        await all_closed(idle_reader)
        idle_writer.close()
    assert done == (["hung up"] if grace else [])
    assert server.calls == 0
    assert asyncio.all_tasks() == before


async def test_a_taken_port_is_reported_as_a_setup_fault() -> None:
    async with serving(answer) as (_, port):
        with pytest.raises(SetupError, match=str(port)):
            await AgiServer(answer).start(port=port)
