"""SIP messages (RFC 3261 section 7): bytes in, values out, and back. No I/O, no transactions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from ivr.errors import ProtocolError

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
}
_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) (\S+) SIP/2\.0")
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d) ?(.*)")
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_TAG = re.compile(r";\s*tag\s*=\s*([^;,\s>]+)", re.IGNORECASE)
_USER_SAFE = "-_.!~*'()&=+$,;?/"
"""What a SIP user part may hold unescaped beside letters and digits (RFC 3261 section 25.1)."""

Header = tuple[str, str]
NEEDED = ("via", "from", "to", "call-id", "cseq")


@dataclass(frozen=True, slots=True)
class Message:
    """What requests and responses have in common; `headers` keep their order and spelling."""

    headers: tuple[Header, ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Values of every header `name`, in any case or its compact form."""
        wanted = name.lower()
        return [value for key, value in self.headers if _COMPACT.get(key.lower(), key.lower()) == wanted]

    def first(self, name: str) -> str:
        """Value of the first header `name`; raises ProtocolError when there is none."""
        values = self.all(name)
        if not values:
            raise ProtocolError(f"SIP message has no {name}")
        return values[0]

    @property
    def call_id(self) -> str:
        """Call-ID."""
        return self.first("call-id")

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of CSeq; raises ProtocolError."""
        number, _, method = self.first("cseq").partition(" ")
        if not (number.isascii() and number.isdigit() and len(number) <= 10 and method.strip()):
            raise ProtocolError("CSeq is not a number and a method")
        return int(number), method.strip()

    @property
    def branch(self) -> str:
        """Branch of the topmost Via: the transaction's name."""
        match = re.search(r";\s*branch\s*=\s*([^;,\s]+)", self.first("via"))
        return match.group(1) if match else ""


@dataclass(frozen=True, slots=True)
class Request(Message):
    """A request."""

    method: str
    uri: str

    def encode(self) -> bytes:
        """The bytes on the wire; Content-Length is written here."""
        return _encode(f"{self.method} {self.uri} SIP/2.0", self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Response(Message):
    """A response."""

    code: int
    reason: str

    def encode(self) -> bytes:
        """The bytes on the wire; Content-Length is written here."""
        return _encode(f"SIP/2.0 {self.code} {self.reason}", self.headers, self.body)


def parse_message(data: bytes) -> Request | Response:
    """Read one datagram; raises ProtocolError for anything that is not a complete SIP message."""
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        raise ProtocolError("SIP message has no end of headers")
    try:
        start, *lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise ProtocolError("SIP headers are not UTF-8") from None
    headers = tuple(_headers(lines))
    message = _start(start, headers, body)
    for name in NEEDED:
        message.first(name)
    length = message.all("content-length")
    if not length:
        return message
    if not (length[0].isascii() and length[0].isdigit() and len(length[0]) < 8) or int(length[0]) > len(body):
        raise ProtocolError("Content-Length does not fit the body")
    return _start(start, headers, body[: int(length[0])])


def tag_of(address: str) -> str:
    """The tag parameter of a From or To; empty when there is none."""
    match = _TAG.search(address.rpartition(">")[2] if ">" in address else address)
    return match.group(1) if match else ""


def uri_of(address: str) -> str:
    """The URI inside a From, To or Contact; raises ProtocolError."""
    match = re.search(r"<([^<>\s]+)>", address) or re.match(r"\s*(sips?:[^;,\s<>]+)", address)
    if not match:
        raise ProtocolError("address holds no URI")
    return match.group(1)


def user_part(user: str) -> str:
    """`user` escaped for the left side of a SIP URI: `*105#` becomes `*105%23`."""
    return quote(user, safe=_USER_SAFE)


def _start(line: str, headers: tuple[Header, ...], body: bytes) -> Request | Response:
    if status := _STATUS_LINE.fullmatch(line):
        return Response(headers, body, int(status.group(1)), status.group(2))
    if request := _REQUEST_LINE.fullmatch(line):
        return Request(headers, body, request.group(1), request.group(2))
    raise ProtocolError("first line is neither a SIP request nor a status")


def _headers(lines: Iterable[str]) -> list[Header]:
    headers: list[Header] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name.strip()):
            raise ProtocolError("SIP header line has no name")
        headers.append((name.strip(), value.strip()))
    return headers


def _encode(start: str, headers: Iterable[Header], body: bytes) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}", "", ""]
    if any("\r" in line or "\n" in line for line in lines):
        raise ProtocolError("a SIP header must not hold a line break")
    return "\r\n".join(lines).encode() + body
