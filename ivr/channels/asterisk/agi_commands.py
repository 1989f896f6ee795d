"""AGI commands: typed builders that cannot be tricked into a second command, and Asterisk's own reading.

Rules, from Asterisk 22's res_agi.c (`parse_args`, `run_agi`):

1. A newline ends a command, so CR, LF and NUL in an argument are refused, not repaired.
2. Every argument is quoted; `"` and `\\` inside are escaped with `\\`.
3. Asterisk reads a command into 2048 bytes; what is longer would be run as two commands, so it is refused.
4. `EXEC` takes one argument after the application's name: the application's own arguments, with commas.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivr.errors import ProtocolError

LONGEST: Final = 2046
"""Most bytes of a command line, without its newline."""

KEYS: Final = "0123456789*#"
_FORBIDDEN = frozenset("\r\n\0")


@dataclass(frozen=True, slots=True)
class Command:
    """One command, ready to send. Its repr shows the verb alone: arguments may be a caller's."""

    verb: str
    line: bytes = field(repr=False)
    """The whole line with its newline."""


def command(verb: str, *arguments: str) -> Command:
    """Build a command; ValueError for an argument with CR, LF or NUL and for a line that is too long."""
    line = " ".join((verb, *map(quoted, arguments))).encode()
    if len(line) > LONGEST:
        raise ValueError(f"{verb}: {len(line)} bytes, Asterisk takes {LONGEST}")
    return Command(verb, line + b"\n")


def quoted(argument: str) -> str:
    """Quote one argument; ValueError when it holds CR, LF or NUL."""
    if not _FORBIDDEN.isdisjoint(argument):
        raise ValueError("an AGI argument may not hold CR, LF or NUL")
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'


ANSWER: Final = command("ANSWER")
CHANNEL_STATUS: Final = command("CHANNEL STATUS")
HANGUP: Final = command("HANGUP")


def execute(application: str, arguments: str = "") -> Command:
    """Run a dialplan application; `arguments` as the dialplan writes them, commas and all."""
    return command("EXEC", application, arguments)


def get_variable(name: str) -> Command:
    """Read a channel variable."""
    return command("GET VARIABLE", name)


def set_variable(name: str, value: str) -> Command:
    """Set a channel variable."""
    return command("SET VARIABLE", name, value)


def stream_file(path: Path, offset: int = 0) -> Command:
    """Play a sound file (path without extension) from a sample; any key stops it."""
    return command("STREAM FILE", str(path), KEYS, str(offset))


def wait_for_digit(seconds: float) -> Command:
    """Wait for one key."""
    return command("WAIT FOR DIGIT", str(round(seconds * 1000)))


def split_arguments(line: str) -> list[str]:
    """Read a command line as Asterisk's `parse_args` does: words, quotes, escapes."""
    words: list[str] = []
    quoting = escaped = False
    between = True
    for character in line:
        if character == '"' and not escaped:
            quoting = not quoting
            if quoting and between:
                words.append("")
                between = False
        elif character in " \t" and not quoting and not escaped:
            between = True
        elif character == "\\" and not escaped:
            escaped = True
            continue
        else:
            if between:
                words.append("")
                between = False
            words[-1] += character
        escaped = False
    return words


class CommandReader:
    """Asterisk's end: command lines in bytes, cut at newlines (for fakes and tests)."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[list[str]]:
        """Return the words of every whole command; ProtocolError for a line Asterisk would not take."""
        self._buffer += data
        commands = []
        while (end := self._buffer.find(b"\n")) >= 0:
            commands.append(split_arguments(self._buffer[:end].decode("utf-8", "replace")))
            del self._buffer[: end + 1]
        if len(self._buffer) > LONGEST:
            raise ProtocolError(f"a command of more than {LONGEST} bytes")
        return commands
