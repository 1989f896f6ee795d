"""The manager interface: what panoramisk leaves open is closed here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk.ami import LIMIT, AmiClient, AmiEvent, AmiState, AmiTimes
from ivr.errors import PeerGone, SetupError
from tests.channels_asterisk.helpers import eventually
from tests.support.asterisk import running_asterisk

TIMES = AmiTimes(connecting=0.5, answer=0.3, pauses=(0.01,))
Message = dict[str, str]


@dataclass
class FakeManager:
    """The manager interface's other side: logs in, answers pings, keeps what it was asked."""

    secret: str = "right"
    silent: frozenset[str] = frozenset()
    greeting: bytes = b"Asterisk Call Manager/11.0.0\r\n"
    asked: list[Message] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    port: int = 0

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[FakeManager]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.drop()
            await server.wait_closed()

    def drop(self) -> None:
        """Break every connection."""
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    def tell(self, data: bytes) -> None:
        for writer in self.writers:
            writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(self.greeting)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                data = await reader.readuntil(b"\r\n\r\n")
                lines = data.decode().strip().split("\r\n")
                message = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                self.asked.append(message)
                if message["action"] not in self.silent:
                    writer.write(self._answer(message).encode())

    def _answer(self, message: Message) -> str:
        right = message["action"] != "Login" or message["secret"] == self.secret
        text = "Pong" if message["action"] == "Ping" else "fine" if right else "Authentication failed"
        response = "Success" if right else "Error"
        return f"Response: {response}\r\nActionID: {message['actionid']}\r\nMessage: {text}\r\n\r\n"


@dataclass
class Seen:
    events: list[AmiEvent] = field(default_factory=list)
    states: list[AmiState] = field(default_factory=list)


@contextlib.asynccontextmanager
async def client(
    manager: FakeManager, on_event: Callable[[AmiEvent], None] | None = None, *, word: str = "right"
) -> AsyncIterator[tuple[AmiClient, Seen]]:
    seen = Seen()
    ami = AmiClient(
        manager.port,
        "ivr",
        word,
        on_event=on_event or seen.events.append,
        on_state=seen.states.append,
        times=TIMES,
    )
    before = asyncio.all_tasks()
    try:
        await ami.start()
        yield ami, seen
    finally:
        await ami.close()
        assert {task for task in asyncio.all_tasks() - before if "FakeManager" not in repr(task)} == set()


async def test_it_logs_in_asks_and_hears() -> None:
    async with FakeManager().running() as manager, client(manager) as (ami, seen):
        assert await ami.ping() < 1
        answer = await ami.send("UserEvent", {"UserEvent": "Hello", "Header": ["a", "b"]})
        assert (answer.ok, answer.message) == (True, "fine")
        manager.tell(b"Event: UserEvent\r\nText: \xd0\xb4\xd0\xb0\r\n\r\n")
        await eventually(lambda: bool(seen.events))
    assert seen.events == [AmiEvent("UserEvent", {"event": "UserEvent", "text": "да", "content": ""})]
    assert seen.states == [AmiState.CONNECTED, AmiState.CLOSED]
    assert [message["action"] for message in manager.asked] == ["Login", "Ping", "UserEvent"]


async def test_letters_cut_between_two_chunks_arrive_whole() -> None:
    async with FakeManager().running() as manager, client(manager) as (_, seen):
        for byte in "Event: Sms\r\nText: привет\r\n\r\n".encode():
            manager.tell(bytes((byte,)))
            await asyncio.sleep(0)
        await eventually(lambda: bool(seen.events))
    assert seen.events[0].headers["text"] == "привет"


async def test_a_wrong_secret_is_a_setup_fault_and_is_not_tried_again() -> None:
    async with FakeManager().running() as manager:
        with pytest.raises(SetupError, match="Authentication failed") as caught:
            async with client(manager, word="wrong"):
                pass
        await asyncio.sleep(0.05)
    assert len(manager.asked) == 1
    assert "wrong" not in str(caught.value)


async def test_nobody_listening_is_a_setup_fault() -> None:
    async with FakeManager().running() as manager:
        pass
    with pytest.raises(SetupError, match=str(manager.port)):
        async with client(manager):
            pass


async def test_a_peer_that_never_answers_the_login_is_a_setup_fault() -> None:
    async with FakeManager(silent=frozenset({"Login"})).running() as manager:
        with pytest.raises(SetupError, match="no answer in time"):
            async with client(manager):
                pass


async def test_an_action_without_an_answer_is_given_up() -> None:
    async with FakeManager(silent=frozenset({"Originate"})).running() as manager, client(manager) as (ami, _):
        with pytest.raises(PeerGone, match="no answer in time"):
            await ami.send("Originate")
        assert await ami.ping() < 1


@pytest.mark.parametrize("bad", ["a\r\nAction: Originate", "a\n", "\0"])
async def test_what_would_be_another_header_is_refused(bad: str) -> None:
    async with FakeManager().running() as manager, client(manager) as (ami, _):
        for action, headers in ((bad, {}), ("X", {bad: "y"}), ("X", {"Y": bad})):
            with pytest.raises(ValueError, match="CR, LF or NUL"):
                await ami.send(action, headers)
        with pytest.raises(ValueError, match="CR, LF or NUL"):
            await ami.mute_recording(bad, True)
    assert [message["action"] for message in manager.asked] == ["Login"]


