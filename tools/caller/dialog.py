"""One SIP dialog (RFC 3261 section 12): who talks to whom under which tags and numbers. Builds messages; no
I/O."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tools.caller.sip import Header, Request, Response, tag_of, uri_of, user_part
from tools.caller.udp import Address


def new_branch() -> str:
    """A name for a new transaction."""
    return f"z9hG4bK{secrets.token_hex(8)}"


@dataclass(slots=True)
class Dialog:
    """State of one dialog, from either side. `local` and `remote` are From/To values with their tags."""

    call_id: str
    local: str
    remote: str
    target: str
    """URI that requests go to: the other side's Contact once it is known."""

    contact: str
    own: Address
    peer: Address
    """Where messages go: no host name is ever looked up."""

    cseq: int = 0

    def request(
        self, method: str, *, branch: str = "", cseq: int | None = None, body: bytes = b""
    ) -> Request:
        """A request inside the dialog. ACK and CANCEL are given the INVITE's number (`cseq`)."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        headers: list[Header] = [
            ("Via", f"SIP/2.0/UDP {self.own[0]}:{self.own[1]};branch={branch or new_branch()};rport"),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", f"<{self.contact}>"),
            ("User-Agent", "scripted-caller"),
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        return Request(tuple(headers), body, method, self.target)

    def learn(self, response: Response) -> None:
        """Take the other side's tag and contact from a response to our INVITE."""
        self.remote = response.first("to")
        if contacts := response.all("contact"):
            self.target = uri_of(contacts[0])


def calling(to: str, number: str, server: Address, own: Address, *, name: str = "") -> Dialog:
    """The dialog of a call that we place. `number` may be in any form, or no number at all."""
    user = user_part(number)
    shown = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '" ' if name else ""
    target = f"sip:{user_part(to)}@{server[0]}:{server[1]}"
    return Dialog(
        call_id=f"{secrets.token_hex(10)}@{own[0]}",
        local=f"{shown}<sip:{user}@{own[0]}>;tag={secrets.token_hex(6)}",
        remote=f"<{target}>",
        target=target,
        contact=f"sip:{user}@{own[0]}:{own[1]}",
        own=own,
        peer=server,
    )


def called(invite: Request, own: Address, peer: Address) -> Dialog:
    """The dialog of a call that comes in from `peer`; raises ProtocolError for an INVITE with no contact."""
    to = invite.first("to")
    return Dialog(
        call_id=invite.call_id,
        local=to if tag_of(to) else f"{to};tag={secrets.token_hex(6)}",
        remote=invite.first("from"),
        target=uri_of(invite.first("contact")),
        contact=f"sip:agent@{own[0]}:{own[1]}",
        own=own,
        peer=peer,
    )


def respond(
    request: Request, code: int, reason: str, *, dialog: Dialog | None = None, body: bytes = b""
) -> Response:
    """The response to `request`: its Via, From, To, Call-ID and CSeq; tag and contact if in `dialog`."""
    headers: list[Header] = [("Via", via) for via in request.all("via")]
    headers.append(("From", request.first("from")))
    headers.append(("To", dialog.local if dialog else request.first("to")))
    headers.append(("Call-ID", request.call_id))
    headers.append(("CSeq", request.first("cseq")))
    if dialog:
        headers.append(("Contact", f"<{dialog.contact}>"))
    if body:
        headers.append(("Content-Type", "application/sdp"))
    return Response(tuple(headers), body, code, reason)
