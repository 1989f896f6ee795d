"""A caller behind a pretended Asterisk: FastAGI and AudioSocket with the same codecs, over real sockets.

For tests of everything above the wire. It does what Asterisk 22 was measured to do: answers one command at a
time, sends `HANGUP` unasked, closes the command line after a hang-up (AGIEXITONHANGUP), gives the command
under way `-1`, leaves the audio stream on a terminate message or end of file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from ivr.channels.asterisk import audiosocket
from ivr.channels.asterisk.agi_commands import CommandReader
from ivr.channels.asterisk.audiosocket import AudioSocketReader, Sound, Terminate
from ivr.channels.asterisk.wire import NEED_DATA, Closed


def environment(number: str, line: str, **values: str) -> bytes:
    """The request that Asterisk sends for a call to `agi://host/number`, in Asterisk's order."""
    names = {
        "network": "yes",
        "network_script": number,
        "request": f"agi://127.0.0.1/{number}",
        "channel": "PJSIP/caller-00000001",
        "language": "en",
        "type": "PJSIP",
        "uniqueid": "1700000000.1",
        "version": "22.10.1",
        "callerid": line,
        "calleridname": "unknown",
        **dict.fromkeys(("callingpres", "callingani2", "callington", "callingtns"), "0"),
        "dnid": number,
        "rdnis": "unknown",
        "context": "hotline",
        "extension": "s",
        "priority": "11",
        "enhanced": "0.0",
        "accountcode": "",
        "threadid": "140000000000000",
    } | values
    return "".join(f"agi_{name}: {value}\n" for name, value in names.items()).encode() + b"\n"


@dataclass(slots=True)
class Habits:
    """How the pretended Asterisk behaves where a real one may too."""

    media_refused: bool = False
    """It cannot connect the audio stream."""
    chatter: bool = True
    """The caller's telephone sends silence all the time."""
    queue_status: str = "TIMEOUT"
    """How a queue ends."""
    queue: Callable[[], Awaitable[None]] | None = None
    """What happens before it ends."""
    file_result: str = "0"
    """What STREAM FILE ends with."""
    before_reply: Callable[[list[str]], Awaitable[None]] | None = None
    """Called before each reply: a place for a test to act at that moment."""
    silent_for: frozenset[str] = frozenset()
    """Verbs that are never answered."""


