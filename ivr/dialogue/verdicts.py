"""What a turn makes of what the caller gave: an answer, a doubt, a piece of one, or nothing of the kind."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.grammar.model import Match


@dataclass(frozen=True, slots=True)
class Took:
    """The turn has its answer."""

    match: Match


@dataclass(frozen=True, slots=True)
class Doubted:
    """Probably this, but ask before acting on it."""

    match: Match


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and what they mean here."""

    words: str
    match: Match


@dataclass(frozen=True, slots=True)
class Torn:
    """One of these two, which sound alike: ask which."""

    one: Said
    other: Said


@dataclass(frozen=True, slots=True)
class More:
    """Something came and more may come; `typed` tells keys from speech."""

    typed: bool


@dataclass(frozen=True, slots=True)
class Cleared:
    """The caller wiped what was typed so far."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What came is no answer here (no-match)."""


@dataclass(frozen=True, slots=True)
class Noise:
    """No answer, no attempt at one."""


Verdict = Took | Doubted | Torn | More | Cleared | Missed | Noise
