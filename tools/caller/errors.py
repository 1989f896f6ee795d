"""What a scripted caller reports: the call was refused, or what it waited for was not heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.errors import IvrError

if TYPE_CHECKING:
    from tools.caller.call import Call


class CallerError(IvrError):
    """Base: the call did not go as the script says."""


class CallRefused(CallerError):  # noqa: N818 - the trade's word
    """The other side refused, or never answered (`code` 408). `call` holds what was heard before."""

    def __init__(self, code: int, reason: str, call: Call) -> None:
        super().__init__(f"the call was refused: {code} {reason}")
        self.code = code
        self.call = call


class NothingHeard(CallerError):  # noqa: N818 - says what happened
    """What the script waited to hear did not come in time, or the call ended first."""