@dataclass(slots=True)
class FakeCall:
    """One call. Use as an async context manager; leaving it hangs up."""

    agi_port: int
    number: str = "0505"
    line: str = "+79261234567"
    variables: dict[str, str] = field(default_factory=dict)
    habits: Habits = field(default_factory=Habits)
    commands: list[list[str]] = field(default_factory=list)
    """Every command as Asterisk reads it."""
    heard: bytearray = field(default_factory=bytearray)
    """All sound that came, 8 kHz s16le."""
    frames: int = 0
    """Number of sound messages that came."""
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    """Keys pressed while no stream was open: for STREAM FILE and WAIT FOR DIGIT."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """The caller has hung up."""
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    """The command line is closed, by whichever side."""
    streaming: asyncio.Event = field(default_factory=asyncio.Event)
    """The audio stream is open."""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    """Notified after each command and each sound message."""
    _writer: asyncio.StreamWriter | None = None
    _media: asyncio.StreamWriter | None = None
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> FakeCall:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.agi_port)
        self._writer.write(environment(self.number, self.line))
        self._task = asyncio.create_task(self._run(reader, self._writer))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hang_up()
        if self._task is not None:
            await self._task

    # --- what a caller does

    def hang_up(self) -> None:
        """The caller hangs up."""
        self.gone.set()

    def press(self, keys: str) -> None:
        """Press keys."""
        for key in keys:
            if self._media is not None:
                self._media.write(audiosocket.message(audiosocket.KEY, key.encode()))
            else:
                self.keys.put_nowait(key)

    def say(self, pcm: bytes) -> None:
        """Speak: the sound goes out at once."""
        if self._media is not None:
            self._media.write(b"".join(audiosocket.frames(pcm)))

    def break_stream(self, data: bytes = b"") -> None:
        """Let the audio stream fail, after some last bytes."""
        if self._media is not None:
            self._media.write(data)
            self._media.close()

    def die(self) -> None:
        """Asterisk itself is gone: every connection of the call breaks."""
        for writer in (self._media, self._writer):
            if writer is not None:
                writer.transport.abort()

    async def until(self, condition: Callable[[FakeCall], bool], seconds: float = 5.0) -> None:
        """Wait until something has happened to this call; TimeoutError if it does not."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self))

    def verbs(self) -> list[str]:
        """The commands so far, in short: `EXEC Queue`, `SET VARIABLE IVR_DONE`, `ANSWER`."""
        return [" ".join(words[: 3 if words[1:2] == ["VARIABLE"] else 2]) for words in self.commands]

    # --- what Asterisk does

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands = CommandReader()
        hung = asyncio.create_task(self.gone.wait())
        try:
            while not self.gone.is_set():
                reading = asyncio.create_task(reader.read(4096))
                await asyncio.wait({reading, hung}, return_when="FIRST_COMPLETED")
                if not reading.done():
                    reading.cancel()
                    break
                data = reading.result()
                if not data:
                    return
                for words in commands.feed(data):
                    await self._command(words, writer)
            writer.write(b"HANGUP\n")
        except (ConnectionError, RuntimeError):  # uvloop: RuntimeError on a connection that `die` has closed
            return
        finally:
            hung.cancel()
            writer.close()
            self.closed.set()
            await self._notify()

    async def _command(self, words: list[str], writer: asyncio.StreamWriter) -> None:
        self.commands.append(words)
        await self._notify()
        if words[0] in self.habits.silent_for:
            return
        if self.habits.before_reply is not None:
            await self.habits.before_reply(words)
        answer = await self._answer(words)
        writer.write(f"{answer}\n".encode())

    async def _answer(self, words: list[str]) -> str:
        match words:
            case ["EXEC" | "STREAM" | "WAIT" | "ANSWER" | "CHANNEL", *_] if self.gone.is_set():
                return "200 result=-1"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                return "200 result=1"
            case ["GET", "VARIABLE", name] if name in self.variables:
                return f"200 result=1 ({self.variables[name]})"
            case ["GET", "VARIABLE", _]:
                return "200 result=0"
            case ["EXEC", "AudioSocket", arguments]:
                return f"200 result={await self._stream(arguments)}"
            case ["EXEC", "Queue", _]:
                return f"200 result={await self._queue()}"
            case ["STREAM", "FILE", *_]:
                return await self._file()
            case ["WAIT", "FOR", "DIGIT", milliseconds]:
                return f"200 result={await self._digit(int(milliseconds) / 1000)}"
            case ["HANGUP"]:
                self.gone.set()
                return "200 result=1"
            case ["CHANNEL", "STATUS"]:
                return "200 result=6"
            case ["ANSWER"]:
                return "200 result=0"
        return "510 Invalid or unknown command"

    async def _queue(self) -> str:
        if self.habits.queue is not None:
            await self.habits.queue()
        self.variables["QUEUESTATUS"] = self.habits.queue_status
        return "-1" if self.gone.is_set() else "0"

    async def _file(self) -> str:
        if not self.keys.empty():
            return f"200 result={ord(self.keys.get_nowait())} endpos=800"
        return f"200 result={self.habits.file_result} endpos=16000"

    async def _digit(self, seconds: float) -> str:
        waits = [asyncio.create_task(self.keys.get()), asyncio.create_task(self.gone.wait())]
        await asyncio.wait(waits, timeout=seconds, return_when="FIRST_COMPLETED")
        key = str(ord(str(waits[0].result()))) if waits[0].done() else "-1" if waits[1].done() else "0"
        for each in waits:
            each.cancel()
        return key

    async def _stream(self, arguments: str) -> str:
        call, _, address = arguments.partition(",")
        host, _, port = address.rpartition(":")
        if self.habits.media_refused:
            return "-1"
        try:
            reader, self._media = await asyncio.open_connection(host, int(port))
        except OSError:
            return "-1"
        self._media.write(audiosocket.message(audiosocket.IDENTITY, UUID(call).bytes))
        self.streaming.set()
        tasks = [asyncio.create_task(work) for work in (self._listen(reader), self._chatter(), self._gone())]
        await asyncio.wait({tasks[0], tasks[2]}, return_when="FIRST_COMPLETED")
        result = "0" if tasks[0].done() and not self.gone.is_set() and tasks[0].result() else "-1"
        for task in tasks:
            task.cancel()
        self._media.close()
        self._media = None
        self.streaming.clear()
        return result

    async def _gone(self) -> bool:
        return await self.gone.wait()

    async def _chatter(self) -> bool:
        while self.habits.chatter and self._media is not None:
            self._media.write(audiosocket.SILENCE)
            await asyncio.sleep(audiosocket.FRAME_SECONDS)
        return True

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
            await self._notify()

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()
