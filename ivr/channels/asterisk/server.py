"""The telephone door: every AGI request becomes an offered call with its channel, and is handed on.

Rules:

1. What a caller's network says of itself is checked before anything is made of it: a line is digits, else
   it is withheld.
2. A handler that fails costs one log line; its call goes back to the dialplan as "died" (`IVR_DONE` unset),
   and another worker goes on with it. The same for a handler that returns with the caller still there.
3. Whatever a handler does, nothing of its call is left afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from ivr.channels.asterisk.agi import Request
from ivr.channels.asterisk.agi_commands import get_variable
from ivr.channels.asterisk.agi_server import AgiLimits, AgiServer, AgiSession
from ivr.channels.asterisk.channel import AsteriskChannel, CallParts
from ivr.errors import PeerGone
from ivr.grammar.model import LANGUAGES, Language

log = structlog.get_logger(__name__)

_LINE = re.compile(r"\+?[0-9]{1,20}")
_READ_LANGUAGE = get_variable("IVR_LANGUAGE")
_READ_RESUMED = get_variable("IVR_RESUMED")


@dataclass(frozen=True, slots=True)
class OfferedCall:
    """A call as the dialplan hands it over."""

    number: str
    """The number dialled: the script of `agi://host/0505`, or the extension when there is none."""
    line: str = field(repr=False)
    """The calling line as the network sent it: digits, perhaps with a plus; empty when withheld."""
    resumed: bool
    """True when another worker died under this call."""
    language: Language
    """The language the dialplan knows of."""
    channel: str
    """Asterisk's name for the channel."""
    unique_id: str
    """Asterisk's id of the call."""


CallHandler = Callable[[OfferedCall, AsteriskChannel], Awaitable[None]]


class TelephoneServer:
    """Answers Asterisk's FastAGI requests with calls."""

    def __init__(self, handle: CallHandler, parts: CallParts, limits: AgiLimits | None = None) -> None:
        """`handle` carries one call; the media server of `parts` has to be started by its owner."""
        self._handle = handle
        self._parts = parts
        self._server = AgiServer(self._serve, limits)

    @property
    def calls(self) -> int:
        """Number of calls under way."""
        return self._server.calls

    @property
    def connections(self) -> int:
        """Number of connections from Asterisk, or from whoever else knocks."""
        return self._server.connections

    async def start(self, host: str = "127.0.0.1", port: int = 4573) -> int:
        """Take calls, and return the port; SetupError when it is taken."""
        return await self._server.start(host, port)

    async def close(self, grace: float = 0.0) -> None:
        """Take no more calls; after `grace` seconds hand those under way back to the dialplan."""
        await self._server.close(grace)

    async def _serve(self, session: AgiSession) -> None:
        try:
            call = await offered_call(session)
        except PeerGone as error:
            log.info("caller left before the call was taken", reason=str(error))
            return
        channel = AsteriskChannel(session, self._parts, call.language)
        try:
            await self._handle(call, channel)
        except Exception:
            log.exception("call handler failed", channel=call.channel, number=call.number)
        finally:
            await channel.close()


async def offered_call(session: AgiSession) -> OfferedCall:
    """Read what the dialplan says of a call; PeerGone when the caller is gone already."""
    request = session.request
    language = await session.command(_READ_LANGUAGE)
    resumed = await session.command(_READ_RESUMED)
    line = request.get("callerid")
    return OfferedCall(
        number=dialled_number(request),
        line=line if _LINE.fullmatch(line) else "",
        resumed=resumed.value == "1",
        language=known_language(language.value),
        channel=request.get("channel"),
        unique_id=request.get("uniqueid"),
    )


def dialled_number(request: Request) -> str:
    """Return the number dialled: the URL's path without a query, or the extension."""
    return request.get("network_script").partition("?")[0] or request.get("extension")


def known_language(name: str | None) -> Language:
    """Return the language of that name, the first one when it is not ours.

    `agi_language` is not asked: it is Asterisk's own sounds' language, `en` unless somebody set it.
    """
    return next((language for language in LANGUAGES if name == language), LANGUAGES[0])
