"""A person: the queue rings the operator's phone with music, they talk, the robot says good-bye."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.bootstrap import load_script
from tests.support.line_ear import LineEar
from tests.support.script_call import files_with
from tests.support.stack import Node
from tools.caller.agent import Agent, Answer, Reject
from tools.caller.ear import SAMPLE_RATE
from tools.caller.g711 import Samples
from tools.caller.phone import Phone
from tools.caller.transcribe import recognise
from tools.caller.voice import speak

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

RING_SECONDS = 2.5


def tail(samples: Samples, seconds: float) -> Samples:
    """The last seconds of a recording."""
    return samples[-int(seconds * SAMPLE_RATE) :]


async def test_an_operator_answers_after_music_and_both_hear_each_other(node: Node, phone: Phone) -> None:
    book = load_script(node.settings).content.prompts["ru"]
    async with await Agent.open(node.ports.agent, manner=Answer(RING_SECONDS)) as agent:
        call = await phone.dial("0505")
        ear = LineEar(call, book, "ru")
        await ear.hears(book.text("greeting", "first", {}), 20)
        await call.press("0")
        await ear.hears(book.text("connecting_operator", "first", {}), 20)
        operator = await agent.next_call(30)
        music = tail(call.heard(), 1.0)
        assert np.abs(music).max() > 300, "the caller hears music while the operator's phone rings"
        await operator.play(speak("баланс", "ru+m3"))
        await operator.hear_silence(0.3, 20)
        assert "баланс" in recognise(tail(call.heard(), 4.0), "ru", ("баланс", "пакеты", "оператор"))
        await call.play(speak("пакеты", "ru+f2"))
        await call.hear_silence(0.3, 20)
        assert "пакеты" in recognise(tail(operator.heard(), 4.0), "ru", ("баланс", "пакеты", "оператор"))
        await operator.hang_up()
        await ear.hears(book.text("goodbye", "first", {}), 20)
        assert await call.hear_end(20) == "peer"
    assert files_with(node.folder, "79261234567") == [], "the caller's number is in no file but the database"


async def test_a_busy_operator_brings_the_caller_back_with_the_reason(node: Node, phone: Phone) -> None:
    book = load_script(node.settings).content.prompts["ru"]
    async with await Agent.open(node.ports.agent, manner=Reject()):
        call = await phone.dial("0505")
        ear = LineEar(call, book, "ru")
        await ear.hears(book.text("greeting", "first", {}), 20)
        await call.press("0")
        await ear.hears(book.text("operator_no_answer", "first", {}), 30)
        await ear.hears(book.text("main_menu", "first", {}), 30)
        await call.hang_up()
