"""Commands: what we build is what Asterisk reads, and never a second command."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.asterisk.agi_commands import (
    LONGEST,
    CommandReader,
    command,
    execute,
    set_variable,
    split_arguments,
    stream_file,
    wait_for_digit,
)
from ivr.errors import ProtocolError

arguments = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=40)


@given(st.lists(arguments, max_size=5))
def test_asterisk_reads_the_arguments_we_gave(words: list[str]) -> None:
    built = command("SET VARIABLE", *words)
    assert built.line.endswith(b"\n")
    assert built.line.count(b"\n") == 1
    assert split_arguments(built.line[:-1].decode()) == ["SET", "VARIABLE", *words]


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\0b", "\n", "HANGUP\n"])
def test_what_would_be_a_second_command_is_refused(bad: str) -> None:
    refused = pytest.raises(ValueError, match="CR, LF or NUL")
    with refused:
        set_variable("X", bad)
    with refused:
        set_variable(bad, "x")
    with refused:
        execute("Queue", bad)
    with refused:
        stream_file(Path(bad))


def test_what_asterisk_would_cut_in_two_is_refused() -> None:
    overhead = len('SET VARIABLE "X" ""')
    assert len(set_variable("X", "y" * (LONGEST - overhead)).line) == LONGEST + 1
    with pytest.raises(ValueError, match="2047 bytes"):
        set_variable("X", "y" * (LONGEST - overhead + 1))


def test_a_command_shows_its_verb_alone() -> None:
    assert "geheim" not in repr(set_variable("CODE", "geheim"))


def test_the_lines_that_go_over_the_wire() -> None:
    assert stream_file(Path("/s/a b"), 800).line == b'STREAM FILE "/s/a b" "0123456789*#" "800"\n'
    assert wait_for_digit(0.25).line == b'WAIT FOR DIGIT "250"\n'
    assert execute("AudioSocket", "u,127.0.0.1:1").line == b'EXEC "AudioSocket" "u,127.0.0.1:1"\n'


@given(st.lists(st.lists(arguments, min_size=1, max_size=3), max_size=4), st.integers(1, 7))
def test_the_reader_gives_whole_commands_however_they_are_cut(lines: list[list[str]], step: int) -> None:
    data = b"".join(command("X", *words).line for words in lines)
    reader = CommandReader()
    got = [words for at in range(0, len(data), step) for words in reader.feed(data[at : at + step])]
    assert got == [["X", *words] for words in lines]


def test_the_reader_refuses_a_line_without_end() -> None:
    with pytest.raises(ProtocolError):
        CommandReader().feed(b"x" * (LONGEST + 1))
