"""What is sold: tariffs, options, rewards, ringback tones, and the words for all of it. Plain values, no
files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Name:
    """A text in the two languages."""

    ru: str
    en: str

    def in_(self, language: str) -> str:
        """Return the text in "ru" or "en"."""
        return self.en if language == "en" else self.ru


@dataclass(frozen=True, slots=True)
class Terms:
    """Who may have a tariff or an option, and when it is sold. Empty means everybody."""

    regions: frozenset[str] = frozenset()
    """Region codes."""
    segments: frozenset[str] = frozenset()
    """individual, company."""
    age: int = 0
    """Days since the number was connected."""
    first: date | None = None
    """First day of sale."""
    last: date | None = None
    """Last day of sale."""


@dataclass(frozen=True, slots=True)
class Extension:
    """More of one kind of package for one price."""

    amount: int
    """Minutes, messages or megabytes."""
    price: int
    """Kopecks."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """One tariff."""

    key: str
    """What records call it."""
    code: str
    """The short code a caller types or says."""
    name: Name
    fee: int
    """Kopecks a month."""
    change: int
    """Kopecks for coming to it."""
    gives: Mapping[str, int] = field(default_factory=dict)
    """minutes, sms, data (megabytes) a month."""
    extend: Mapping[str, Extension] = field(default_factory=dict)
    """What may be bought when a package is used up."""
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Option:
    """One option."""

    key: str
    """What records call it."""
    code: str
    """The short code a caller types or says."""
    name: Name
    period: str
    """day, month, or once: a package that is not renewed."""
    price: int = 0
    """Kopecks once, on connecting."""
    fee: int = 0
    """Kopecks each period."""
    gives: Mapping[str, int] = field(default_factory=dict)
    """minutes, sms, data (megabytes) each period."""
    excludes: frozenset[str] = frozenset()
    """Options it does not go together with, both ways."""
    requires: frozenset[str] = frozenset()
    """Options it does not work without."""
    tariffs: frozenset[str] = frozenset()
    """Tariffs it is sold on; empty: all."""
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Reward:
    """What bonus points buy."""

    key: str
    name: Name
    points: int
    rubles: int = 0
    """Kopecks on the account."""
    gives: Mapping[str, int] = field(default_factory=dict)
    days: int = 30
    """How long a package is good."""


@dataclass(frozen=True, slots=True)
class Melody:
    """A ringback tone."""

    key: str
    name: Name
    fee: int
    """Kopecks a month."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything sold, by key, and the words. Checked when it was read; `digest` names this version."""

    tariffs: Mapping[str, Tariff]
    options: Mapping[str, Option]
    rewards: Mapping[str, Reward]
    melodies: Mapping[str, Melody]
    kinds: Mapping[str, Name]
    """Operation kind -> what it is called."""
    periods: Mapping[str, Name]
    forwards: Mapping[str, Name]
    """Kind of call forward -> which calls it takes."""
    refusals: Mapping[str, Name]
    """Refusal code -> a sentence."""
    messages: Mapping[str, Name]
    """Message name -> its text."""
    digest: str
    """SHA-256 of the files, hex."""

    def title(self, kind: str, subject: str, language: str) -> str:
        """Return what an operation of this kind on this subject is called; the kind itself when nameless."""
        name = self.kinds.get(kind)
        return name.in_(language).format(name=self.name_of(subject, language)) if name else kind

    def name_of(self, key: str, language: str) -> str:
        """Return the name of a tariff, option, reward or melody; the key itself when it has none."""
        for shelf in (self.options, self.tariffs, self.rewards, self.melodies):
            if key in shelf:
                return shelf[key].name.in_(language)
        return key

    def by_code(self, code: str) -> Tariff | Option | None:
        """Return what has this short code."""
        sold: tuple[Tariff | Option, ...] = (*self.tariffs.values(), *self.options.values())
        return next((one for one in sold if one.code == code), None)

    def reason(self, code: str, language: str, about: str = "") -> str:
        """Return a refusal's sentence. `about`: key of what stands in the way."""
        return self.refusals[code].in_(language).format(name=self.name_of(about, language))

    def message(self, name: str, language: str, values: Mapping[str, str]) -> str:
        """Return a message's text."""
        return self.messages[name].in_(language).format(**values)
