"""A worker is killed under a call: the caller hears an apology and goes on with another at the main menu."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.stack import Node, running_node
from tests.support.state import faults_in_log
from tools.caller.errors import NothingHeard
from tools.caller.phone import Phone
from tools.caller.transcribe import recognise

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

APOLOGY = "извините произошёл сбой сейчас продолжим"
RESUMED = "извините связь с роботом прервалась продолжим с главного меню"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    """A node with two workers."""
    async with running_node(tmp_path_factory.mktemp("pair"), workers=2) as running:
        yield running


def worker_with_a_call(node: Node) -> int:
    """Pid of the worker that carries the only call."""
    for index, worker in enumerate(node.stack.workers):
        text = (node.folder / "log" / f"worker-{index}.log").read_text(encoding="utf-8")
        if text.count("call offered") > text.count("call ended") and worker.process is not None:
            return worker.process.pid
    raise AssertionError("no worker carries a call")


async def test_the_caller_hears_an_apology_and_goes_on(pair: Node) -> None:
    async with pair.phone() as phone:
        call = await phone.dial("0505")
        await call.hear_speech(10)
        await call.hear_silence(1.0, 40)
        os.kill(worker_with_a_call(pair), signal.SIGKILL)
        dead_at = call_time(call)
        apology_at = await call.hear_speech(1.0)
        words = ""
        while "меню" not in words:
            began = await call.hear_speech(10)
            await call.hear_silence(0.5, 20)
            words = recognise(since(call, apology_at), "ru", set(f"{APOLOGY} {RESUMED}".split()))
            assert began
        await call.press("1")
        await call.hear_speech(5)
        await call.hang_up()
    assert dead_at
    assert {"извините", "сбой"} <= set(words.split()), words
    assert {"связь", "прервалась", "меню"} <= set(words.split()), words
    assert faults_in_log(pair) == []


def call_time(call) -> float:  # type: ignore[no-untyped-def]  # the caller's call, see tools.caller.call
    return float(call.events[-1].time)


def since(call, moment: float):  # type: ignore[no-untyped-def]
    return call.heard()[int((moment - call.answered_at) * 8000) :]


async def test_without_workers_a_person_takes_the_call(pair: Node) -> None:
    """Both workers stay down: the dialplan tells the caller and rings an operator."""
    for worker in pair.stack.workers:
        await worker.stop()
    async with pair.phone() as phone:
        call = await phone.dial("0505", within=20)
        await call.hear_speech(10)
        with pytest.raises(NothingHeard):
            await call.hear_end(0.2)
        await call.hang_up()


_ = Phone
