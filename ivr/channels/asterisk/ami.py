"""The manager interface (AMI): events, call-outs, masking, recovery. Never on the path of a normal call.

panoramisk speaks the protocol; this module is its only door, and keeps what panoramisk does not:

1. `start` returns logged in, or raises SetupError: nobody listens, or the secret is wrong.
2. Every wait has a limit: PeerGone when it runs out or the connection is lost.
3. An action is sent now or refused: each connection has a panoramisk manager of its own, so nothing that was
   asked while disconnected runs late.
4. CR, LF and NUL in a header are refused: they would begin another header, or another action.
5. A lost connection is made again with growing pauses; one log line when it is lost, one when it is back.
6. A callback that fails costs one log line, not the connection. Text is decoded across chunk borders, and a
   peer that sends without an end loses its connection.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import structlog
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from ivr.errors import PeerGone, SetupError

log = structlog.get_logger(__name__)

LIMIT: Final = 256 * 1024
"""Most characters of one AMI message."""
_NEVER = 10**9
_FORBIDDEN = frozenset("\r\n\0")

Headers = Mapping[str, str | Sequence[str]]


class AmiState(Enum):
    """Where the connection stands, for health."""

    CONNECTED = "connected"
    LOST = "lost"
    REFUSED = "refused"
    """Asterisk is there and does not take the secret."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AmiTimes:
    """How long is waited for what, in seconds."""

    connecting: float = 3.0
    """For the connection and the login."""
    answer: float = 5.0
    """For an action's answer when the caller names no other time."""
    pauses: tuple[float, ...] = (0.2, 1.0, 5.0, 30.0)
    """Before the first, second, ... try to connect again; the last one for all others."""


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """Something Asterisk told by itself."""

    name: str
    headers: Mapping[str, str]
    """Names in lower case; of a repeated header the last."""


@dataclass(frozen=True, slots=True)
class AmiAnswer:
    """What Asterisk said to an action."""

    ok: bool
    message: str
    headers: Mapping[str, str]


