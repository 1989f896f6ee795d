"""Two hundred callers hang up at random moments of real calls: nothing is left behind."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.support.stack import Node
from tests.support.state import faults_in_log, held, settled
from tools.caller.errors import CallRefused, NothingHeard
from tools.caller.phone import Phone
from tools.caller.voice import speak

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

CALLS = 200
AT_ONCE = 20
KEYS = ("1", "2", "3", "4", "0", "9", "*", "#", "31415", "7", "12")


async def call_and_leave(phone: Phone, chance: random.Random, gate: asyncio.Semaphore) -> None:
    async with gate:
        line = chance.choice(("+79261234567", "89261234568", "9261234560", "+79990000000"))
        try:
            call = await phone.dial("0505", from_number=line)
        except CallRefused:
            return
        try:
            async with asyncio.timeout(chance.uniform(0.0, 4.0)):
                while True:
                    await asyncio.sleep(chance.uniform(0.05, 1.2))
                    if chance.random() < 0.3:
                        await call.play(speak(chance.choice(("баланс", "пакеты", "оператор")), "ru+m3"))
                    else:
                        await call.press(chance.choice(KEYS))
        except (TimeoutError, NothingHeard):
            pass
        await call.hang_up()


async def test_random_hang_ups_leave_nothing_behind(node: Node, phone: Phone) -> None:
    first = await phone.dial("0505")
    await first.hear_speech(10)
    await first.press("1")  # a sum has to be synthesised: voice, models and pools are open from here on
    await first.hear_silence(1.0, 60)
    await first.hang_up()
    before = await settled(node, await held(node))
    chance, gate = random.Random(20_26), asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(call_and_leave(phone, chance, gate) for _ in range(CALLS)))
    after = await settled(node, before)
    assert after.channels == 0
    assert after.calls == 0
    assert after.tasks <= before.tasks
    assert after.sockets <= before.sockets
    assert faults_in_log(node) == []
    ended = node.log_text().count("call ended")
    assert ended >= CALLS * 0.95, f"only {ended} calls were carried"
