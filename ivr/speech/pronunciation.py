"""Text as eSpeak NG should get it: what it stresses or reads wrongly is corrected, nothing else is touched.

1. Control characters and phoneme brackets go: text is data, it never steers the engine.
2. `е` is written `ё` where no other word is possible: eSpeak NG reads what it sees.
3. Words that eSpeak NG 1.51 gets wrong are given as phonemes, `[[...]]`: those of the prompts are listed in
   `ivr.grammar.spoken`, here are words that come at run time. Notation: `espeak-ng -x`.
"""

from __future__ import annotations

import re

from ivr.grammar.model import Language
from ivr.grammar.spoken import PRONUNCIATIONS

_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f]|\[\[|\]\]")
_WORD = re.compile(r"[а-яёА-ЯЁ]+")
_BLANKS = re.compile(r"\s+")
STRESS = "\u0301"
"""Combining acute accent: a stress mark, as dictionaries print it. eSpeak NG 1.51 stumbles over it."""

YO = {
    "еще": "ещё",
    "зачет": "зачёт",
    "зачетная": "зачётная",
    "звездочка": "звёздочка",
    "звездочку": "звёздочку",
    "отчет": "отчёт",
    "платеж": "платёж",
    "расчет": "расчёт",
    "решетка": "решётка",
    "решетку": "решётку",
    "рублем": "рублём",
    "счет": "счёт",
    "счете": "счёте",
    "счетом": "счётом",
    "счету": "счёту",
    "трех": "трёх",
    "четвертый": "четвёртый",
    "четырех": "четырёх",
    "черный": "чёрный",
    "черного": "чёрного",
}
"""Words written without the dots that can only be read with them. Not here: `все`, `счета`."""

PHONEMES = {
    "договора": "dVgVv'ora#",
    "договоре": "dVgVv'or;i",
    "договору": "dVgVv'oru",
    "договоров": "dVgVv'orVf",
    "занята": "zVn;it'A",
    "к": "k",
    "потом": "pVt'om",
    "puk": "p'Ak",
    **PRONUNCIATIONS["ru"],
}
"""Words whose stress or reading eSpeak NG 1.51 gets wrong, in its notation."""


def spoken_text(text: str, language: Language) -> str:
    """Return the text for the engine."""
    plain = _BLANKS.sub(" ", _NOT_TEXT.sub(" ", text)).strip()
    if language != "ru":
        return plain
    plain = re.sub(r"\bPUK\b", f"[[{PHONEMES['puk']}]]", plain.replace(STRESS, ""))
    return _WORD.sub(_correct, plain)


def _correct(found: re.Match[str]) -> str:
    word = found.group()
    small = word.lower()
    if small in PHONEMES:
        return f"[[{PHONEMES[small]}]]"
    return YO.get(small, word)
