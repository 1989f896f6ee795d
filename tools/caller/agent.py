"""An operator's phone: answers after a while, rejects, or lets it ring."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from ivr.errors import ProtocolError
from tools.caller.call import Call
from tools.caller.dialog import called, respond
from tools.caller.errors import NothingHeard
from tools.caller.phone import Phone
from tools.caller.sdp import Media, describe, parse_media
from tools.caller.sip import Request, Response, tag_of
from tools.caller.transaction import T1_S
from tools.caller.udp import Address

ANSWER_REPEATS = 6
"""An answer is sent again until it is acknowledged: 0.5, 1, 2, ... s apart (RFC 3261 section 13.3.1.4)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Ring, then answer after `seconds`."""

    seconds: float = 0.2


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse at once, as busy unless told otherwise."""

    code: int = 486
    reason: str = "Busy Here"


@dataclass(frozen=True, slots=True)
class Ignore:
    """Ring until the caller gives up."""


Manner = Answer | Reject | Ignore


@dataclass(slots=True)
class _Ringing:
    """One INVITE and what was last said to it."""

    invite: Request
    addr: Address
    last: Response
    call: Call | None = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Agent:
    """A phone that is called. `manner` may be changed between calls."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.offered: list[Request] = []
        """The INVITEs that rang here, with whatever headers they brought."""
        self._calls: asyncio.Queue[Call] = asyncio.Queue()
        self._ringing: dict[str, _Ringing] = {}
        self._phone: Phone | None = None

    @classmethod
    async def open(cls, port: int, *, manner: Manner | None = None) -> Agent:
        """An agent's phone on 127.0.0.1:`port`; it answers after 0.2 s unless told otherwise."""
        agent = cls(manner or Answer())
        agent._phone = await Phone.open(port=port, take_request=agent._take_request)
        return agent

    async def next_call(self, within: float) -> Call:
        """The next call this phone has answered; raises NothingHeard when none comes."""
        try:
            return await asyncio.wait_for(self._calls.get(), within)
        except TimeoutError:
            raise NothingHeard(f"no call reached the agent within {within:g} s") from None

    async def close(self) -> None:
        """Hang up and close."""
        for ringing in self._ringing.values():
            if ringing.task is not None:
                ringing.task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ringing.task
        if self._phone is not None:
            await self._phone.close()

    async def __aenter__(self) -> Agent:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _take_request(self, request: Request, addr: Address) -> bool:
        ringing = self._ringing.get(request.call_id)
        if request.method == "INVITE" and not tag_of(request.first("to")):
            if ringing is None:
                self._offer(request, addr)
            else:
                self._send(ringing.last, addr)
            return True
        if ringing is None or request.method not in ("ACK", "CANCEL"):
            return False
        if request.method == "ACK":
            ringing.acknowledged.set()
        else:
            self._cancelled(ringing, request)
        return True

    def _offer(self, invite: Request, addr: Address) -> None:
        self.offered.append(invite)
        media = parse_media(invite.body)
        ringing = _Ringing(invite, addr, respond(invite, 180, "Ringing"))
        self._ringing[invite.call_id] = ringing
        if isinstance(self.manner, Reject):
            ringing.last = respond(invite, self.manner.code, self.manner.reason)
        self._send(ringing.last, addr)
        if isinstance(self.manner, Answer):
            ringing.task = asyncio.create_task(self._answer(ringing, media, self.manner.seconds))

    async def _answer(self, ringing: _Ringing, media: Media, after: float) -> None:
        phone = self._open_phone
        await asyncio.sleep(after)
        call = ringing.call = await phone.new_call(called(ringing.invite, phone.address, ringing.addr))
        body = describe(call.media_port, (media.law,))
        ringing.last = respond(ringing.invite, 200, "OK", dialog=call.dialog, body=body)
        call.use_media(media)
        call.answer()
        self._calls.put_nowait(call)
        for attempt in range(ANSWER_REPEATS):
            self._send(ringing.last, ringing.addr)
            try:
                await asyncio.wait_for(ringing.acknowledged.wait(), T1_S * 2**attempt)
            except TimeoutError:
                continue
            return
        phone.forget(call, "lost")

    def _cancelled(self, ringing: _Ringing, cancel: Request) -> None:
        self._send(respond(cancel, 200, "OK"), ringing.addr)
        if ringing.call is None:
            if ringing.task is not None:
                ringing.task.cancel()
            ringing.last = respond(ringing.invite, 487, "Request Terminated")
            self._send(ringing.last, ringing.addr)

    def _send(self, response: Response, addr: Address) -> None:
        self._open_phone.send(response, addr)

    @property
    def _open_phone(self) -> Phone:
        if self._phone is None:
            raise ProtocolError("the agent's phone is not open")
        return self._phone
