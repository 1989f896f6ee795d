"""Strangers on every port of a running node, while a caller listens to the menu and does not notice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from tests.support.stack import Node
from tests.support.state import held, settled
from tools.caller.phone import Phone

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

Deed = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def connect_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 16)
    with contextlib.suppress(OSError):
        await asyncio.wait_for(reader.read(), 10)


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        await asyncio.wait_for(reader.read(), 10)


async def endless_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"a" * 1_000_000)
    with contextlib.suppress(OSError):
        await asyncio.wait_for(reader.read(), 10)


DEEDS: tuple[Deed, ...] = (connect_and_close, garbage, silence, endless_line)


async def visit(port: int, deed: Deed) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await deed(reader, writer)
    finally:
        writer.close()


async def test_strangers_on_every_port_disturb_nobody(node: Node, phone: Phone) -> None:
    ports = (node.settings.workers.agi_port, node.settings.workers.media_port)
    first = await phone.dial("0505")
    await first.hear_speech(10)
    await first.hang_up()
    before = await settled(node, await held(node))

    call = await phone.dial("0505")
    await call.hear_speech(10)
    lines = len(node.log_text().splitlines())
    await asyncio.gather(*(visit(port, deed) for port in ports for deed in DEEDS))
    told = [line for line in node.log_text().splitlines()[lines:] if "refused" in line]
    await call.press("1")
    await call.hear_speech(5)
    assert call.max_gap_ms < 100, "the caller's sound never faltered"
    await call.hang_up()

    assert len(told) == len(ports) * len(DEEDS), "one log line each"
    assert (await settled(node, before)).sockets <= before.sockets


@pytest.mark.parametrize(
    "line", ["+7926\r\nX-Evil: 1", "abc%0d%0aVERBOSE", "'; DROP TABLE subscribers; --", "+" + "9" * 300, ""]
)
async def test_a_strange_caller_id_is_a_stranger(node: Node, phone: Phone, line: str) -> None:
    cleaned = line.replace("\r\n", "%0d%0a").replace(" ", "%20").replace("'", "%27").replace(";", "%3b")
    call = await phone.dial("0505", from_number=cleaned or "anonymous")
    await call.hear_speech(10)
    await call.hang_up()
    assert "Traceback" not in node.log_text()