class AmiClient:
    """One logged-in connection that comes back by itself."""

    def __init__(
        self,
        port: int,
        username: str,
        secret: str,
        *,
        host: str = "127.0.0.1",
        on_event: Callable[[AmiEvent], None] = lambda event: None,
        on_state: Callable[[AmiState], None] = lambda state: None,
        times: AmiTimes | None = None,
    ) -> None:
        self._where = (host, port)
        self._login = {"Username": _checked(username), "Secret": _checked(secret), "AuthType": "plain"}
        self._on_event = on_event
        self._on_state = on_state
        self._times = times or AmiTimes()
        self._link: _Link | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.state = AmiState.CLOSED
        """Where the connection stands now."""

    async def start(self) -> None:
        """Connect and log in, and stay so until `close`; SetupError when that cannot be done at first."""
        try:
            self._link = await self._connect()
        except PeerGone as error:
            raise SetupError(
                f"Asterisk's manager interface does not answer on port {self._where[1]}: {error}",
                remedy="start Asterisk, or set its AMI port",
            ) from error
        self._enter(AmiState.CONNECTED)
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Log off and stay so."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait({keeper})
        if self._link is not None:
            self._link.close()
            self._link = None
        self._enter(AmiState.CLOSED)

    async def send(
        self, action: str, headers: Headers | None = None, within: float | None = None
    ) -> AmiAnswer:
        """Run one action and return Asterisk's first answer to it.

        PeerGone when there is no connection, it is lost meanwhile, or no answer comes in time. ValueError
        for a header with CR, LF or NUL.
        """
        message: dict[str, object] = {"Action": _checked(action)}
        for name, value in (headers or {}).items():
            values = [value] if isinstance(value, str) else list(value)
            message[_checked(name)] = [_checked(each) for each in values]
        if self._link is None or self._link.lost.done():
            raise PeerGone("the manager interface is not connected")
        return await self._link.ask(message, self._times.answer if within is None else within)

    async def ping(self) -> float:
        """Return how many seconds Asterisk takes to answer; PeerGone when it does not."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self.send("Ping")
        return loop.time() - began

    async def mute_recording(self, channel: str, on: bool) -> None:
        """Write silence into a channel's recording from now on, or sound again (a `Masker`).

        A channel that is not being recorded is left as it is. PeerGone when it cannot be known.
        """
        state = "1" if on else "0"
        await self.send("MixMonitorMute", {"Channel": channel, "Direction": "both", "State": state})

    async def _connect(self) -> _Link:
        loop = asyncio.get_running_loop()
        link = _Link(self._tell)
        try:
            async with asyncio.timeout(self._times.connecting):
                await loop.create_connection(link.protocol_for_connection, *self._where)
        except (OSError, TimeoutError) as error:
            raise PeerGone(str(error) or "no connection in time") from error
        try:
            await self._log_in(link)
        except BaseException:
            link.close()
            raise
        return link

    async def _log_in(self, link: _Link) -> None:
        answer = await link.ask({"Action": "Login", **self._login}, self._times.connecting)
        if not answer.ok:
            raise SetupError(
                f"Asterisk refuses the AMI login of {self._login['Username']}: {answer.message}",
                remedy="give the worker and manager.conf the same secret",
            )

    def _tell(self, event: AmiEvent) -> None:
        try:
            self._on_event(event)
        except Exception:
            log.exception("ami event was not dealt with", name=event.name)

    async def _keep(self) -> None:
        """Connect again whenever the connection is lost."""
        while True:
            if self._link is not None:
                await self._link.lost
                log.warning("ami connection lost", reason=self._link.lost.result())
            self._enter(AmiState.LOST)
            self._link = await self._connect_again()
            self._enter(AmiState.CONNECTED)
            log.info("ami connection is back")

    async def _connect_again(self) -> _Link:
        tries = 0
        while True:
            pauses = self._times.pauses
            await asyncio.sleep(pauses[min(tries, len(pauses) - 1)])
            tries += 1
            try:
                return await self._connect()
            except PeerGone:
                self._enter(AmiState.LOST)
            except SetupError as error:
                if self._enter(AmiState.REFUSED):
                    log.error("ami login refused", reason=str(error), remedy=error.remedy)

    def _enter(self, state: AmiState) -> bool:
        changed, self.state = self.state is not state, state
        if changed:
            self._on_state(state)
        return changed


class _Link:
    """One connection with its own panoramisk manager, used once and thrown away."""

    def __init__(self, on_event: Callable[[AmiEvent], None]) -> None:
        self._manager = _Manager(self._lose)
        self._on_event = on_event
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the connection is gone, with the reason."""

    def protocol_for_connection(self) -> AMIProtocol:
        """Make the protocol object and tie it to the manager (asyncio calls this)."""
        protocol = _Protocol(self._manager)
        self._manager.register_event("*", self._event)
        return protocol

    async def ask(self, message: Mapping[str, object], within: float) -> AmiAnswer:
        """Send an action and wait for its first answer; PeerGone when none comes."""
        future = self._manager.send_action(dict(message), as_list=False)
        await asyncio.wait({future, self.lost}, timeout=within, return_when="FIRST_COMPLETED")
        if not future.done():
            future.cancel()
            reason = self.lost.result() if self.lost.done() else "no answer in time"
            raise PeerGone(f"{message['Action']}: {reason}")
        answer = future.result()
        headers = _headers(answer)
        return AmiAnswer(bool(answer.success), headers.get("message", ""), headers)

    def close(self) -> None:
        """Close the connection."""
        self._manager.close()
        self._lose("closed by us")

    def _lose(self, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(reason)

    def _event(self, _: object, message: Any) -> None:
        headers = _headers(message)
        self._on_event(AmiEvent(headers.get("event", ""), headers))


class _Manager(Manager):  # type: ignore[misc]  # panoramisk ships no types
    """panoramisk's manager without its own login, ping and reconnection."""

    def __init__(self, on_lost: Callable[[str], None]) -> None:
        quiet = logging.getLogger("ivr.panoramisk")
        quiet.setLevel(logging.CRITICAL)  # it writes whole actions into its log
        super().__init__(loop=asyncio.get_running_loop(), log=quiet, encoding="utf-8", ping_delay=_NEVER)
        self._on_lost = on_lost

    def connection_lost(self, exc: object) -> None:
        """Tell; panoramisk would connect again by itself, with what was not answered."""
        self._on_lost(str(exc) if isinstance(exc, OSError) else "Asterisk closed the connection")


class _Protocol(AMIProtocol):  # type: ignore[misc]  # panoramisk ships no types
    """panoramisk's protocol, tied to its manager from the start, decoding across chunks, bounded."""

    def __init__(self, manager: _Manager) -> None:
        self._manager = manager
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Do what panoramisk's `Manager.connection_made` does, without the login."""
        super().connection_made(transport)
        self.factory = self._manager
        self.encoding = "utf-8"
        self.log = self._manager.log
        self._manager.protocol = self
        self._manager.responses = self.responses

    def data_received(self, data: bytes) -> None:
        """Hand on whole characters; give up a peer that sends without an end."""
        super().data_received(self._decoder.decode(data).encode("utf-8"))
        if self.queue and len(self.queue[0]) > LIMIT:
            self._manager.connection_lost(OSError(f"more than {LIMIT} characters without an end"))
            self.transport.abort()


def _headers(message: Mapping[str, object]) -> dict[str, str]:
    """panoramisk's message as plain text headers."""
    flat = {}
    for name, value in message.items():
        last = value[-1] if isinstance(value, list) and value else value
        flat[str(name).lower()] = str(last)
    return flat


def _checked(text: str) -> str:
    if not _FORBIDDEN.isdisjoint(text):
        raise ValueError("an AMI header may not hold CR, LF or NUL")
    return text
