"""Phrases that tell a recogniser which of its words follow one another. Pure.

Vosk makes a model of word pairs from the phrases of a run-time grammar. Numbers come as single words, so any
word may follow them at the same price, and "two" is heard as "to", "eight" as "a". Phrases in which every
number word stands next to every other make pairs of numbers likelier than such homophones: strings of 4 to 8
English digits heard right rose from 45 to 83 of 100 (decision 0006).
"""

from __future__ import annotations

from ivr.grammar.model import Language
from ivr.grammar.number_words import NUMBER_WORDS

FEWEST_NUMBERS = 5
"""With fewer number words among the phrases, numbers are not what the turn is about."""


def number_sequences(phrases: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Return phrases that hold every pair of the number words among `phrases`, in both orders."""
    single = {phrase for phrase in phrases if " " not in phrase}
    table = NUMBER_WORDS[language]
    plain = [table.units[number][0] for number in table.units]
    plain += [form for forms in table.cardinals[1:] for number in forms for form in forms[number][:1]]
    numbers = [word for word in (*plain, *table.only_in_digits) if word in single]
    if len(numbers) < FEWEST_NUMBERS:
        return ()
    return tuple(_around(word, numbers[at:]) for at, word in enumerate(numbers))


def _around(word: str, others: list[str]) -> str:
    """Return "a b a c a": the pairs of a word with each of the others, both ways."""
    return " ".join(f"{word} {other}" for other in others) + f" {word}"
