"""The AMI user may run calls and nothing else; recordings and their masking work."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.support.asterisk import TestAsterisk, running_asterisk
from tools.caller import Agent, Answer, Phone

pytestmark = pytest.mark.call

TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(4000) / 8000)).astype(np.int16)


FORBIDDEN = [
    ("Command", {"Command": "core show version"}),
    ("GetConfig", {"Filename": "manager.conf"}),
    ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
    ("ModuleLoad", {"LoadType": "load", "Module": "app_system.so"}),
    ("Originate", {"Channel": "Local/echo@callers", "Application": "System", "Data": "id"}),
]

RECORDED = """
exten => recorded,1,Answer()
 same => n,MixMonitor(call.wav)
 same => n,Echo()
"""


class Manager:
    """A bare AMI session: one action, one response."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.events: list[dict[str, str]] = []
        self._reader = reader
        self._writer = writer

    async def ask(self, action: str, **fields: str) -> dict[str, str]:
        """Send one action; its response. Events that come before it are kept."""
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        self._writer.write("\r\n".join(lines).encode())
        while "Response" not in (answer := await self._message()):
            self.events.append(answer)
        return answer

    async def until(self, event: str) -> None:
        """Read events until `event` comes."""
        while not self.events or self.events[-1].get("Event") != event:
            self.events.append(await self._message())

    async def _message(self) -> dict[str, str]:
        text = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 5)
        return dict(line.split(": ", 1) for line in text.decode().splitlines() if ": " in line)


@asynccontextmanager
async def manager(asterisk: TestAsterisk) -> AsyncIterator[Manager]:
    """A session that is logged in."""
    reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.options.ami_port)
    await reader.readline()
    session = Manager(reader, writer)
    login = await session.ask("Login", Username="ivr", Secret=asterisk.options.ami_secret)
    assert login["Response"] == "Success"
    try:
        yield session
    finally:
        writer.close()


async def test_wrong_secret_is_refused(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path) as asterisk:
        reader, writer = await asyncio.open_connection("127.0.0.1", asterisk.options.ami_port)
        await reader.readline()
        answer = await Manager(reader, writer).ask("Login", Username="ivr", Secret="wrong")
        assert answer["Response"] == "Error"
        writer.close()


async def test_the_machine_cannot_be_run_through_it(tmp_path: Path) -> None:
    async with running_asterisk(tmp_path) as asterisk, manager(asterisk) as session:
        for action, fields in FORBIDDEN:
            answer = await session.ask(action, **fields)
            assert answer["Response"] == "Error", action
            assert "denied" in answer["Message"] or "Forbidden" in answer["Message"], answer


async def test_call_is_recorded_and_masked(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path, extra_dialplan=RECORDED) as asterisk,
        manager(asterisk) as session,
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        call = await phone.dial("recorded")
        channel = (await asterisk.instance.rx("core show channels concise")).split("!")[0]
        await call.play(TONE)
        await call.hear_silence(0.2, within=2)
        mute = {"Channel": channel, "Direction": "both", "State": "1"}
        assert (await session.ask("MixMonitorMute", **mute))["Response"] == "Success"
        await call.play(TONE)
        await call.hear_silence(0.2, within=2)
        await call.hang_up()
    with wave.open(str(tmp_path / "asterisk/spool/monitor/call.wav")) as reader:
        samples = np.frombuffer(reader.readframes(reader.getnframes()), dtype="<i2")
    assert np.abs(samples[: TONE.size]).max() > 4000
    masked = samples[-TONE.size // 2 :]
    assert not masked.any(), "digital silence while masked"
    assert samples.size > 2 * TONE.size, "the time line goes on"


async def test_keys_and_variables_are_in_no_event(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path, extra_dialplan=RECORDED) as asterisk,
        manager(asterisk) as session,
        await Phone.open(asterisk.ports.sip) as phone,
    ):
        call = await phone.dial("recorded")
        await call.press("31415926")
        channel = (await asterisk.instance.rx("core show channels concise")).split("!")[0]
        await session.ask("Setvar", Channel=channel, Variable="CODE", Value="27182818")
        await call.hang_up()
        await session.until("Hangup")
        assert "Newchannel" in {event["Event"] for event in session.events}
        assert not {"DTMFBegin", "DTMFEnd", "VarSet"} & {event["Event"] for event in session.events}
        assert "27182818" not in str(session.events)
        log = (tmp_path / "asterisk/log/messages.log").read_text(encoding="utf-8")
        assert "31415926" not in log
        assert "27182818" not in log


async def test_subscriber_is_called_out_to(tmp_path: Path) -> None:
    async with (
        running_asterisk(tmp_path) as asterisk,
        manager(asterisk) as session,
        await Agent.open(asterisk.ports.subscriber, manner=Answer(0.1)) as subscriber,
    ):
        answer = await session.ask(
            "Originate",
            Channel=f"PJSIP/callers/sip:+79261234567@127.0.0.1:{asterisk.ports.subscriber}",
            Context="callers",
            Exten="echo",
            Priority="1",
            CallerID="0505",
            Async="true",
        )
        assert answer["Response"] == "Success"
        call = await subscriber.next_call(within=5)
        assert "0505" in subscriber.offered[0].first("from")
        call.play_nowait(TONE)
        await call.hear_speech(within=3)
        await call.hang_up()
