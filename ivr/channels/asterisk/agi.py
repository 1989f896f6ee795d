"""The AGI codec: bytes from Asterisk in, events out; no sockets, no clock.

Rules, from Asterisk 22's res_agi.c (`run_agi`, `agi_handle_command`, `setup_env`) and measurement:

1. Asterisk speaks first: lines `agi_name: value`, then an empty line. Values are not escaped, and a caller
   can put a newline into a caller ID. The names come in one fixed order, so a line that a caller smuggled in
   breaks the order and the request is refused.
2. Then one command, one reply. A reply is `CODE text`; a 520 has many lines, up to one that *ends with*
   `520 End of proper usage.` (a usage text need not end with a newline).
3. `200 result=R (VALUE)`: the value may hold newlines; it ends at the first line that ends with `)`.
4. `HANGUP` comes unasked between replies, perhaps twice. It is never a reply: the command
   under way has its own.
5. A reply that nobody asked for means that both sides have lost step: `ProtocolError`, for good.
6. No line, request or reply may be longer than `LIMIT` bytes.
7. End of file is an input (`receive_data(b"")`) and gives `Closed`; "need more" is the value `NEED_DATA`.

The states and what may arrive in them::

    REQUEST   a line of the request          -> REQUEST, at the empty line Request and -> IDLE
    IDLE      HANGUP                         -> IDLE, HungUp
    IDLE      send()                         -> WAITING
    WAITING   HANGUP                         -> WAITING, HungUp
    WAITING   a whole reply                  -> IDLE, Reply
    any       end of file                    -> CLOSED, Closed
    any       anything else                  -> ProtocolError, then nothing more is taken
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from ivr.channels.asterisk.agi_commands import Command
from ivr.channels.asterisk.wire import NEED_DATA, Closed, NeedData
from ivr.errors import ProtocolError

LIMIT: Final = 64 * 1024
"""Most bytes of one line, one request or one reply."""

_FIXED = (
    *("network", "network_script", "request", "channel", "language", "type", "uniqueid", "version"),
    *("callerid", "calleridname", "callingpres", "callingani2", "callington", "callingtns", "dnid", "rdnis"),
    *("context", "extension", "priority", "enhanced", "accountcode", "threadid"),
)
_ORDER: Final = {name: place for place, name in enumerate(_FIXED)}
_REQUIRED: Final = ("channel", "uniqueid", "callerid", "extension", "threadid")
_REPLY_LINE = re.compile(r"(\d{3})([ -])(.*)", re.DOTALL)
_RESULT = re.compile(r"result=([^ (]*)(?: \((.*)\))?((?: [^(].*)?)", re.DOTALL)
_ATTRIBUTED = re.compile(r"result=[^ (]* (?:\([a-z]+\) )?(?:digit|endpos|results)=[^\n]*")
_SHORT = 40
"""Replies below this length that hold no value are remembered."""
_USAGE_END = b"520 End of proper usage."


@dataclass(frozen=True, slots=True)
class Request:
    """What Asterisk said of the call when it connected; names without their `agi_`."""

    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Return the value of a name, empty when Asterisk did not send it."""
        return self.environment.get(name, "")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command."""

    code: int
    """200 done; 510 no such command; 511 not on a dead channel; 520 wrong arguments."""
    result: str = ""
    """What stood after `result=`: a number as text, perhaps nothing, `-1` for failure or hang-up."""
    value: str | None = None
    """What stood in brackets: a variable's value, `timeout`, `hangup`, ...; None: no brackets."""
    attributes: str = ""
    """What stood after the brackets, such as `endpos=8000`."""
    text: str = ""
    """The words of a reply that has no result."""

    @property
    def ok(self) -> bool:
        """True when the command was understood and did not fail."""
        return self.code == 200 and not self.result.startswith("-")

    @property
    def key(self) -> str:
        """The key that ended playing or waiting (Asterisk gives its ASCII code), or nothing."""
        return chr(int(self.result)) if self.result.isdecimal() and 32 < int(self.result) < 127 else ""

    @property
    def position(self) -> int:
        """Samples played before the end (`endpos`), 0 when the reply has none."""
        found = re.search(r"endpos=(\d+)", self.attributes)
        return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone. The command under way still gets its own reply."""


AgiEvent = Request | Reply | HungUp | Closed


class _State(Enum):
    REQUEST = auto()
    IDLE = auto()
    WAITING = auto()
    CLOSED = auto()
    BROKEN = auto()


_REQUEST, _IDLE, _WAITING, _CLOSED, _BROKEN = _State


class AgiConnection:
    """Our end of one FastAGI connection, without the connection."""

    def __init__(self) -> None:
        self._state = _REQUEST
        self._buffer = bytearray()
        self._searched = 0
        self._ended = False
        self._lines: list[bytes] = []
        self._size = 0

    @property
    def waiting(self) -> bool:
        """True while a command has been sent and its reply has not come."""
        return self._state is _WAITING

    def send(self, command: Command) -> bytes:
        """Return the bytes to send for a command; RuntimeError unless it is our turn."""
        if self._state is not _IDLE:
            raise RuntimeError(f"no command can be sent now ({self._state.name.lower()})")
        self._state = _WAITING
        return command.line

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the peer; empty bytes are its end of file."""
        if data:
            self._buffer += data
        else:
            self._ended = True

    def next_event(self) -> AgiEvent | NeedData:
        """Return the next event, or NEED_DATA; ProtocolError when the peer broke the rules."""
        if self._state is _BROKEN:
            raise ProtocolError("the connection lost step before")
        try:
            return self._next()
        except ProtocolError:
            self._state = _BROKEN
            raise

    def _next(self) -> AgiEvent | NeedData:
        while (line := self._line()) is not None:
            event = self._request(line) if self._state is _REQUEST else self._reply(line)
            if event is not None:
                self._lines.clear()
                self._size = 0
                return event
        return self._at_end() if self._ended else NEED_DATA

    def _at_end(self) -> AgiEvent | NeedData:
        if self._state is _CLOSED:
            return NEED_DATA
        early = self._state is _REQUEST
        self._state = _CLOSED
        return Closed(early)

    def _line(self) -> bytes | None:
        """Cut the next whole line, without its newline."""
        end = self._buffer.find(b"\n", self._searched)
        length = len(self._buffer) if end < 0 else end
        if self._size + length > LIMIT:
            raise ProtocolError(f"more than {LIMIT} bytes without an end")
        if end < 0:
            self._searched = length
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        self._size += end + 1
        return line

    def _request(self, line: bytes) -> AgiEvent | None:
        if line:
            if not line.startswith(b"agi_"):
                raise ProtocolError("a line of the request is no `agi_name: value`")
            self._lines.append(line)
            return None
        self._state = _IDLE
        text = b"\n".join(self._lines).decode("utf-8", "replace")
        return parse_request(text.split("\n") if text else [])

    def _reply(self, line: bytes) -> AgiEvent | None:
        if not self._lines and line == b"HANGUP":
            return HungUp()
        if self._state is not _WAITING:
            raise ProtocolError("a reply that nobody asked for")
        reply = self._whole_reply(line)
        if reply is None or reply.code < 200:
            return None
        self._state = _IDLE
        return reply

    def _whole_reply(self, line: bytes) -> Reply | None:
        if not self._lines and len(line) < _SHORT and b"(" not in line and not line.startswith(b"520-"):
            return _short_reply(line)
        self._lines.append(line)
        if not _complete(self._lines):
            return None
        text = b"\n".join(self._lines).decode("utf-8", "replace")
        self._lines.clear()
        self._size = 0
        return parse_reply(text)


