"""Outcomes of staff use cases as text for a terminal: a sentence, then fields, then tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ivr.accounts.messages import rubles, written
from ivr.cli.account_words import FIELDS, SENTENCES, STATE_FIELDS, STATES
from ivr.dialogue.queries import Outcome

_MONEY = frozenset({"amount", "blocked", "owed"})
_IN_FULL = frozenset({"show_account", "check_application"})
"""Use cases whose every field is told, not only a sentence."""
_WELL = frozenset(
    {"ok", "some", "none", "posted", "proposed", "rejected", "sent", "granted", "already"}
)  # fmt: skip


def is_well(outcome: Outcome) -> bool:
    """Tell whether what was asked was done, so that the command ends with 0."""
    return outcome.name in _WELL


def told(case: str, outcome: Outcome, language: str, login: str) -> str:
    """Return what an outcome is in words, lines ending with a newline."""
    values = outcome.values
    known = SENTENCES[language]
    sentence = known.get(f"{case}.{outcome.name}") or known.get(outcome.name, "")
    shown = {"login": login} | {name: _shown(name, value, language) for name, value in values.items()}
    parts = [sentence.format(**shown)] if sentence else []
    if case in _IN_FULL and is_well(outcome):
        parts += [
            f"{_heading(name, language)}: {text}" for name, text in shown.items() if name in values and text
        ]
    for name, value in values.items():
        if isinstance(value, tuple) and value:
            parts.append(f"{_heading(name, language)}:\n{_table(value, language)}")
    return "".join(f"{printable(part)}\n" for part in parts)


def beforehand(case: str, arguments: Mapping[str, object], language: str) -> str:
    """Return what must be known before a use case is asked, in case its answer never comes; often nothing."""
    sentence = SENTENCES[language].get(f"{case}.beforehand", "")
    return printable(f"{sentence.format(**arguments)}\n") if sentence else ""


def printable(text: str) -> str:
    """Return a text without anything that a terminal would obey: names come from strangers."""
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in text)


def _table(items: Sequence[Mapping[str, object]], language: str) -> str:
    names = list(items[0])
    rows = [[_heading(name, language) for name in names]]
    rows += [[_shown(name, item[name], language) for name in names] for item in items]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names))]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _heading(name: str, language: str) -> str:
    both = FIELDS.get(name, (name, name))
    return both[1] if language == "en" else both[0]


def _shown(name: str, value: object, language: str) -> str:
    if isinstance(value, tuple):
        return ""
    if isinstance(value, date):
        return value.isoformat() if language == "en" else written(value)
    if isinstance(value, int):
        return rubles(value) if name in _MONEY else str(value)
    text = " ".join(str(value).split())
    return STATES.get(text, text) if language == "ru" and (name in STATE_FIELDS or name == "login") else text
