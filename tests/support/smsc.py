"""A message centre for tests, written from the SMPP 3.4 specification with `struct` alone: it shares no
code with the codec it checks. It accepts binds, takes submit_sm, answers as told, reports deliveries,
breaks off when asked."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

BINDS = {0x00000001: "receiver", 0x00000002: "transmitter", 0x00000009: "transceiver"}
SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x04, 0x05, 0x06, 0x15
ANSWER = 0x80000000


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submit_sm as the centre reads it (SMPP 3.4, 4.4.1)."""

    source: str
    source_ton: int
    destination: str
    destination_ton: int
    esm_class: int
    registered: int
    coding: int
    content: bytes
    options: dict[int, bytes]


@dataclass
class Centre:
    """The centre's state; `answer` gives the status for the n-th submit_sm, from 1; None closes without
    answering."""

    port: int = 0
    password: str = "secret"
    answer: Callable[[int], int | None] = lambda number: 0
    binds: list[str] = field(default_factory=list)
    taken: list[Submitted] = field(default_factory=list)
    submits: int = 0
    enquiries: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Queue[tuple[int, int, int]] = field(default_factory=asyncio.Queue)
    """What the client answered to the centre's own requests: command, status, sequence."""
    deaf: bool = False
    """True: nothing is answered any more."""
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readexactly(16)
                length, command, status, sequence = struct.unpack(">LLLL", head)
                await self._take(writer, command, status, sequence, await reader.readexactly(length - 16))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def request(self, command: int, body: bytes = b"", sequence: int = 7) -> tuple[int, int, int]:
        """Send a request of the centre's to the newest client; return its answer."""
        self.writers[-1].write(pdu(command, 0, sequence, body))
        return await asyncio.wait_for(self.answers.get(), 5)

    async def report(self, id_: str, state: str, *, fields: bool = False) -> int:
        """Report on a message by text, or by fields; return the status of the client's answer."""
        number = {"DELIVRD": 2, "UNDELIV": 5, "ENROUTE": 1}[state]
        dates = "submit date:2611220900 done date:2611220901"
        text = f"id:{id_} sub:001 dlvrd:001 {dates} stat:{state} err:000 text:"
        body = b"\0" + b"\1\1" + b"79261234567\0" + b"\0\1" + b"0505\0" + b"\x04" + b"\0\0\0\0\0\0\0\0"
        content = b"" if fields else text.encode()
        body += bytes([len(content)]) + content
        if fields:
            body += struct.pack(">HH", 0x001E, len(id_) + 1) + id_.encode() + b"\0"
            body += struct.pack(">HHB", 0x0427, 1, number) + struct.pack(">HH", 0x1400, 2) + b"xx"
        return (await self.request(DELIVER, body))[1]

    def hang_up(self) -> None:
        """Break every connection off."""
        for writer in self.writers:
            writer.close()

    async def _take(
        self, writer: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes
    ) -> None:
        if command & ANSWER:
            await self.answers.put((command, status, sequence))
        elif self.deaf:
            return
        elif command in BINDS:
            system_id, password = body.split(b"\0")[:2]
            right = password.decode() == self.password
            self.binds.append(f"{system_id.decode()} {BINDS[command]} {body.split(bytes(1))[3][:1].hex()}")
            writer.write(pdu(command | ANSWER, 0 if right else 0x0E, sequence, b"centre\0" if right else b""))
        elif command == SUBMIT:
            self._submit(writer, sequence, body)
        else:
            if command == ENQUIRE:
                self.enquiries.set()
            writer.write(pdu(command | ANSWER, 0, sequence))

    def _submit(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> None:
        self.submits += 1
        status = self.answer(self.submits)
        if status in {0, None}:
            self.taken.append(read_submit(body))
        if status is None:
            writer.transport.abort()
            return
        id_ = f"m{self.submits}\0".encode() if status == 0 else b""
        writer.write(pdu(SUBMIT | ANSWER, status, sequence, id_))


def pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """Return a PDU (SMPP 3.4, 3.2)."""
    return struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body


def read_submit(body: bytes) -> Submitted:
    """Read the body of a submit_sm."""
    _, body = body.split(b"\0", 1)
    source_ton = body[0]
    source, body = body[2:].split(b"\0", 1)
    destination_ton = body[0]
    destination, body = body[2:].split(b"\0", 1)
    esm_class = body[0]
    schedule, body = body[3:].split(b"\0", 1)
    validity, body = body.split(b"\0", 1)
    assert (schedule, validity) == (b"", b"")
    registered, _, coding, _, length = body[:5]
    content, rest = body[5 : 5 + length], body[5 + length :]
    options = {}
    while rest:
        tag, size = struct.unpack(">HH", rest[:4])
        options[tag] = rest[4 : 4 + size]
        rest = rest[4 + size :]
    return Submitted(
        source.decode(), source_ton, destination.decode(), destination_ton, esm_class, registered, coding,
        content, options,
    )  # fmt: skip


@asynccontextmanager
async def message_centre() -> AsyncIterator[Centre]:
    """Run a centre on loopback."""
    centre = Centre()
    server = await asyncio.start_server(centre.serve, "127.0.0.1", 0)
    centre.port = server.sockets[0].getsockname()[1]
    async with server:
        yield centre
        centre.hang_up()
