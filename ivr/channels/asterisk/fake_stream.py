"""The AudioSocket side of a pretended Asterisk: connects, names its call, says and hears as a caller does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from ivr.channels.asterisk import audiosocket
from ivr.channels.asterisk.audiosocket import AudioSocketReader, Sound, Terminate
from ivr.channels.asterisk.wire import NEED_DATA, Closed


class FakeStream:
    """What a call hears and says over its audio streams, one after another."""

    def __init__(self, changed: Callable[[], Awaitable[None]]) -> None:
        """`changed` is called after every message of sound."""
        self._changed = changed
        self._writer: asyncio.StreamWriter | None = None
        self.heard = bytearray()
        """All sound that came, 8 kHz s16le."""
        self.frames = 0
        """Number of sound messages that came."""
        self.open = asyncio.Event()
        """Set while there is a stream."""

    def send(self, data: bytes) -> bool:
        """Send bytes; False when there is no stream."""
        if self._writer is not None:
            self._writer.write(data)
        return self._writer is not None

    def close(self) -> None:
        """Close the stream, as a failing network does."""
        if self._writer is not None:
            self._writer.close()

    def abort(self) -> None:
        """Break the stream, as a dying Asterisk does."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def run(self, arguments: str, gone: asyncio.Event, *, chatter: bool) -> str:
        """Be Asterisk's `AudioSocket(uuid,host:port)`; returns its result.

        `gone` ends it with the caller; `chatter` sends silence all the time.
        """
        call, _, address = arguments.partition(",")
        host, _, port = address.rpartition(":")
        try:
            reader, self._writer = await asyncio.open_connection(host, int(port))
        except OSError:
            return "-1"
        self._writer.write(audiosocket.message(audiosocket.IDENTITY, UUID(call).bytes))
        self.open.set()
        listening, hanging_up = asyncio.create_task(self._listen(reader)), asyncio.create_task(gone.wait())
        chattering = asyncio.create_task(self._chatter(self._writer if chatter else None))
        await asyncio.wait({listening, hanging_up}, return_when="FIRST_COMPLETED")
        well = listening.done() and listening.result() and not gone.is_set()
        for task in (listening, hanging_up, chattering):
            task.cancel()
        self._writer.close()
        self._writer = None
        self.open.clear()
        return "0" if well else "-1"

    async def _chatter(self, writer: asyncio.StreamWriter | None) -> None:
        while writer is not None and not writer.is_closing():
            writer.write(audiosocket.SILENCE)
            await asyncio.sleep(audiosocket.FRAME_SECONDS)

    async def _listen(self, reader: asyncio.StreamReader) -> bool:
        """Take sound until the stream ends; True when that was in good order."""
        codec = AudioSocketReader()
        while True:
            try:
                codec.receive_data(await reader.read(4096))
            except ConnectionError:
                return False
            while (event := codec.next_event()) is not NEED_DATA:
                if isinstance(event, Sound):
                    self.heard += event.pcm
                    self.frames += 1
                elif isinstance(event, Terminate | Closed):
                    return True
            await self._changed()
