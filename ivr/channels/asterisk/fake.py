"""A caller behind a pretended Asterisk: FastAGI and AudioSocket with the same codecs, over real sockets.

For tests of everything above the wire. It does what Asterisk 22 was measured to do: answers one command at a
time, sends `HANGUP` unasked, closes the command line after a hang-up (AGIEXITONHANGUP), gives the command
under way `-1`, leaves the audio stream on a terminate message or end of file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.channels.asterisk import audiosocket
from ivr.channels.asterisk.agi_commands import CommandReader
from ivr.channels.asterisk.fake_stream import FakeStream

_FIXED = {"ANSWER": "200 result=0", "CHANNEL": "200 result=6"}


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


class FakeCall:
    """One call. Use as an async context manager; leaving it hangs up."""

    def __init__(
        self,
        agi_port: int,
        *,
        number: str = "0505",
        line: str = "+79261234567",
        variables: dict[str, str] | None = None,
        habits: Habits | None = None,
    ) -> None:
        """A call to `number` from `line` whose dialplan has set `variables`."""
        self._agi_port = agi_port
        self._request = environment(number, line)
        self._stream = FakeStream(self._notify)
        self._changed = asyncio.Condition()
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self.variables = dict(variables or {})
        self.habits = habits or Habits()
        self.commands: list[list[str]] = []
        """Every command as Asterisk reads it."""
        self.keys: asyncio.Queue[str] = asyncio.Queue()
        """Keys pressed while no stream was open: for STREAM FILE and WAIT FOR DIGIT."""
        self.gone = asyncio.Event()
        """The caller has hung up."""
        self.closed = asyncio.Event()
        """The command line is closed, by whichever side."""
        self.streaming = self._stream.open
        """The audio stream is open."""

    @property
    def heard(self) -> bytearray:
        """All sound that came, 8 kHz s16le."""
        return self._stream.heard

    @property
    def frames(self) -> int:
        """Number of sound messages that came."""
        return self._stream.frames

    async def __aenter__(self) -> FakeCall:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._agi_port)
        self._writer.write(self._request)
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
            if not self._stream.send(audiosocket.message(audiosocket.KEY, key.encode())):
                self.keys.put_nowait(key)

    def say(self, pcm: bytes) -> None:
        """Speak: the sound goes out at once."""
        self._stream.send(b"".join(audiosocket.frames(pcm)))

    def break_stream(self, data: bytes = b"") -> None:
        """Let the audio stream fail, after some last bytes."""
        self._stream.send(data)
        self._stream.close()

    def die(self) -> None:
        """Asterisk itself is gone: every connection of the call breaks."""
        self._stream.abort()
        if self._writer is not None:
            self._writer.transport.abort()

    async def until(self, condition: Callable[[FakeCall], bool], seconds: float = 5.0) -> None:
        """Wait until something has happened to this call; TimeoutError if it does not."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: condition(self))

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
            case ["EXEC", "AudioSocket", _] if self.habits.media_refused:
                return "200 result=-1"
            case ["EXEC", "AudioSocket", arguments]:
                chatter = self.habits.chatter
                return f"200 result={await self._stream.run(arguments, self.gone, chatter=chatter)}"
            case ["EXEC", "Queue", _]:
                return f"200 result={await self._queue()}"
            case ["STREAM", "FILE", *_]:
                return await self._file()
            case ["WAIT", "FOR", "DIGIT", milliseconds]:
                return f"200 result={await self._digit(int(milliseconds) / 1000)}"
            case ["HANGUP"]:
                self.gone.set()
                return "200 result=1"
        return _FIXED.get(words[0], "510 Invalid or unknown command")

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

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
