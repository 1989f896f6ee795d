"""What the synthesizers say in training: digit strings, numbers, our words, any words."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from tools.acoustic.listed import listed
from tools.acoustic.vocabulary import vocabulary

DIGITS = {
    "ru": listed("ноль один два три четыре пять шесть семь восемь девять"),
    "en": listed("zero one two three four five six seven eight nine"),
}
EXTRA_DIGITS = {"ru": ["нуль", "одна", "две", "раз"], "en": ["oh", "double"]}
NUMBERS = {
    "ru": listed(
        "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать "
        "восемнадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят "
        "восемьдесят девяносто сто двести триста четыреста пятьсот шестьсот семьсот восемьсот "
        "девятьсот тысяча тысячи тысяч рубль рубля рублей копейка копейки копеек"
    ),
    "en": listed(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
        "thirty forty fifty sixty seventy eighty ninety hundred thousand million and rouble roubles "
        "kopeck kopecks"
    ),
}
_JOINTS = (" ", " ", ", ")
"""People who dictate a number often pause, and sing every digit as the last one."""
_DICTIONARY = {"ru": Path("/usr/share/hunspell/ru_RU.dic"), "en": Path("/usr/share/dict/words")}
_GENERAL_WORD = {"ru": re.compile("[а-яё]{2,14}"), "en": re.compile("[a-z]{2,12}")}


def general_words(language: str) -> list[str]:
    """Return the words of the system's dictionary; they teach phones in unfamiliar company."""
    lines = _DICTIONARY[language].read_text(encoding="utf-8", errors="ignore").splitlines()
    words = (line.partition("/")[0].strip() for line in lines)
    return sorted({word for word in words if _GENERAL_WORD[language].fullmatch(word)})


def like_a_digit(language: str, words: list[str]) -> list[str]:
    """Return the words that begin or end like a digit: those that are taken for one."""
    digits = [*DIGITS[language], *EXTRA_DIGITS[language]]
    begun, ended = tuple({digit[:2] for digit in DIGITS[language]}), tuple({d[-3:] for d in DIGITS[language]})
    return [word for word in words if word.startswith(begun) or word.endswith(ended) if word not in digits]


@dataclass(frozen=True, slots=True)
class TextSource:
    """Draws phrases for one language."""

    digits: list[str]
    numbers: list[str]
    own: list[str]
    general: list[str]
    like_a_digit: list[str]

    def draw(self, rng: random.Random) -> str:
        """Return one phrase of one to eight words."""
        kind = rng.random()
        if kind < 0.30:
            return _several(rng, self.digits, 8, rng.choice(_JOINTS))
        if kind < 0.38:
            return _several(rng, self.digits + self.numbers, 5, rng.choice(_JOINTS))
        if kind < 0.68:
            return _several(rng, self.own, 4)
        if kind < 0.84:
            return _several(rng, self.general, 4)
        return _several(rng, self.like_a_digit, 3)


def text_source(language: str) -> TextSource:
    """Build the phrase source of a language."""
    digits = DIGITS[language] * 3 + EXTRA_DIGITS[language]
    general = general_words(language)
    return TextSource(
        digits, NUMBERS[language], vocabulary(language), general, like_a_digit(language, general)
    )


def _several(rng: random.Random, words: list[str], most: int, joint: str = " ") -> str:
    return joint.join(rng.choice(words) for _ in range(rng.randint(1, most)))
