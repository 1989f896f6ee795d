"""A worker is killed under a call: the caller hears an apology and goes on with another at the main menu."""

from __future__ import annotations

import os
import signal
import time
import tomllib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ivr.bootstrap import load_script
from ivr.settings import PROJECT
from tests.support.line_ear import LineEar
from tests.support.stack import Node, running_node
from tests.support.state import faults_in_log

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

ANNOUNCEMENTS = tomllib.loads((PROJECT / "asterisk_conf" / "announcements.toml").read_text(encoding="utf-8"))


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
    book = load_script(pair.settings).content.prompts["ru"]
    apology = ANNOUNCEMENTS["ru"]["sorry_going_on"]
    async with pair.phone() as phone:
        call = await phone.dial("0505")
        ear = LineEar(call, book, "ru", also=ANNOUNCEMENTS["ru"].values())
        await ear.hears(book.text("greeting", "first", {}), 20)
        os.kill(worker_with_a_call(pair), signal.SIGKILL)
        killed = time.monotonic()
        await ear.hears(apology, 10)
        await ear.hears(book.text("resumed", "first", {}), 20)
        await call.press("1")
        await ear.hears(book.text("balance_is", "first", {"amount": 24550}), 20)
        await call.hang_up()
    apologised = call.first_sound_after(killed + 0.1)
    assert apologised is not None
    assert apologised - killed <= 1.0, "the dialplan notices within a second"
    assert faults_in_log(pair) == []


async def test_without_workers_a_person_takes_the_call(pair: Node) -> None:
    """Both workers stay down: the dialplan tells the caller and rings the operators."""
    for worker in pair.stack.workers:
        await worker.stop()
    book = load_script(pair.settings).content.prompts["ru"]
    async with pair.phone() as phone:
        call = await phone.dial("0505", within=20)
        ear = LineEar(call, book, "ru", also=ANNOUNCEMENTS["ru"].values())
        await ear.hears(ANNOUNCEMENTS["ru"]["to_operator"], 15)
        await call.hang_up()
