"""Number words that are mistaken for one another over a telephone, and what else may have been said.

Two families, the same in Russian and English: a teen and its ten (пятнадцать and пятьдесят, fifteen
and fifty: they differ in an unstressed syllable), and neighbours that rhyme (семь and восемь,
пятьдесят and шестьдесят, five and nine). A reading that lies one such word from another reading of
the recogniser is worth a question before something is done; so is one of other words that sound the
same or nearly so, such as the names of two options.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.grammar.fold import fold
from ivr.grammar.model import Language
from ivr.grammar.number_words import ALIASES, NUMBER_WORDS
from ivr.grammar.phonetics import alike, sound

_NEIGHBOURS: Mapping[Language, tuple[tuple[int, int], ...]] = {
    "ru": (
        (7, 8), (9, 10), (12, 19), (12, 20), (5, 6), (15, 16), (17, 18),
        (50, 60), (70, 80), (500, 600), (700, 800), (300, 400),
    ),
    "en": ((5, 9), (7, 11), (15, 16), (50, 60)),
}  # fmt: skip
"""Pairs of numbers whose words rhyme."""


def _pairs(language: Language) -> Iterator[tuple[str, str]]:
    words = NUMBER_WORDS[language]
    teens_and_tens = ((10 + unit, 10 * unit) for unit in range(3, 10))
    for one, other in (*teens_and_tens, *_NEIGHBOURS[language]):
        if words.has_word(one) and words.has_word(other):
            yield fold(words.word(one))[0], fold(words.word(other))[0]


def _mistaken(language: Language) -> Mapping[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for one, other in _pairs(language):
        table[one] = table.get(one, frozenset()) | {other}
        table[other] = table.get(other, frozenset()) | {one}
    return table


_MISTAKEN: Mapping[Language, Mapping[str, frozenset[str]]] = {
    language: _mistaken(language) for language in NUMBER_WORDS
}


def confusable(first: str, second: str, language: Language) -> bool:
    """Whether one could be heard as the other: as many words, each the same or easily mistaken.

    The same words are not confusable with themselves.
    """
    one, other = _words(first, language), _words(second, language)
    if len(one) != len(other) or one == other:
        return False
    table = _MISTAKEN[language]
    return all(a == b or b in table.get(a, ()) for a, b in zip(one, other, strict=True))


def sound_alike(first: str, second: str, language: Language) -> bool:
    """Whether one could be heard as the other: confusable numbers, or words of any kind that sound alike."""
    if confusable(first, second, language):
        return True
    one, other = fold(first), fold(second)
    return one != other and alike(sound(one, language), sound(other, language))


def mistaken_for(words: str, language: Language) -> Iterator[str]:
    """Yield what else may have been said, one word of it being mistaken; folded words."""
    said = _words(words, language)
    for place, word in enumerate(said):
        for other in sorted(_MISTAKEN[language].get(word, ())):
            yield " ".join((*said[:place], other, *said[place + 1 :]))


def _words(text: str, language: Language) -> tuple[str, ...]:
    return tuple(ALIASES[language].get(word, word) for word in fold(text))
