"""A UDP port on the loopback; SIP and media both use it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

HOST = "127.0.0.1"
BUFFER_BYTES = 1 << 20
"""Room for what arrives while the loop is busy: a burst of many calls, or seconds of one call's media."""

Address = tuple[str, int]


def _ignore(data: bytes, sender: Address) -> None:
    """What comes before anyone listens."""


class UdpPort(asyncio.DatagramProtocol):
    """An open port. `take(data, sender)` is called for each datagram."""

    def __init__(self) -> None:
        self.take: Callable[[bytes, Address], None] = _ignore
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, port: int = 0) -> UdpPort:
        """Bind 127.0.0.1:`port`, any free one by default."""
        loop = asyncio.get_running_loop()
        _, opened = await loop.create_datagram_endpoint(cls, local_addr=(HOST, port))
        return opened

    @property
    def address(self) -> Address:
        """Host and port."""
        if self._transport is None:
            raise RuntimeError("the port was not opened by `open`")
        host, port = self._transport.get_extra_info("sockname")[:2]
        return str(host), int(port)

    def send(self, data: bytes, to: Address) -> None:
        """Send one datagram; nothing once the port is closed."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, to)

    def close(self) -> None:
        """Close it; safe to do twice."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket from asyncio."""
        self._transport = cast(asyncio.DatagramTransport, transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Hand one datagram on."""
        self.take(data, addr)
