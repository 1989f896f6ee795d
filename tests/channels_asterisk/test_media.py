"""The media server: streams, and peers that are no Asterisk."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, MutableMapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from ivr.channels.asterisk import audiosocket as a
from ivr.channels.asterisk.media import LEFT, LONGEST_GAP, MediaLimits, MediaServer, MediaStream
from ivr.channels.asterisk.playing import PlayQueue
from ivr.channels.port import Utterance
from ivr.errors import SetupError
from tests.channels_asterisk.helpers import eventually

IMPATIENT = MediaLimits(handshake=0.5, first_frame=0.5)


class Ear:
    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.ours: list[bytes] = []
        self.keys: list[str] = []

    def sound(self, frame: bytes) -> None:
        self.frames.append(frame)

    def sent(self, frame: bytes) -> None:
        self.ours.append(frame)

    def key(self, key: str) -> None:
        self.keys.append(key)


class Call:
    """A call that waits for its stream."""

    def __init__(self, server: MediaServer) -> None:
        self.uuid = uuid4()
        self.ear = Ear()
        self.finished: list[int] = []
        self.queue = PlayQueue(self.finished.append, lambda _: None)
        self.opened = server.expect(self.uuid, self.queue, self.ear)

    async def stream(self) -> MediaStream:
        return await asyncio.wait_for(self.opened, 5)


@contextlib.asynccontextmanager
async def serving(limits: MediaLimits | None = None) -> AsyncIterator[MediaServer]:
    server = MediaServer(limits)
    await server.start(port=0)
    try:
        yield server
    finally:
        async with asyncio.timeout(5):
            await server.close()
        assert server.streams == 0


async def connect(server: MediaServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = server.address.partition(":")
    return await asyncio.open_connection(host, int(port))


def hello(call: UUID) -> bytes:
    return a.message(a.IDENTITY, call.bytes)


async def all_closed(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(5):
            while await reader.read(4096):
                pass


def refusals(logs: list[MutableMapping[str, Any]]) -> list[str]:
    return [line["reason"] for line in logs if line["event"] == "media peer refused"]


async def good_call(server: MediaServer) -> None:
    call = Call(server)
    reader, writer = await connect(server)
    writer.write(hello(call.uuid) + a.SILENCE)
    stream = await call.stream()
    assert await asyncio.wait_for(reader.readexactly(len(a.SILENCE)), 5) == a.SILENCE
    stream.terminate()
    await all_closed(reader)
    writer.close()


@pytest.mark.parametrize(
    ("sent", "close", "reason"),
    [
        (b"", True, "it left without naming its call"),
        (b"", False, "it did not name its call in time"),
        (b"\x01\x00\x10half", True, "it left without naming its call"),
        (b"\x01\x00\x10half", False, "it did not name its call in time"),
        (b"GET / HTTP/1.1\r\n\r\n", False, "no AudioSocket message"),
        (b"\x01" * (1 << 20), False, "no AudioSocket message"),
        (a.SILENCE, False, "it did not begin with its call"),
        (hello(UUID(int=1)), False, "nobody waits for its call"),
    ],
)
async def test_a_bad_peer_costs_one_line_and_its_connection(sent: bytes, close: bool, reason: str) -> None:
    async with serving(IMPATIENT if "in time" in reason else None) as server:
        with capture_logs() as logs:
            reader, writer = await connect(server)
            writer.write(sent)
            if close:
                writer.close()
            await all_closed(reader)
            await good_call(server)
            writer.close()
    assert [line[: len(reason)] for line in refusals(logs)] == [reason]


async def test_a_uuid_opens_one_stream_only() -> None:
    async with serving() as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid))
        await call.stream()
        with capture_logs() as logs:
            thief_reader, thief_writer = await connect(server)
            thief_writer.write(hello(call.uuid))
            await all_closed(thief_reader)
        thief_writer.close()
        writer.close()
    assert refusals(logs) == ["nobody waits for its call"]


async def test_a_forgotten_call_opens_no_stream() -> None:
    async with serving() as server:
        call = Call(server)
        server.forget(call.uuid)
        assert call.opened.cancelled()
        with capture_logs() as logs:
            reader, writer = await connect(server)
            writer.write(hello(call.uuid))
            await all_closed(reader)
        writer.close()
    assert refusals(logs) == ["nobody waits for its call"]


async def test_sound_and_keys_come_in_and_frames_of_any_length_are_cut_to_20_ms() -> None:
    pcm = b"".join(struct.pack("<h", number) for number in range(160 * 5))
    async with serving() as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid))
        stream = await call.stream()
        for size in (320, 100, 540):
            writer.write(a.message(a.AUDIO, pcm[:size]))
            pcm = pcm[size:]
        writer.write(a.message(a.KEY, b"5") + a.message(a.KEY, b"#") + a.message(a.TERMINATE))
        assert await asyncio.wait_for(stream.over, 5) == "Asterisk ended the stream"
        writer.close()
    assert [len(frame) for frame in call.ear.frames] == [320, 320, 320]
    numbers = struct.unpack("<480h", b"".join(call.ear.frames))
    assert numbers == tuple(range(480))
    assert call.ear.keys == ["5", "#"]


async def test_a_prompt_is_sent_at_its_own_pace_and_silence_around_it() -> None:
    async with serving() as server:
        call = Call(server)
        call.queue.add(3, Utterance("x", "ru", "x")).fill(struct.pack("<h", 9) * 160 * 4)
        call.queue.end(3)
        reader, writer = await connect(server)
        writer.write(hello(call.uuid) + a.SILENCE)
        heard = await asyncio.wait_for(reader.readexactly(len(a.SILENCE) * 8), 5)
        writer.close()
    sound = [heard[at + 3] for at in range(0, len(heard), len(a.SILENCE))]
    assert sound == [9, 9, 9, 9, 0, 0, 0, 0]
    assert call.finished == [3]


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (b"", "Asterisk closed the stream"),
        (a.message(a.TERMINATE), "Asterisk ended the stream"),
        (a.message(a.ERROR, b"\x02"), "Asterisk reported an error"),
    ],
)
async def test_the_end_of_a_stream_is_told_once_without_a_log_line(last: bytes, reason: str) -> None:
    async with serving() as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid))
        stream = await call.stream()
        with capture_logs() as logs:
            writer.write(last)
            writer.write_eof()
            assert await asyncio.wait_for(stream.over, 5) == reason
            writer.close()
    assert logs == []


async def test_garbage_inside_a_stream_costs_one_line_and_that_stream() -> None:
    async with serving() as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid))
        stream = await call.stream()
        with capture_logs() as logs:
            writer.write(hello(call.uuid))
            assert await asyncio.wait_for(stream.over, 5) == "a stream named its call twice"
            await good_call(server)
        writer.close()
    assert refusals(logs) == ["a stream named its call twice"]


async def test_leaving_sends_a_terminate_message_and_hears_nothing_more() -> None:
    async with serving() as server:
        call = Call(server)
        reader, writer = await connect(server)
        writer.write(hello(call.uuid))
        stream = await call.stream()
        stream.terminate()
        stream.terminate()
        assert (await asyncio.wait_for(reader.read(), 5)).endswith(a.TERMINATE_MESSAGE)
        assert stream.over.result() == LEFT
        stream.take(a.Key("1"))
        writer.close()
    assert call.ear.keys == []


async def test_a_stream_that_brings_nothing_is_given_up() -> None:
    async with serving(IMPATIENT) as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid))
        stream = await call.stream()
        assert await asyncio.wait_for(stream.over, 5) == "nothing came over the stream"
        writer.close()


async def test_a_slow_peer_loses_its_stream_and_nothing_grows() -> None:
    async with serving(MediaLimits(unsent=4 * len(a.SILENCE))) as server:
        call = Call(server)
        loop = asyncio.get_running_loop()
        host, _, port = server.address.partition(":")
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        peer.setblocking(False)
        await loop.sock_connect(peer, (host, int(port)))
        await loop.sock_sendall(peer, hello(call.uuid) + a.SILENCE)
        stream = await call.stream()
        with capture_logs() as logs:
            for _ in range(100_000):
                stream.tick(2)
                if stream.over.done():
                    break
            assert stream.over.result() == "it does not take what is sent"
            await good_call(server)
        peer.close()
    assert refusals(logs) == ["it does not take what is sent"]


async def test_more_streams_than_the_limit_are_refused() -> None:
    async with serving(MediaLimits(streams=1)) as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid))
        await call.stream()
        with capture_logs() as logs:
            reader, other = await connect(server)
            await all_closed(reader)
        other.close()
        writer.close()
    assert refusals(logs) == ["there are too many streams"]


async def test_a_taken_port_is_reported_as_a_setup_fault() -> None:
    async with serving() as server:
        port = int(server.address.partition(":")[2])
        with pytest.raises(SetupError, match=str(port)):
            await MediaServer().start(port=port)


async def test_silence_is_put_in_while_a_telephone_suppresses_it() -> None:
    pcm = struct.pack("<h", 5) * 160
    async with serving() as server:
        call = Call(server)
        _, writer = await connect(server)
        writer.write(hello(call.uuid) + a.message(a.AUDIO, pcm))
        stream = await call.stream()
        await eventually(lambda: bool(call.ear.frames))
        server.ticker.remove(stream)
        call.ear.frames.clear()
        stream.take(a.Sound(pcm))
        for _ in range(LONGEST_GAP):
            stream.tick(1)
        assert call.ear.frames == [pcm]
        stream.tick(1)
        stream.tick(2)
        assert call.ear.frames == [pcm, *[bytes(320)] * 3]
        stream.take(a.Sound(pcm))
        stream.tick(1)
        assert call.ear.frames[-1] == pcm
        writer.close()
