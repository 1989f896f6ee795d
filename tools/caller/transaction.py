"""A client transaction over UDP (RFC 3261 section 17.1): one request, sent again until something answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tools.caller.sip import Request, Response

T1_S = 0.5
"""First retransmission (timers A and E)."""

T2_S = 4.0
"""Longest wait between two of them."""


class Transaction:
    """Responses of one request, in the order they come."""

    def __init__(self, request: Request, send: Callable[[Request], None]) -> None:
        self.request = request
        self._send = send
        self._responses: asyncio.Queue[Response] = asyncio.Queue()
        self._answered = False

    def take(self, response: Response) -> None:
        """A response has come."""
        self._answered = True
        self._responses.put_nowait(response)

    async def next(self, deadline: float) -> Response | None:
        """The next response; None at `deadline` (monotonic seconds)."""
        wait = T1_S
        while (left := deadline - time.monotonic()) > 0:
            if not self._answered:
                self._send(self.request)
            try:
                return await asyncio.wait_for(
                    self._responses.get(), left if self._answered else min(wait, left)
                )
            except TimeoutError:
                wait = min(wait * 2, T2_S)
        return None

    async def final(self, deadline: float) -> Response | None:
        """The final response; None at `deadline`."""
        while response := await self.next(deadline):
            if response.code >= 200:
                return response
        return None
