"""Phone and agent call each other without Asterisk, also over a line that loses messages."""

from __future__ import annotations

import numpy as np
import pytest

from tools.caller import Agent, Answer, CallRefused, Ignore, NothingHeard, Phone, Reject
from tools.caller.sip import parse_message
from tools.caller.udp import Address, UdpPort

TONE = (8000 * np.sin(2 * np.pi * 500 * np.arange(2400) / 8000)).astype(np.int16)


class LossyLine:
    """Stands between phone and agent; the first copy of every SIP message is lost."""

    def __init__(self, port: UdpPort, agent_port: int) -> None:
        self.lost: list[str] = []
        self._port = port
        self._agent: Address = ("127.0.0.1", agent_port)
        self._caller: Address = self._agent
        self._seen: set[bytes] = set()
        port.take = self._pass_on

    def _pass_on(self, data: bytes, sender: Address) -> None:
        if sender != self._agent:
            self._caller = sender
        if data in self._seen:
            self._port.send(data, self._caller if sender == self._agent else self._agent)
        else:
            self._seen.add(data)
            self.lost.append(parse_message(data).cseq[1])


async def test_both_hear_each_other_keys_and_the_end(unused_udp_port: int) -> None:
    async with (
        await Agent.open(unused_udp_port, manner=Answer(0.0)) as agent,
        await Phone.open(unused_udp_port) as phone,
    ):
        call = await phone.dial("100", from_number="8 (926) 123-45-67")
        answered = await agent.next_call(within=2)
        assert "8%20(926)%20123-45-67" in agent.offered[0].first("from")
        call.play_nowait(TONE)
        await answered.hear_speech(within=2)
        await answered.hear_silence(0.2, within=2)
        key_up = await call.press("12#")
        answered.play_nowait(TONE)
        heard_at = await call.hear_speech(within=2)
        await call.hear_silence(0.1, within=2)
        assert answered.keys_heard == "12#"
        assert heard_at > 0
        await answered.hang_up()
        assert await call.hear_end(within=2) == "peer"
        assert await answered.hear_end(within=2) == "caller"
        ups = [event for event in call.events if event.kind == "key up"]
        assert [event.detail for event in ups] == ["1", "2", "#"]
        assert ups[-1].time == key_up
        assert call.events[-1].kind == "ended"
        assert call.lost == answered.lost == 0
        assert np.abs(call.heard()).max() > 7000
        assert np.abs(call.spoken()).max() > 7000


async def test_call_survives_a_line_that_loses_the_first_of_everything(unused_udp_port: int) -> None:
    port = await UdpPort.open()
    line = LossyLine(port, unused_udp_port)
    async with (
        await Agent.open(unused_udp_port, manner=Answer(0.0)) as agent,
        await Phone.open(port.address[1]) as phone,
    ):
        call = await phone.dial("100")
        answered = await agent.next_call(within=4)
        await call.hang_up()
        assert await answered.hear_end(within=4) == "peer"
        assert {"INVITE", "ACK", "BYE"} <= set(line.lost)
    port.close()


async def test_refusal_says_its_code(unused_udp_port: int) -> None:
    async with (
        await Agent.open(unused_udp_port, manner=Reject(603, "Decline")),
        await Phone.open(unused_udp_port) as phone,
    ):
        with pytest.raises(CallRefused, match="603 Decline") as refusal:
            await phone.dial("100")
        assert refusal.value.code == 603
        assert refusal.value.call.ended.result() == "refused"


async def test_caller_gives_up_on_a_phone_that_only_rings(unused_udp_port: int) -> None:
    async with (
        await Agent.open(unused_udp_port, manner=Ignore()) as agent,
        await Phone.open(unused_udp_port) as phone,
    ):
        with pytest.raises(CallRefused) as refusal:
            await phone.dial("100", within=0.3)
        assert refusal.value.code == 408
        with pytest.raises(NothingHeard):
            await agent.next_call(within=0.01)


async def test_nobody_at_all_is_a_refusal(unused_udp_port: int) -> None:
    async with await Phone.open(unused_udp_port) as phone:
        with pytest.raises(CallRefused):
            await phone.dial("100", within=0.1)


async def test_silence_is_reported_as_nothing_heard(unused_udp_port: int) -> None:
    async with (
        await Agent.open(unused_udp_port, manner=Answer(0.0)) as agent,
        await Phone.open(unused_udp_port) as phone,
    ):
        call = await phone.dial("100")
        answered = await agent.next_call(within=2)
        with pytest.raises(NothingHeard, match=r"no speech within 0\.1 s"):
            await call.hear_speech(within=0.1)
        await answered.hang_up()
        await call.hear_end(within=2)
        with pytest.raises(NothingHeard, match="before the call ended"):
            await call.hear_speech(within=1)
        with pytest.raises(NothingHeard, match="not up"):
            await call.press("1")


async def test_garbage_does_no_harm(unused_udp_port: int) -> None:
    async with (
        await Agent.open(unused_udp_port, manner=Answer(0.0)) as agent,
        await Phone.open(unused_udp_port) as phone,
    ):
        agent_address = ("127.0.0.1", unused_udp_port)
        head = b"BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n"
        stray = head + b"From: a\r\nTo: b\r\nCall-ID: c\r\nCSeq: 1 BYE\r\n\r\n"
        stranger = await UdpPort.open()
        for data in (b"", b"\0" * 50, stray, stray.replace(b"BYE", b"INVITE"), stray.replace(b"1 BYE", b"x")):
            stranger.send(data, agent_address)
        stranger.close()
        call = await phone.dial("100")
        await agent.next_call(within=2)
        await call.hang_up()
