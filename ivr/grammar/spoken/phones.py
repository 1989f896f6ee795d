"""Phone numbers as people read them out. A comma is a pause for the voice and nothing for a recogniser.

A Russian number is read 3-3-2-2 without its country code, which every caller adds without thinking:
"девятьсот двадцать шесть, сто двадцать три, сорок пять, шестьдесят семь". English readers say the same groups
digit by digit. A foreign number keeps its "plus" and is said digit by digit in threes (docs/decisions/0008).
"""

from __future__ import annotations

from itertools import pairwise

from ivr.grammar.model import Language
from ivr.grammar.spoken.numbers import as_group, one_by_one

PLUS: dict[Language, str] = {"ru": "плюс", "en": "plus"}

_HOME = "+7"
_HOME_LENGTH = 12
_HOME_GROUPS = ((0, 3), (3, 6), (6, 8), (8, 10))


def phone(number: str, language: Language, *, by_digits: bool = False) -> str:
    """Return an E.164 number in words; `by_digits` spells a Russian one digit by digit too."""
    if not (number.startswith(_HOME) and len(number) == _HOME_LENGTH):
        return _foreign(number.removeprefix("+"), language)
    digits = number.removeprefix(_HOME)
    groups = [digits[start:end] for start, end in _HOME_GROUPS]
    if by_digits or language == "en":
        return ", ".join(one_by_one(group, language) for group in groups)
    return ", ".join(_grouped(group, after) for group, after in pairwise((*groups, "")))


def _foreign(digits: str, language: Language) -> str:
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return f"{PLUS[language]} " + ", ".join(one_by_one(group, language) for group in groups)


def _grouped(group: str, after: str) -> str:
    """Read a group as one number, but "четыре ноль ноль, двадцать": "четыреста двадцать" is one group."""
    runs_on = group.endswith("00") and len(after) == 2 and not after.startswith("0")
    return one_by_one(group, "ru") if runs_on else as_group(group, "ru")