def _complete(lines: list[bytes]) -> bool:
    """Whether these lines are a whole reply (rules 2 and 3)."""
    if lines[0].startswith(b"520-"):
        return lines[-1].endswith(_USAGE_END)
    if not lines[0].startswith(b"200 ") or b"(" not in lines[0] or lines[-1].endswith(b")"):
        return True
    return len(lines) == 1 and _ATTRIBUTED.fullmatch(lines[0][4:].decode("utf-8", "replace")) is not None


def parse_request(lines: list[str]) -> Request:
    """Read the request's lines; ProtocolError unless they are what Asterisk writes, in its order."""
    environment: dict[str, str] = {}
    arguments: list[str] = []
    place = -1
    for line in lines:
        name, colon, value = line.removeprefix("agi_").partition(": ")
        if not colon:
            raise ProtocolError("a line of the request is no `agi_name: value`")
        if name == f"arg_{len(arguments) + 1}" and place == _ORDER["threadid"]:
            arguments.append(value)
        elif _ORDER.get(name, -1) > place:
            environment[name] = value
            place = _ORDER[name]
        elif name in _ORDER or name.startswith("arg_"):
            raise ProtocolError(f"agi_{name} is out of order: something smuggled a line into the request")
    missing = [name for name in _REQUIRED if name not in environment]
    if missing:
        raise ProtocolError(f"the request lacks agi_{missing[0]}")
    return Request(environment, tuple(arguments))


@lru_cache(maxsize=256)
def _short_reply(line: bytes) -> Reply:
    """Most replies are `200 result=N`: reading one again costs a look-up."""
    return parse_reply(line.decode("utf-8", "replace"))


def parse_reply(text: str) -> Reply:
    """Read one whole reply; ProtocolError when it is none."""
    found = _REPLY_LINE.fullmatch(text)
    if found is None:
        raise ProtocolError("neither a reply nor HANGUP")
    code, words = int(found[1]), found[3]
    if code != 200:
        return Reply(code, text=words)
    result = _RESULT.fullmatch(words)
    if result is None:
        raise ProtocolError("a reply of 200 without a result")
    return Reply(code, result[1], result[2], result[3].strip())
