"""One bind to a message centre: opened when first needed and again after it broke, kept alive, answered.

1. Requests wait for their own answer by sequence number, each at most `timeout` seconds.
2. After `enquire` seconds the link is enquired of; a centre that does not answer is gone, and everyone
   waiting is told.
3. A receipt is acknowledged after it has been noted; one that could not be noted comes again.
4. No text of a message reaches a log or an error.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from ivr.accounts.smpp import wire
from ivr.accounts.smpp.receipt import read_receipt
from ivr.accounts.smpp.wire import Pdu
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError, PeerGone, ProtocolError

Receipt = Callable[[str, str], Awaitable[None]]
"""Told the message id and delivered or undelivered. May raise AccountsError: then the receipt comes again."""

_log = structlog.get_logger(__name__)
_LAST = 0x7FFFFFFF
"""Sequence numbers go from 1 to this (SMPP 3.4, 5.1.4)."""


@dataclass(frozen=True, slots=True)
class SmppOptions:
    """Where short messages are handed over."""

    host: str = "127.0.0.1"
    """Message centre."""
    port: int = 2775
    """Its port."""
    system_id: str = ""
    """Our name there."""
    password: Secret | None = None
    """Our password there, at most eight characters (SMPP 3.4, 5.2.2)."""
    system_type: str = ""
    """As agreed with the operator of the centre."""
    enquire: float = 30.0
    """Seconds between two enquiries of the link."""
    timeout: float = 10.0
    """Seconds for connecting, and for each answer."""


class SmppSession:
    """`receipts`: who is told of them; None binds as transmitter, which gets none. `hung_up` is set once
    the link is gone."""

    def __init__(self, options: SmppOptions, receipts: Receipt | None = None) -> None:
        self._options = options
        self._receipts = receipts
        self._opening = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._sequence = 0
        self.hung_up = asyncio.Event()

    async def open(self) -> None:
        """Connect and sign in, unless that is done. Raises PeerGone, ProtocolError."""
        async with self._opening:
            if self._writer is not None:
                return
            await self._let_go()
            await self._connect()

    async def submit(self, **fields: object) -> Pdu:
        """Send one submit_sm; return its answer. Raises PeerGone (it may have been taken), ProtocolError."""
        await self.open()
        return await self._asked("submit_sm", fields)

    async def close(self) -> None:
        """Sign out, if the centre listens, and let go of the connection."""
        if self._writer is not None:
            with contextlib.suppress(PeerGone, ProtocolError):
                await self._asked("unbind", {})
        await self._let_go()

    async def _connect(self) -> None:
        options = self._options
        try:
            async with asyncio.timeout(options.timeout):
                reader, self._writer = await asyncio.open_connection(options.host, options.port)
        except (OSError, TimeoutError) as fault:
            raise PeerGone("the message centre cannot be reached") from fault
        self.hung_up.clear()
        self._tasks = [asyncio.create_task(self._read(reader)), asyncio.create_task(self._keep_alive())]
        mode = "transceiver" if self._receipts else "transmitter"
        password = options.password.reveal() if options.password else ""
        self._sequence = self._sequence % _LAST + 1
        try:
            data = wire.bind(mode, self._sequence, options.system_id, password, options.system_type)
            answer = await self._sent(self._sequence, data)
        except (PeerGone, ProtocolError):
            await self._let_go()
            raise
        if answer.status != wire.OK:
            await self._let_go()
            raise ProtocolError(f"the message centre does not let us in: status {answer.status:#x}")

    async def _asked(self, command: str, fields: dict[str, object]) -> Pdu:
        self._sequence = self._sequence % _LAST + 1
        return await self._sent(self._sequence, wire.encode(command, self._sequence, **fields))

    async def _sent(self, sequence: int, data: bytes) -> Pdu:
        writer = self._writer
        if writer is None:
            raise PeerGone("the message centre has hung up")
        waiting: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = waiting
        try:
            async with asyncio.timeout(self._options.timeout):
                writer.write(data)
                await writer.drain()
                return await waiting
        except (OSError, TimeoutError) as fault:
            raise PeerGone("the message centre did not answer in time") from fault
        finally:
            self._waiting.pop(sequence, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                head = await reader.readexactly(4)
                await self._take(wire.decode(head + await reader.readexactly(wire.length_of(head) - 4)))
        except (OSError, asyncio.IncompleteReadError, ProtocolError, PeerGone) as fault:
            _log.info("message centre gone", fault=type(fault).__name__)
        finally:
            self._hang_up()

    async def _take(self, pdu: Pdu) -> None:
        waiting = self._waiting.get(pdu.sequence)
        if pdu.command.endswith("_resp") or pdu.command == "generic_nack":
            if waiting is not None and not waiting.done():
                waiting.set_result(pdu)
        elif pdu.command == "deliver_sm":
            self._answer("deliver_sm_resp", pdu.sequence, await self._noted(pdu))
        elif pdu.command in {"enquire_link", "unbind"}:
            self._answer(f"{pdu.command}_resp", pdu.sequence, wire.OK)
            if pdu.command == "unbind":
                raise PeerGone("the message centre has signed us out")
        else:
            self._answer("generic_nack", pdu.sequence, 0x03)  # ESME_RINVCMDID

    async def _noted(self, pdu: Pdu) -> int:
        found = read_receipt(pdu)
        if found is None or self._receipts is None:
            return int(wire.OK)
        try:
            await self._receipts(*found)
        except AccountsError as fault:
            _log.warning("delivery receipt not noted", fault=type(fault).__name__)
            return wire.LATER
        return int(wire.OK)

    def _answer(self, command: str, sequence: int, status: int) -> None:
        if self._writer is not None:
            self._writer.write(wire.encode(command, sequence, status=status))

    async def _keep_alive(self) -> None:
        while self._writer is not None:
            await asyncio.sleep(self._options.enquire)
            try:
                await self._asked("enquire_link", {})
            except (PeerGone, ProtocolError):
                self._hang_up()

    def _hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self.hung_up.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(PeerGone("the message centre has hung up"))

    async def _let_go(self) -> None:
        self._hang_up()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        self._tasks = []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
