"""A canary password, typed and spoken in real calls at DEBUG level, appears in no file the system wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.stack import Node
from tools.caller.call import Call
from tools.caller.phone import Phone
from tools.caller.voice import speak

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

CANARY = "82460735"
WORDS = "восемь два четыре шесть ноль семь три пять"


async def robots_turn(call: Call) -> None:
    await call.hear_speech(15)
    await call.hear_silence(1.2, 60)


def traces(folder: Path) -> list[str]:
    """Files that hold the password as digits or words, whole or with something between."""
    digits = re.compile(rb"\D{0,3}".join(digit.encode() for digit in CANARY))
    words = re.compile(rb"\W{0,5}".join(word.encode() for word in WORDS.split()))
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and (digits.search(data := path.read_bytes()) or words.search(data))
    ]


async def test_a_password_leaves_no_trace(node: Node, phone: Phone) -> None:
    call = await phone.dial("0505")
    await robots_turn(call)
    await call.press("3")
    await robots_turn(call)
    await call.press(f"{CANARY}#")
    await robots_turn(call)
    await call.press(f"{CANARY}#")
    await robots_turn(call)
    await call.hang_up()

    spoken = await phone.dial("0505")
    await robots_turn(spoken)
    await spoken.press("3")
    for _ in range(2):
        await robots_turn(spoken)
        await spoken.play(speak(WORDS, "ru+m1", 120))
    await robots_turn(spoken)
    await spoken.hang_up()

    assert traces(node.folder) == []
    assert node.log_text().count("call ended") >= 1, "the log was written, so its silence means something"


async def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("8-2-4 6073-5")
    (tmp_path / "b").write_text(WORDS.replace(" ", ", "), encoding="utf-8")
    assert len(traces(tmp_path)) == 2
