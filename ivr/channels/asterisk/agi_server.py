"""The FastAGI server: sockets around the AGI codec.

Rules:

1. One session per connection, one command under way per session; a reply that does not come in time ends
   the session, because its late arrival would be taken for the next one.
2. A peer that breaks the protocol, says nothing, or leaves before its request is whole costs one log line
   and its own connection; other calls do not notice.
3. More sessions than `AgiLimits.sessions` are refused at the door: the dialplan asks another worker.
4. After a hang-up the command under way has `AgiLimits.last_reply` seconds for its own reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

import structlog

from ivr.channels.asterisk.agi import AgiConnection, AgiEvent, HungUp, Reply, Request
from ivr.channels.asterisk.agi_commands import Command
from ivr.channels.asterisk.wire import NEED_DATA, Closed
from ivr.errors import PeerGone, ProtocolError, SetupError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AgiLimits:
    """How much of everything one FastAGI server gives away."""

    sessions: int = 1000
    """Calls at a time; more are refused."""
    handshake: float = 5.0
    """Seconds a peer has for its request."""
    reply: float = 5.0
    """Seconds Asterisk has for a reply when the command names no other time."""
    last_reply: float = 1.0
    """Seconds the command under way keeps waiting after a hang-up."""


class AgiSession:
    """One call's command line. Made by the server once the request is whole."""

    def __init__(self, transport: asyncio.Transport, connection: AgiConnection, limits: AgiLimits) -> None:
        loop = asyncio.get_running_loop()
        self.request: Request
        """What Asterisk said of the call."""
        self.hangup: asyncio.Future[None] = loop.create_future()
        """Done when the caller is gone or the connection is; never an exception."""
        self._loop = loop
        self._transport = transport
        self._connection = connection
        self._limits = limits
        self._reply: asyncio.Future[Reply] | None = None
        self._verb = ""
        self._gone: str | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due = 0.0

    @property
    def hung_up(self) -> bool:
        """True once the caller is gone or the connection is."""
        return self.hangup.done()

    async def command(self, command: Command, within: float | None = None) -> Reply:
        """Run one command and return its reply.

        `within` so many seconds, None: the server's usual time. PeerGone when the caller hung up before, when
        the connection is lost, or when no reply came in time. RuntimeError when one is under way already.
        """
        if self.hangup.done():
            raise PeerGone(self._gone or "the caller hung up")
        if self._transport.is_closing():  # uvloop would raise, and tells of it only later
            raise PeerGone("the connection was lost")
        self._transport.write(self._connection.send(command))
        reply: asyncio.Future[Reply] = self._loop.create_future()
        self._reply, self._verb = reply, command.verb
        self._expect_within(self._limits.reply if within is None else within)
        try:
            return await reply
        except asyncio.CancelledError:
            self._lose(f"{command.verb} was given up")
            raise
        finally:
            self._reply = None

    def _expect_within(self, limit: float) -> None:
        """Watch the reply with one timer a session: one for each command costs more than the command."""
        self._deadline = self._loop.time() + limit
        if self._timer is None or self._timer_due > self._deadline:
            self._watch(self._deadline)

    def _watch(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_due = due
        self._timer = self._loop.call_at(due, self._check)

    def _check(self) -> None:
        self._timer = None
        if self._reply is None:
            return
        if self._loop.time() < self._deadline:
            self._watch(self._deadline)
        else:
            self._lose("the caller hung up" if self.hung_up else f"no reply to {self._verb}")

    def close(self) -> None:
        """Close the connection; Asterisk goes on with its dialplan."""
        self._lose("closed by us")

    def event_received(self, event: AgiEvent) -> None:
        """Take an event of the codec (the server's protocol calls this)."""
        if isinstance(event, Reply):
            if self._reply is not None and not self._reply.done():
                self._reply.set_result(event)
        elif isinstance(event, HungUp):
            self._note_hangup()
            if self._reply is not None:
                self._expect_within(self._limits.last_reply)
        else:
            self._lose("Asterisk closed the connection")

    def _note_hangup(self) -> None:
        if not self.hangup.done():
            self.hangup.set_result(None)

    def _lose(self, reason: str) -> None:
        """End the session: whoever waits for a reply hears PeerGone."""
        if self._gone is not None:
            return
        self._gone = reason
        self._note_hangup()
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(PeerGone(reason))
        if self._timer is not None:
            self._timer.cancel()
        self._transport.close()

    def lost(self, reason: str) -> None:
        """Note that the connection is gone (the server's protocol calls this)."""
        self._lose(reason)


Handler = Callable[[AgiSession], Awaitable[None]]


class _AgiProtocol(asyncio.Protocol):
    """One connection: feeds the codec, starts the handler when the request is whole."""

    def __init__(self, server: AgiServer) -> None:
        self._server = server
        self._connection = AgiConnection()
        self._session: AgiSession | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._transport = transport
        self._peer = transport.get_extra_info("peername")
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(
            self._server.limits.handshake, self._refuse, "it sent no request in time"
        )
        if not self._server.admit(self):
            self._refuse("there are too many calls")

    def data_received(self, data: bytes) -> None:
        self._take(data)

    def eof_received(self) -> bool:
        self._take(b"")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        if self._session is not None:
            self._session.lost("the connection was lost")
        else:
            self._refuse("it left before its request was whole")
        self._server.leave(self)

    def _take(self, data: bytes) -> None:
        if self._refused:
            return
        self._connection.receive_data(data)
        try:
            while (event := self._connection.next_event()) is not NEED_DATA:
                self._dispatch(event)
        except ProtocolError as error:
            self._refuse(str(error))

    def _dispatch(self, event: AgiEvent) -> None:
        if isinstance(event, Request):
            self._begin(event)
        elif self._session is not None:
            self._session.event_received(event)
        elif isinstance(event, Closed):
            self._refuse("it left before its request was whole")

    def _begin(self, request: Request) -> None:
        self._timer.cancel()
        self._session = AgiSession(self._transport, self._connection, self._server.limits)
        self._session.request = request
        self._server.begin(self._session)

    def _refuse(self, reason: str) -> None:
        """One log line for a bad peer, however many faults it has."""
        if self._refused:
            return
        self._refused = True
        self._timer.cancel()
        log.warning("agi peer refused", reason=reason, peer=self._peer)
        if self._session is not None:
            self._session.lost(reason)
        self._transport.abort()

    def abort(self) -> None:
        """Close at once, for a server that shuts down."""
        self._refused = True
        self._transport.abort()


class AgiServer:
    """Listens for Asterisk and runs one handler per call."""

    def __init__(self, handler: Handler, limits: AgiLimits | None = None) -> None:
        self.limits = limits or AgiLimits()
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._peers: set[_AgiProtocol] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def calls(self) -> int:
        """Number of calls under way."""
        return len(self._calls)

    @property
    def connections(self) -> int:
        """Number of connections, those that are no call yet or no more among them."""
        return len(self._peers)

    async def start(self, host: str = "127.0.0.1", port: int = 4573) -> int:
        """Listen, and return the port (useful with port 0); SetupError when it is taken."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _AgiProtocol(self), host, port)
        except OSError as error:
            raise SetupError(
                f"cannot listen for Asterisk on {host}:{port}: {error.strerror}",
                remedy="end the program that holds the port, or set another one",
            ) from error
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self, grace: float = 0.0) -> None:
        """Take no more calls, give those under way `grace` seconds, then end them."""
        if self._server is not None:
            self._server.close()
        if self._calls and grace > 0:
            await asyncio.wait(self._calls, timeout=grace)
        for call in self._calls:
            call.cancel()
        if self._calls:
            await asyncio.wait(self._calls)
        for peer in tuple(self._peers):
            peer.abort()
        await self._empty.wait()

    def admit(self, peer: _AgiProtocol) -> bool:
        """Count a connection in; False when there are too many (its protocol calls this)."""
        self._peers.add(peer)
        self._empty.clear()
        return len(self._peers) <= self.limits.sessions

    def leave(self, peer: _AgiProtocol) -> None:
        """Count a connection out (its protocol calls this)."""
        self._peers.discard(peer)
        if not self._peers:
            self._empty.set()

    def begin(self, session: AgiSession) -> None:
        """Start the handler of a call (its protocol calls this)."""
        call = asyncio.get_running_loop().create_task(self._run(session))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _run(self, session: AgiSession) -> None:
        try:
            await self._handler(session)
        except Exception:
            log.exception("agi handler failed")
        finally:
            session.close()
