"""Phrases that tell a recogniser which of its words follow one another. Pure.

Vosk makes a model of word pairs from the phrases of a run-time grammar. Numbers come as single words, so any
word may follow them at the same price, and "two" is heard as "to", "eight" as "a". Phrases in which every
number word stands next to every other make pairs of numbers likelier than such homophones: strings of 4 to 8
English digits heard right rose from 45 to 83 of 100. Plain digits are given more weight than
teens, tens and rarer words for the same digit.
"""

from __future__ import annotations

from ivr.grammar.model import Language
from ivr.grammar.number_words import NUMBER_WORDS

DIGITS_WEIGHT = 8
"""How much oftener digits follow digits than other numbers do."""
FEWEST_NUMBERS = 5
"""With fewer number words among the phrases, numbers are not what the turn is about."""


def number_sequences(phrases: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Return phrases that hold every pair of the number words among `phrases`, in both orders."""
    single = {phrase for phrase in phrases if " " not in phrase}
    table = NUMBER_WORDS[language]
    digits = [forms[0] for forms in table.units.values() if forms[0] in single]
    others = [forms[0] for forms_of in table.cardinals[1:] for forms in forms_of.values()]
    numbers = digits + [word for word in (*others, *table.only_in_digits) if word in single]
    if len(numbers) < FEWEST_NUMBERS:
        return ()
    return _pairs(numbers) + _pairs(digits) * (DIGITS_WEIGHT - 1)


def _pairs(words: list[str]) -> tuple[str, ...]:
    return tuple(_around(word, words[at:]) for at, word in enumerate(words))


def _around(word: str, others: list[str]) -> str:
    """Return "a b a c a": the pairs of a word with each of the others, both ways."""
    return " ".join(f"{word} {other}" for other in others) + f" {word}"
