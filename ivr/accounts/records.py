"""What is kept about subscribers, logins and settings. Money is in `records_money`, companies in
`records_company`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ivr.accounts.record import Record, Schema


@dataclass(frozen=True, slots=True)
class Subscriber(Record):
    """One phone number (SIM) and its account."""

    SCHEMA: ClassVar[Schema] = Schema("subscribers", ("id",), unique=(("phone",),), indexes=(("contract",),))

    id: str
    """Opaque, never reused."""
    phone: str
    """E.164."""
    name: str
    """Full name of the person, or of the employee on a company's number."""
    tariff: str
    """Tariff code of the catalogue."""
    since: date
    """The day the number was connected."""
    language: str = "ru"
    """"ru" or "en": the language of the voice account."""
    region: str = "moscow"
    """Region code of the catalogue."""
    segment: str = "individual"
    """individual or company."""
    email: str | None = None
    """Where statements go when asked by e-mail."""
    contract: str | None = None
    """The company contract's id, or None."""
    position: str | None = None
    """The employee's position on a company's number."""
    blocked: bool = False
    """True after `block_number`: the phone is lost and its caller ID proves nothing."""


@dataclass(frozen=True, slots=True)
class Login(Record):
    """What guards one login, kept for every login ever tried: known and unknown ones look alike from
    outside."""

    SCHEMA: ClassVar[Schema] = Schema("logins", ("login",))

    login: str
    """E.164 phone, or `contract:` and a contract number."""
    password: str | None = None
    """Hash of the password, None when there is none or it was revoked."""
    temporary: str | None = None
    """Hash of the temporary password, good once."""
    temporary_until: datetime | None = None
    """When the temporary password ends."""
    tries: int = 0
    """Wrong tries in a row, counting those under way."""
    not_before: datetime | None = None
    """No other line's try is judged earlier."""
    blocked: bool = False
    """Five wrong in a row: only a new password opens it."""


@dataclass(frozen=True, slots=True)
class Budget(Record):
    """A leaky bucket of wrong tries: per calling line and for the whole system."""

    SCHEMA: ClassVar[Schema] = Schema("budgets", ("name",))

    name: str
    """`line:` and E.164, `line:net:` and a network address, `line:withheld`, or `system`."""
    level: int
    """Thousandths of a try in the bucket at `at`."""
    at: datetime
    """When the level was true."""


@dataclass(frozen=True, slots=True)
class VoiceSettings(Record):
    """How the voice account speaks with one subscriber; language is on the subscriber."""

    SCHEMA: ClassVar[Schema] = Schema(
        "voice_settings", ("subscriber",), references={"subscriber": "subscribers"}
    )

    subscriber: str
    """Subscriber id."""
    rate: int = 100
    """Speech rate, percent: 50 to 300."""
    volume: int = 100
    """Volume, percent: 25 to 200."""
    verbosity: str = "full"
    """full or short prompts."""
    patience: int = 1
    """Factor on every time limit: 1, 2, 10; 0 is no limit."""
    first: str = "voice"
    """What the prompts offer first: voice or keypad."""
    spelling: bool = False
    """True: names and codes are spelled."""


@dataclass(frozen=True, slots=True)
class Package(Record):
    """Minutes, messages or megabytes bought ahead."""

    SCHEMA: ClassVar[Schema] = Schema(
        "packages", ("id",), references={"subscriber": "subscribers"}, indexes=(("subscriber",),)
    )

    id: str
    """Opaque."""
    subscriber: str
    """Subscriber id."""
    kind: str
    """minutes, sms or data."""
    left: int
    """Minutes, messages or megabytes left."""
    total: int
    """What it began with."""
    until: date
    """The last day it is good for."""
    source: str = "tariff"
    """Code of the tariff or option it came with."""
