"""A canary password, typed and spoken in real calls at DEBUG level, appears in no file the system wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.bootstrap import load_script
from tests.support.line_ear import LineEar
from tests.support.stack import Node
from tools.caller.phone import Phone
from tools.caller.voice import speak

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

CANARY = "82460735"
WORDS = "восемь два четыре шесть ноль семь три пять"


def traces(folder: Path) -> list[str]:
    """Files that hold the password as digits or words, whole or with something between. The database too."""
    digits = re.compile(rb"\D{0,3}".join(digit.encode() for digit in CANARY))
    words = re.compile(rb"\W{0,5}".join(word.encode() for word in WORDS.split()))
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and (digits.search(data := path.read_bytes()) or words.search(data))
    ]


async def test_a_typed_password_leaves_no_trace(node: Node, phone: Phone) -> None:
    book = load_script(node.settings).content.prompts["ru"]
    call = await phone.dial("0505")
    ear = LineEar(call, book, "ru")
    await ear.hears(book.sentences("main_menu", "first", {})[0][0], 30)
    await call.press("3")
    for prompt in ("new_password", "new_password_again"):
        await ear.hears(book.sentences(prompt, "first", {})[0][0], 30)
        await call.press(f"{CANARY}#")
    await ear.hears(book.text("password_is_set", "first", {}), 30)
    await call.hang_up()
    assert traces(node.folder) == []
    assert node.log_text().count("call offered"), "the log was written, so its silence means something"


async def test_a_spoken_password_leaves_no_trace(node: Node, phone: Phone) -> None:
    book = load_script(node.settings).content.prompts["ru"]
    call = await phone.dial("0505")
    ear = LineEar(call, book, "ru")
    await ear.hears(book.sentences("main_menu", "first", {})[0][0], 30)
    await call.press("3")
    for prompt in ("new_password", "new_password_again"):
        await ear.hears(book.sentences(prompt, "first", {})[0][0], 30)
        await call.press("#")  # skips the rest of the prompt: the robot listens at once
        await call.hear_silence(0.3, 5)
        await call.play(speak(WORDS, "ru+m1", 120))
    await call.hear_speech(20)
    await call.hang_up()
    assert traces(node.folder) == []


async def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("8-2-4 6073-5")
    (tmp_path / "b").write_text(WORDS.replace(" ", ", "), encoding="utf-8")
    assert len(traces(tmp_path)) == 2
