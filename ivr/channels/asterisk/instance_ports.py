"""Free ports, so that several instances run at once on one machine.

A block of 500 ports is reserved by binding an abstract Unix socket named after it: the kernel frees the name
when the process ends, however it ends, so no reservation is ever stale. The blocks lie below the ephemeral
ports (32768 and up), where the kernel would hand them to others. Linux only, as Asterisk's private root is.
"""

from __future__ import annotations

import errno
import random
import socket
from dataclasses import dataclass, field

from ivr.errors import SetupError

BLOCK_SIZE = 500
FIRST_BLOCK = 10_000
BLOCKS = 44
FIXED = 20
"""Ports at a block's start that are checked one by one before it is used; media takes the rest."""


@dataclass(slots=True)
class PortBlock:
    """Reserved ports `first` to `first + 499` on 127.0.0.1, until `release()` or the end of the process."""

    first: int
    _reservation: socket.socket = field(repr=False)

    @property
    def sip(self) -> int:
        """SIP over UDP."""
        return self.first

    @property
    def ami(self) -> int:
        """AMI over TCP."""
        return self.first + 1

    @property
    def agent(self) -> int:
        """The operator's phone."""
        return self.first + 2

    @property
    def subscriber(self) -> int:
        """The subscribers' side."""
        return self.first + 3

    @property
    def rtp(self) -> tuple[int, int]:
        """First and last port of the media."""
        return self.first + FIXED, self.first + BLOCK_SIZE - 1

    def workers(self, count: int) -> tuple[int, ...]:
        """FastAGI ports for up to eight workers."""
        return tuple(self.first + 4 + index for index in range(count))

    def spare(self, index: int) -> int:
        """One of eight more ports for whatever else a test listens on (AudioSocket, web)."""
        return self.first + 12 + index

    def release(self) -> None:
        """Give the block back; the ports must no longer be in use."""
        self._reservation.close()


def reserve_ports() -> PortBlock:
    """A block nobody uses; raises SetupError when all are taken."""
    for block in random.sample(range(BLOCKS), BLOCKS):
        first = FIRST_BLOCK + block * BLOCK_SIZE
        reservation = _reserve(block)
        if reservation is None:
            continue
        if all(port_is_free(first + offset) for offset in range(FIXED)):
            return PortBlock(first, reservation)
        reservation.close()
    raise SetupError(
        "no free block of ports", remedy="end other instances, or programs on ports 10000 to 31999"
    )


def port_is_free(port: int) -> bool:
    """Whether nobody has `port` on 127.0.0.1, neither by UDP nor by TCP."""
    return all(nobody_has(kind, port) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM))


def nobody_has(kind: socket.SocketKind, port: int) -> bool:
    """Whether `port` is free on 127.0.0.1 for UDP (SOCK_DGRAM) or TCP (SOCK_STREAM)."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
        return True


def _reserve(block: int) -> socket.socket | None:
    reservation = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        reservation.bind(f"\0ivr-ports-{block}")
    except OSError:
        reservation.close()
        return None
    return reservation
