"""The AudioSocket server: sockets around the codec, one stream per call.

Rules:

1. A call registers the UUID it gave to Asterisk before Asterisk connects; a connection with any other UUID,
   or without one in time, is closed with one log line.
2. A stream sends a frame in every tick, silence too: Asterisk ends a stream that is quiet for two seconds.
3. A peer that does not take what is sent loses its stream; nothing grows.
4. A stream over which nothing at all has come `MediaLimits.first_frame` seconds after its opening is dead.
   Later silence is not: a muted telephone sends nothing.
5. The listener hears time pass: while a telephone that suppresses silence sends nothing, silence is put in,
   so that whoever waits for the end of speech hears it.
6. `MediaStream.over` tells why a stream ended; nothing reaches the listener afterwards.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol, cast
from uuid import UUID

import structlog

from ivr.channels.asterisk.audiosocket import (
    FRAME_BYTES,
    TERMINATE_MESSAGE,
    AudioSocketReader,
    Failure,
    Identified,
    Key,
    Message,
    Sound,
    payload,
)
from ivr.channels.asterisk.playing import PlayQueue
from ivr.channels.asterisk.ticker import Ticker
from ivr.channels.asterisk.wire import NEED_DATA, Closed
from ivr.errors import ProtocolError, SetupError

log = structlog.get_logger(__name__)

LONGEST_GAP: Final = 10
"""Frames that may be missing before silence is put in: jitter and loss are shorter."""
_NO_SOUND = bytes(FRAME_BYTES)

LEFT: Final = "left"
"""Why a stream ended when it was we who left it."""


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """How much of everything one media server gives away."""

    streams: int = 1000
    """Connections at a time; more are closed."""
    handshake: float = 2.0
    """Seconds a peer has to say which call it belongs to."""
    first_frame: float = 5.0
    """Seconds after which a stream that brought nothing at all is given up."""
    unsent: int = 64 * (FRAME_BYTES + 3)
    """Bytes that may wait for a slow peer: 1.3 s of sound."""


class MediaListener(Protocol):
    """Who hears of a stream."""

    def sound(self, frame: bytes) -> None:
        """Take 20 ms of the caller's side: 320 bytes of 8 kHz s16le."""

    def sent(self, frame: bytes) -> None:
        """Take 20 ms of our side as they go out, silence too, in the same form."""

    def key(self, key: str) -> None:
        """Take a key."""


@dataclass(frozen=True, slots=True)
class _Expected:
    queue: PlayQueue
    listener: MediaListener
    opened: asyncio.Future[MediaStream]


class MediaStream:
    """One call's sound, both ways, over one connection."""

    def __init__(self, transport: asyncio.Transport, expected: _Expected, ticker: Ticker) -> None:
        self._transport = transport
        self._queue = expected.queue
        self._listener = expected.listener
        self._ticker = ticker
        self._rest = b""
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the stream has ended, with the reason; `LEFT` when we left it."""
        self._missing = 0
        self.received = False
        """True once anything has come over it."""
        ticker.add(self)

    def tick(self, count: int) -> None:
        """Send so many frames (the ticker calls this)."""
        if self._transport.is_closing():
            self.fail("the connection was lost")  # uvloop would raise, and tells of it only later
            return
        frames = [self._queue.next_frame() for _ in range(count)]
        self._transport.write(frames[0] if count == 1 else b"".join(frames))
        for frame in frames:
            self._listener.sent(payload(frame))
        self._missing += count
        if self._missing > LONGEST_GAP:
            self._fill(count)

    def _fill(self, count: int) -> None:
        for _ in range(count):
            self._listener.sound(_NO_SOUND)

    def take(self, message: Message) -> None:
        """Pass a message on (the connection calls this); ProtocolError when it has no place here."""
        if self.over.done():
            return
        self.received = True
        if isinstance(message, Sound):
            self._take_sound(message.pcm)
        elif isinstance(message, Key):
            self._listener.key(message.key)
        elif isinstance(message, Identified):
            raise ProtocolError("a stream named its call twice")
        else:
            error = isinstance(message, Failure)
            self.fail("Asterisk reported an error" if error else "Asterisk ended the stream")

    def _take_sound(self, pcm: bytes) -> None:
        self._missing = 0
        if len(pcm) == FRAME_BYTES and not self._rest:
            self._listener.sound(pcm)
            return
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        self._rest = pcm[whole:]
        for at in range(0, whole, FRAME_BYTES):
            self._listener.sound(pcm[at : at + FRAME_BYTES])

    def terminate(self) -> None:
        """Leave in good order: Asterisk's application returns, the call goes on."""
        if not self.over.done():
            if not self._transport.is_closing():
                self._transport.write(TERMINATE_MESSAGE)
            self._shut(LEFT)
            self._transport.close()

    def fail(self, reason: str) -> None:
        """End the stream at once; nothing if it has ended."""
        if not self.over.done():
            self._shut(reason)
            self._transport.abort()

    def _shut(self, reason: str) -> None:
        self.over.set_result(reason)
        self._ticker.remove(self)


