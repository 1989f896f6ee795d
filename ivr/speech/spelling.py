"""The same words in a model's own spelling. Pure.

A recogniser can hear only words that its model knows, and models differ from our phrases in spelling: ё or
е, "сим-карта" or "сим карта", "what's" or "whats", "colour" or "color", "105" or "сто пять". So a word that a
model does not know is replaced by the first of its variants that it does. What was heard is put back into our
spelling, except where the grammar takes both for the same (`ivr.grammar.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from ivr.grammar.fold import fold
from ivr.grammar.model import Language
from ivr.grammar.spoken.numbers import cardinal, one_by_one
from ivr.speech.ports import FILLER, Decoded, HeardWord, Reading, Recogniser

Words = tuple[str, ...]
MOST_E = 4
"""A word with more е than this is not tried with ё in the place of each."""
LONGEST_NUMBER = 9
"""Digits of a number that may be said as one quantity."""
_RESPELLED = (("our", "or"), ("ise", "ize"), ("yse", "yze"), ("oes", "os"), ("ogue", "og"), ("tre", "ter"))
"""What British and American spelling write differently; tried both ways."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Phrases as a model can take them."""

    phrases: tuple[str, ...]
    """Those of which it knows every word, some respelled; each once."""
    missing: Words
    """Words it knows in no spelling; the phrases that have them are left out."""
    respelled: Mapping[str, Words] = field(default_factory=dict)
    """Our word -> the model's, of those that were replaced."""
    back: Mapping[Words, str] = field(default_factory=dict)
    """The model's words -> ours, where the grammar would not take both for the same."""


def respell(phrases: Words, language: Language, knows: Callable[[str], bool]) -> Spelling:
    """Return the phrases in the spelling of the model that `knows` words."""
    words = {word for phrase in phrases for word in phrase.split() if word != FILLER}
    unknown = sorted(word for word in words if not knows(word))
    found = {
        word: next(filter(lambda one: all(map(knows, one)), variants(word, language)), ()) for word in unknown
    }
    respelled = {word: one for word, one in found.items() if one}
    missing = tuple(word for word, one in found.items() if not one)
    kept = (phrase for phrase in phrases if phrase != FILLER and phrase.split())
    taken = [phrase for phrase in kept if not set(missing) & set(phrase.split())]
    written = tuple(dict.fromkeys(_written(phrase, respelled) for phrase in taken))
    # a model's spelling that is a word of ours as well is left as it is heard
    back = {one: word for word, one in respelled.items() if not _same(word, one) and not set(one) <= words}
    return Spelling(written, missing, respelled, back)


def _same(word: str, variant: Words) -> bool:
    return fold(word) == fold(" ".join(variant))


def _written(phrase: str, respelled: Mapping[str, Words]) -> str:
    return " ".join(part for word in phrase.split() for part in respelled.get(word, (word,)))


def variants(word: str, language: Language) -> Iterator[Words]:
    """Yield other spellings of a word, likeliest first; some are no words at all."""
    if re.fullmatch(r"[0-9]+", word):
        yield from _number(word, language)
    for plain in dict.fromkeys((word, word.replace("ё", "е"))):
        if plain != word:
            yield (plain,)
        if "-" in plain:
            yield tuple(part for part in plain.split("-") if part)
            yield (plain.replace("-", ""),)
        yield from ((one,) for one in _letters(plain, language))
    together = re.findall(r"[0-9]+|[^\W0-9_]+", word)
    if len(together) > 1 and not word.isalpha():
        parts = [[(one,), *variants(one, language)] for one in together]
        yield from (tuple(part for one in chosen for part in one) for chosen in product(*parts))


def _number(digits: str, language: Language) -> Iterator[Words]:
    if len(digits) <= LONGEST_NUMBER and (digits == "0" or digits[0] != "0"):
        yield tuple(cardinal(int(digits), language).split())
    yield tuple(one_by_one(digits, language).split())


def _letters(word: str, language: Language) -> Iterator[str]:
    if language == "ru":
        if 0 < word.count("е") <= MOST_E:
            yield from (word[:at] + "ё" + word[at + 1 :] for at, letter in enumerate(word) if letter == "е")
        return
    if "'" in word:
        yield word.replace("'", "")
    for one, other in _RESPELLED:
        yield from (word.replace(a, b) for a, b in ((one, other), (other, one)) if a in word)


class Respelled:
    """`Recogniser` whose words are put back into our spelling."""

    def __init__(self, recogniser: Recogniser, back: Mapping[Words, str]) -> None:
        self._recogniser = recogniser
        self._back = back

    def accept(self, sound: bytes, *, hurried: bool = False) -> None:
        """Decode some more sound."""
        self._recogniser.accept(sound, hurried=hurried)

    def partial(self) -> str:
        """Return the words so far."""
        words = tuple(HeardWord(word, 0.0) for word in self._recogniser.partial().split())
        return " ".join(word.word for word in self._put_back(words))

    def finish(self) -> Decoded:
        """End the stretch."""
        decoded = self._recogniser.finish()
        readings = tuple(self._reading(one) for one in decoded.readings)
        return Decoded(readings, decoded.rival and self._reading(decoded.rival))

    def _reading(self, reading: Reading) -> Reading:
        return replace(reading, words=self._put_back(reading.words))

    def _put_back(self, words: tuple[HeardWord, ...]) -> tuple[HeardWord, ...]:
        kept, at = [], 0
        while at < len(words):
            length = next((n for n in self._lengths if self._key(words, at, n) in self._back), 0)
            if not length:
                kept.append(words[at])
                at += 1
                continue
            seconds = sum(word.seconds for word in words[at : at + length])
            kept.append(HeardWord(self._back[self._key(words, at, length)], seconds))
            at += length
        return tuple(kept)

    @property
    def _lengths(self) -> list[int]:
        return sorted({len(words) for words in self._back}, reverse=True)

    @staticmethod
    def _key(words: tuple[HeardWord, ...], at: int, length: int) -> Words:
        return tuple(word.word for word in words[at : at + length])
