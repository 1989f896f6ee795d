"""A SIP telephone on UDP: places calls, takes what comes in, survives loss and repetition (RFC 3261)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from ivr.errors import ProtocolError
from tools.caller.call import Call
from tools.caller.dialog import Dialog, calling, new_branch, respond
from tools.caller.errors import CallRefused
from tools.caller.g711 import ALAW, MULAW, Law
from tools.caller.sdp import describe, parse_media
from tools.caller.sip import Request, Response, parse_message
from tools.caller.ticker import Ticker
from tools.caller.transaction import Transaction
from tools.caller.udp import HOST, Address, UdpPort

BYE_TIMEOUT_S = 2.0

TakeRequest = Callable[[Request, Address], bool]
"""Looks at a request first; says whether it was dealt with."""


class Phone:
    """Any number of calls over one SIP port."""

    def __init__(self, port: UdpPort, server: Address, take_request: TakeRequest | None = None) -> None:
        self.server = server
        self._port = port
        self.ticker = Ticker()
        self.malformed = 0
        """Datagrams that were no SIP."""
        self._take_first = take_request
        self._calls: dict[str, Call] = {}
        self._transactions: dict[tuple[str, str], Transaction] = {}
        self._acks: dict[tuple[str, int], Request] = {}
        port.take = self._take

    @classmethod
    async def open(
        cls, server_port: int = 5060, *, port: int = 0, take_request: TakeRequest | None = None
    ) -> Phone:
        """A phone on 127.0.0.1:`port` (any free one by default) that calls through `server_port`."""
        return cls(await UdpPort.open(port), (HOST, server_port), take_request)

    async def close(self) -> None:
        """Hang up every call and close the phone."""
        await asyncio.gather(*(call.hang_up() for call in list(self._calls.values())))
        await self.ticker.close()
        self._port.close()

    async def __aenter__(self) -> Phone:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def dial(
        self,
        number: str,
        *,
        from_number: str = "+79261234567",
        from_name: str = "",
        within: float = 10.0,
        laws: Sequence[Law] = (ALAW, MULAW),
    ) -> Call:
        """Call `number`; the call once it is answered.

        Raises CallRefused; with code 408 when nobody answers `within` seconds.
        """
        call = await self.new_call(calling(number, from_number, self.server, self.address, name=from_name))
        try:
            response = await self._invite(call, describe(call.media_port, laws), within)
        except BaseException:
            self.forget(call, "closed")
            raise
        if response is None or response.code >= 300:
            self.forget(call, "refused")
            code, reason = (response.code, response.reason) if response else (408, "no answer in time")
            raise CallRefused(code, reason, call)
        call.answer()
        return call

    async def new_call(self, dialog: Dialog) -> Call:
        """A call for `dialog` with its socket for media open."""
        call = Call(dialog, await UdpPort.open(), self.ticker, self._bye)
        self._calls[dialog.call_id] = call
        return call

    def forget(self, call: Call, who: str) -> None:
        """The call is over, ended by `who`; no message is sent."""
        call.end(who)
        self._calls.pop(call.dialog.call_id, None)

    @property
    def address(self) -> Address:
        """Our own address and SIP port."""
        return self._port.address

    def send(self, message: Request | Response, to: Address) -> None:
        """Send one message; nothing once the phone is closed."""
        self._port.send(message.encode(), to)

    def _take(self, data: bytes, addr: Address) -> None:
        try:
            message = parse_message(data)
            if isinstance(message, Response):
                self._take_response(message, addr)
            elif self._take_first is None or not self._take_first(message, addr):
                self._take_request(message, addr)
        except ProtocolError:
            self.malformed += 1

    async def _invite(self, call: Call, offer: bytes, within: float) -> Response | None:
        """The final response, acknowledged; None when there was none in time, and the call is cancelled."""
        transaction = self._begin(call.dialog, "INVITE", offer)
        deadline = time.monotonic() + within
        try:
            while response := await transaction.next(deadline):
                self._take_media(call, response)
                if response.code >= 200:
                    self._acknowledge(call.dialog, response)
                    return response
            await self._abandon(call, transaction)
            return None
        except asyncio.CancelledError:
            self._cancel(call.dialog, transaction.request)
            raise
        finally:
            self._end(transaction)

    async def _abandon(self, call: Call, transaction: Transaction) -> None:
        """Cancel a ringing call; if it is answered at that very moment, hang up."""
        self._cancel(call.dialog, transaction.request)
        response = await transaction.final(time.monotonic() + BYE_TIMEOUT_S)
        if response is not None:
            self._acknowledge(call.dialog, response)
            if response.code < 300:
                await self._bye(call)

    def _acknowledge(self, dialog: Dialog, response: Response) -> None:
        dialog.learn(response)
        number = response.cseq[0]
        # The ACK of a refusal belongs to the INVITE's transaction, that of an answer is one of its own.
        ack = dialog.request("ACK", branch="" if response.code < 300 else response.branch, cseq=number)
        self._acks[dialog.call_id, number] = ack
        self.send(ack, dialog.peer)

    def _cancel(self, dialog: Dialog, invite: Request) -> None:
        self.send(dialog.request("CANCEL", branch=invite.branch, cseq=invite.cseq[0]), dialog.peer)

    async def _bye(self, call: Call) -> None:
        transaction = self._begin(call.dialog, "BYE")
        try:
            await transaction.final(time.monotonic() + BYE_TIMEOUT_S)
        finally:
            self._end(transaction)
            self._calls.pop(call.dialog.call_id, None)

    def _begin(self, dialog: Dialog, method: str, body: bytes = b"") -> Transaction:
        request = dialog.request(method, branch=new_branch(), body=body)
        transaction = Transaction(request, lambda again: self.send(again, dialog.peer))
        self._transactions[request.branch, request.method] = transaction
        return transaction

    def _end(self, transaction: Transaction) -> None:
        self._transactions.pop((transaction.request.branch, transaction.request.method), None)

    def _take_media(self, call: Call, response: Response) -> None:
        if response.body and 180 <= response.code < 300:
            call.use_media(parse_media(response.body))

    def _take_response(self, response: Response, addr: Address) -> None:
        number, method = response.cseq
        transaction = self._transactions.get((response.branch, method))
        if transaction is not None:
            transaction.take(response)
        elif method == "INVITE" and response.code >= 200 and (response.call_id, number) in self._acks:
            self.send(self._acks[response.call_id, number], addr)

    def _take_request(self, request: Request, addr: Address) -> None:
        call = self._calls.get(request.call_id)
        if request.method == "ACK":
            return
        if request.method == "OPTIONS":
            self.send(respond(request, 200, "OK"), addr)
        elif call is not None:
            self._within_call(call, request, addr)
        elif request.method == "INVITE":
            self.send(respond(request, 480, "Nobody answers this phone"), addr)
        else:
            self.send(respond(request, 481, "No such call"), addr)

    def _within_call(self, call: Call, request: Request, addr: Address) -> None:
        body = b""
        if request.method in ("INVITE", "UPDATE") and request.body:
            media = parse_media(request.body)
            call.use_media(media)
            body = describe(call.media_port, (media.law,))
        self.send(respond(request, 200, "OK", dialog=call.dialog, body=body), addr)
        if request.method == "BYE":
            self.forget(call, "peer")