async def test_a_lost_connection_comes_back_and_nothing_runs_late() -> None:
    silent = frozenset({"Originate"})
    async with FakeManager(silent=silent).running() as manager, client(manager) as (ami, seen):
        with capture_logs() as logs:
            asking = asyncio.create_task(ami.send("Originate", within=5))
            await eventually(lambda: manager.asked[-1]["action"] == "Originate")
            manager.drop()
            with pytest.raises(PeerGone):
                await asking
            with pytest.raises(PeerGone, match="not connected"):
                await ami.send("Originate")
            await eventually(lambda: ami.state is AmiState.CONNECTED)
            assert await ami.ping() < 1
    assert [message["action"] for message in manager.asked] == ["Login", "Originate", "Login", "Ping"]
    assert [line["event"] for line in logs] == ["ami connection lost", "ami connection is back"]
    assert seen.states == [AmiState.CONNECTED, AmiState.LOST, AmiState.CONNECTED, AmiState.CLOSED]


async def test_it_goes_on_trying_while_asterisk_is_away_and_tells_a_changed_secret_once() -> None:
    async with FakeManager().running() as manager, client(manager) as (ami, seen):
        with capture_logs() as logs:
            manager.secret = "changed"
            manager.drop()
            await eventually(lambda: len(manager.asked) >= 4)
            assert ami.state is AmiState.REFUSED
            manager.secret = "right"
            await eventually(lambda: ami.state is AmiState.CONNECTED)
    assert [line["event"] for line in logs].count("ami login refused") == 1
    assert seen.states[1:4] == [AmiState.LOST, AmiState.REFUSED, AmiState.CONNECTED]


async def test_a_callback_that_fails_costs_a_line_and_not_the_connection() -> None:
    def fail(_: AmiEvent) -> None:
        raise LookupError("bug")

    async with FakeManager().running() as manager, client(manager, on_event=fail) as (ami, _):
        with capture_logs() as logs:
            manager.tell(b"Event: One\r\n\r\n")
            await eventually(lambda: bool(logs))
            assert await ami.ping() < 1
    assert [line["event"] for line in logs] == ["ami event was not dealt with"]


async def test_a_peer_that_sends_without_an_end_loses_its_connection() -> None:
    async with FakeManager().running() as manager, client(manager) as (ami, seen):
        manager.tell(b"x" * (LIMIT + 100_000))
        await eventually(lambda: AmiState.LOST in seen.states)
        await eventually(lambda: ami.state is AmiState.CONNECTED)


@pytest.mark.parametrize(
    "garbage", [b"\r\n\r\n\r\n", b"\xff\x00\r\n\r\n", b"Event\r\n\r\n", b"Response: \r\n\r\n"]
)
async def test_garbage_between_messages_is_passed_over(garbage: bytes) -> None:
    async with FakeManager(greeting=garbage).running() as manager, client(manager) as (ami, _):
        manager.tell(garbage)
        assert await ami.ping() < 1


async def test_closing_stops_trying() -> None:
    async with FakeManager().running() as manager, client(manager) as (ami, _):
        manager.drop()
        await ami.close()
        await asyncio.sleep(0.05)
        assert ami.state is AmiState.CLOSED
        assert len(manager.asked) == 1
        with pytest.raises(PeerGone):
            await ami.ping()


async def test_masking_mutes_the_recording() -> None:
    async with FakeManager().running() as manager, client(manager) as (ami, _):
        await ami.mute_recording("PJSIP/x-1", True)
        await ami.mute_recording("PJSIP/x-1", False)
    fields = [(m["action"], m["channel"], m["direction"], m["state"]) for m in manager.asked[1:]]
    assert fields == [
        ("MixMonitorMute", "PJSIP/x-1", "both", "1"),
        ("MixMonitorMute", "PJSIP/x-1", "both", "0"),
    ]


@pytest.mark.call
async def test_a_real_asterisk_logs_us_in_tells_events_and_takes_us_back(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path) as asterisk:
        secret, port = asterisk.options.ami_secret, asterisk.ports.ami
        with pytest.raises(SetupError, match="Authentication failed"):
            await AmiClient(port, "ivr", "wrong").start()
        seen = Seen()
        ami = AmiClient(port, "ivr", secret, on_event=seen.events.append, times=TIMES)
        await ami.start()
        try:
            assert await ami.ping() < 1
            assert (await ami.send("UserEvent", {"UserEvent": "Hello", "Text": "привет"})).ok
            await eventually(lambda: any(event.headers.get("text") == "привет" for event in seen.events))
            refused = await ami.send("MixMonitorMute", {"Channel": "PJSIP/none", "State": "1"})
            assert not refused.ok
            await asterisk.instance.stop()
            await eventually(lambda: ami.state is AmiState.LOST)
            await asterisk.instance.start()
            await eventually(lambda: ami.state is AmiState.CONNECTED)
            assert await ami.ping() < 1
        finally:
            await ami.close()
