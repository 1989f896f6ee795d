"""Every error this project raises, by whose fault it is and what to do next.

The tree::

    IvrError                     anything of ours; `.remedy` says what to do next
    ├── SettingsError            the operator's settings are wrong: mend the file or variable it names
    ├── ContentError             a flow, prompt or phrase file is wrong: `ivr check` lists every fault
    ├── SetupError               a part is not installed or not reachable: `ivr doctor` names the remedy
    ├── ProtocolError            a peer (Asterisk, a socket) said something the protocol does not allow
    ├── PeerGone                 the peer closed or fell silent: the call is over or falls back
    ├── SpeechError              hearing or speaking failed: the call goes on with keys or plain playback
    ├── AccountsError            the account core could not do what was asked; a refusal is an outcome
    └── DialogueError            a fault of ours in the dialogue core: report it with the trace

Callers never hear any of these; a flow sees only `QueryFailed` and goes on.
"""

from __future__ import annotations


class IvrError(Exception):
    """Base of the tree. `remedy` is one sentence for the reader: what to do next."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class SettingsError(IvrError):
    """A setting is missing, unknown or out of range."""


class ContentError(IvrError):
    """A flow, prompt or phrase file cannot be used as it is."""


class SetupError(IvrError):
    """A part of the system is missing or cannot be reached."""


class ProtocolError(IvrError):
    """The other side broke the protocol."""


class PeerGone(IvrError):  # noqa: N818 - a fact about the peer, the trade says "gone"
    """The other side closed the connection or did not answer in time."""


class SpeechError(IvrError):
    """Recognition or synthesis could not be done."""


class AccountsError(IvrError):
    """Storage or a provider behind the account core failed."""


class DialogueError(IvrError):
    """The dialogue core was used against its rules."""