class _MediaProtocol(asyncio.Protocol):
    """One connection: a stranger until it has named a call that is expected."""

    def __init__(self, server: MediaServer) -> None:
        self._server = server
        self._reader = AudioSocketReader()
        self._stream: MediaStream | None = None
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._transport = transport
        self._peer = transport.get_extra_info("peername")
        limits = self._server.limits
        transport.set_write_buffer_limits(high=limits.unsent)
        late = "it did not name its call in time"
        self._timer = asyncio.get_running_loop().call_later(limits.handshake, self._refuse, late)
        if not self._server.admit(self):
            self._refuse("there are too many streams")

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def eof_received(self) -> bool:
        self._take(b"")
        return False

    def pause_writing(self) -> None:
        self._refuse("it does not take what is sent")

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        if self._stream is not None:
            self._stream.fail("the connection was lost")
        else:
            self._refuse("it left without naming its call")
        self._server.leave(self)

    def _take(self, data: bytes) -> None:
        if self._over:
            return
        self._reader.receive_data(data)
        try:
            while not self._over and (event := self._reader.next_event()) is not NEED_DATA:
                self._dispatch(event)
        except ProtocolError as error:
            self._refuse(str(error))

    def _dispatch(self, event: Message | Closed) -> None:
        if isinstance(event, Closed):
            if self._stream is not None:
                self._stream.fail("Asterisk closed the stream")
        elif self._stream is not None:
            self._stream.take(event)
        elif isinstance(event, Identified):
            self._attach(event.call)
        else:
            raise ProtocolError("it did not begin with its call")

    def _attach(self, call: UUID) -> None:
        expected = self._server.claim(call)
        if expected is None:
            raise ProtocolError("nobody waits for its call")
        self._timer.cancel()
        self._stream = stream = MediaStream(self._transport, expected, self._server.ticker)
        limit = self._server.limits.first_frame
        self._timer = asyncio.get_running_loop().call_later(limit, self._check_alive)
        if not expected.opened.done():
            expected.opened.set_result(stream)

    def _check_alive(self) -> None:
        if self._stream is not None and not self._stream.received:
            self._stream.fail("nothing came over the stream")

    def _refuse(self, reason: str) -> None:
        """One log line for a bad peer, however many faults it has."""
        if self._over:
            return
        self._over = True
        self._timer.cancel()
        log.warning("media peer refused", reason=reason, peer=self._peer)
        if self._stream is not None:
            self._stream.fail(reason)
        self._transport.abort()

    def abort(self) -> None:
        """Close at once, for a server that shuts down."""
        self._over = True
        self._transport.abort()


class MediaServer:
    """Listens for AudioSocket connections and gives each to the call that waits for it."""

    def __init__(self, limits: MediaLimits | None = None, ticker: Ticker | None = None) -> None:
        """Make it inside a running event loop, or with a ticker of one's own."""
        self.limits = limits or MediaLimits()
        self.ticker = ticker or Ticker(asyncio.get_running_loop())
        self.address = ""
        """`host:port` for Asterisk, once started."""
        self._server: asyncio.Server | None = None
        self._peers: set[_MediaProtocol] = set()
        self._expected: dict[UUID, _Expected] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def streams(self) -> int:
        """Number of connections."""
        return len(self._peers)

    @property
    def waiting(self) -> int:
        """Number of calls whose stream has not come yet."""
        return len(self._expected)

    async def start(self, host: str = "127.0.0.1", port: int = 9092) -> int:
        """Listen, and return the port (useful with port 0); SetupError when it is taken."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _MediaProtocol(self), host, port)
        except OSError as error:
            raise SetupError(
                f"cannot listen for Asterisk's sound on {host}:{port}: {error.strerror}",
                remedy="end the program that holds the port, or set another one",
            ) from error
        taken = int(self._server.sockets[0].getsockname()[1])
        self.address = f"{host}:{taken}"
        return taken

    async def close(self) -> None:
        """Close every stream and the port."""
        if self._server is not None:
            self._server.close()
        for peer in tuple(self._peers):
            peer.abort()
        await self._empty.wait()

    def expect(self, call: UUID, queue: PlayQueue, listener: MediaListener) -> asyncio.Future[MediaStream]:
        """Say that a call will come; the future gives its stream. End the wait with `forget`."""
        opened: asyncio.Future[MediaStream] = asyncio.get_running_loop().create_future()
        self._expected[call] = _Expected(queue, listener, opened)
        return opened

    def forget(self, call: UUID) -> None:
        """Wait for a call no longer; nothing if it came already."""
        expected = self._expected.pop(call, None)
        if expected is not None:
            expected.opened.cancel()

    def claim(self, call: UUID) -> _Expected | None:
        """Hand out who waits for a call, once (the connection calls this)."""
        return self._expected.pop(call, None)

    def admit(self, peer: _MediaProtocol) -> bool:
        """Count a connection in; False when there are too many (the connection calls this)."""
        self._peers.add(peer)
        self._empty.clear()
        return len(self._peers) <= self.limits.streams

    def leave(self, peer: _MediaProtocol) -> None:
        """Count a connection out (the connection calls this)."""
        self._peers.discard(peer)
        if not self._peers:
            self._empty.set()
