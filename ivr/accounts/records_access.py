"""What is kept for programs that come in over HTTP: their keys, their users' sessions, answers to repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ivr.accounts.record import Record, Schema


@dataclass(frozen=True, slots=True)
class ApiClient(Record):
    """A program that may use the API: the operator's web site, its application."""

    SCHEMA: ClassVar[Schema] = Schema("api_clients", ("id",), unique=(("mark",),))

    id: str
    """Opaque."""
    name: str
    """What people call it."""
    mark: str
    """Keyed digest of its key."""
    created: datetime
    """When its key was made."""
    relays: bool = False
    """True: it stands between us and its users, and tells their addresses in X-Forwarded-For."""
    revoked: datetime | None = None
    """When its key was taken back."""
    payments: bool = False
    """True: it may report payments, which puts money on accounts."""


@dataclass(frozen=True, slots=True)
class ApiSession(Record):
    """Somebody signed in through a client."""

    SCHEMA: ClassVar[Schema] = Schema(
        "api_sessions", ("mark",), references={"client": "api_clients"}, indexes=(("seen",),)
    )

    mark: str
    """Keyed digest of the session's token."""
    client: str
    """Client id; the token is worth nothing with another client's key."""
    login: str
    """The login it was opened with, as `Login` calls it."""
    seal: str
    """Keyed digest of that login's password hash: a new or revoked password ends the session."""
    proof: str
    """password or temporary."""
    language: str
    """The caller's language: "ru" or "en"."""
    created: datetime
    """When it was opened."""
    seen: datetime
    """When it was last used, to the minute."""
    subscriber: str | None = None
    """Subscriber id, when a subscriber signed in."""
    contract: str | None = None
    """Contract id, when a company did."""


@dataclass(frozen=True, slots=True)
class ApiAnswer(Record):
    """What was answered to a request with an idempotency key, kept in the unit of work that did it."""

    SCHEMA: ClassVar[Schema] = Schema("api_answers", ("scope", "request"), indexes=(("expires",),))

    scope: str
    """Client id and owner of the account: keys of others never meet."""
    request: str
    """The client's idempotency key."""
    fingerprint: str
    """Keyed digest of what was asked."""
    answer: str
    """Outcome, values and the language of their words as canonical JSON."""
    expires: datetime
    """Until when it is repeated."""
