"""Pronunciations: how each word sounds alone and between other words, as eSpeak NG and Flite say it.

Flite's are those of CMU's dictionary: "tariff" as Americans say it, "limits" with the weakest of vowels. What
eSpeak NG says too clearly in Russian comes as people say it as well (``reduction.py``).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator

from ivr.speech.pronunciation import spoken_text
from tools.acoustic.espeak import Espeak, espeak
from tools.acoustic.festival import flite_phones
from tools.acoustic.phones import FILLER, PHONE_SETS, SILENCE, broad_marks
from tools.acoustic.reduction import reduced_ways

Pronunciation = tuple[str, ...]
Lexicon = dict[str, dict[Pronunciation, float]]
"""Word -> pronunciation -> its share among the word's pronunciations (largest is 1)."""

_VOICES = {"ru": ("ru",), "en": ("en-us", "en-us", "en", "en-GB-x-rp")}
_FLITE = {"en": "slt"}
_ROUNDS, _TOGETHER = 5, 3
_RATE = 400
"""Words a minute: the phones are the same as at 150, the audio that nobody hears is shorter."""
_RAREST = 0.04
_SPELT = 2
"""So many phones more than eSpeak NG has, and Flite did not know the word: it spelt it."""


class MissingPronunciationError(RuntimeError):
    """Words that eSpeak NG does not pronounce in our phones."""


def build_lexicon(language: str, words: list[str]) -> Lexicon:
    """Return pronunciations for every word; the same words give the same lexicon.

    Raises:
        MissingPronunciationError: naming all words without a usable pronunciation.
    """
    found = spoken_ways(language, words)
    missing = [word for word in words if not found[word]]
    if missing:
        raise MissingPronunciationError(f"no pronunciation in {language} phones: {', '.join(missing)}")
    return found


def spoken_ways(language: str, words: list[str]) -> Lexicon:
    """Return pronunciations for every word; none for words that eSpeak NG does not say in our phones."""
    engine, counts = espeak(), {word: Counter[Pronunciation]() for word in words}
    rng = random.Random(language)
    for voice in _VOICES[language]:
        for phrase in _phrases(words, rng):
            heard = _words_as_heard(engine, language, phrase, voice)
            for word, pronunciation in zip(phrase, heard, strict=False):
                counts[word][pronunciation] += 1
    for word, pronunciation in _said_by_flite(language, words):
        if counts[word] and len(pronunciation) <= max(map(len, counts[word])) + _SPELT:
            counts[word][pronunciation] += max(counts[word].values())
    if language == "ru":
        for word, ways in reduced_ways({word: list(found) for word, found in counts.items()}).items():
            often = max(counts[word].values(), default=0)
            counts[word].update(dict.fromkeys(ways, often))
    return {word: _frequent(found) for word, found in counts.items()}


def _said_by_flite(language: str, words: list[str]) -> Iterator[tuple[str, Pronunciation]]:
    """Yield each word that Flite says in phones we know, and these phones."""
    if language not in _FLITE:
        return
    table = PHONE_SETS[language].festival
    for word, names in zip(words, flite_phones(words, _FLITE[language]), strict=True):
        if names and all(name in table for name in names):
            yield word, tuple(phone for name in names for phone in table[name])


def _phrases(words: list[str], rng: random.Random) -> Iterator[list[str]]:
    """Yield each word alone, then in shuffled company several times."""
    for word in words:
        yield [word]
    for _ in range(_ROUNDS):
        order = rng.sample(words, len(words))
        for start in range(0, len(order), _TOGETHER):
            yield order[start : start + _TOGETHER]


def _words_as_heard(engine: Espeak, language: str, phrase: list[str], voice: str) -> list[Pronunciation]:
    """Return each word's phones, or nothing where words melted together or a phone is unknown."""
    phones, spoken = PHONE_SETS[language], engine.say(_written(phrase, language), voice, _RATE)
    words = []
    for marks in spoken.words:
        broad = [name for _, name in broad_marks(marks, phones.espeak, 0.0)]
        words.append(tuple(name for name in broad if name != SILENCE))
    words = [word for word in words if word]
    known = all(name in phones.names and name != FILLER for word in words for name in word)
    return words if known and len(words) == len(phrase) else []


def _written(phrase: list[str], language: str) -> str:
    """Return the text for eSpeak NG, its wrong stresses put right just as for our robot."""
    return spoken_text(" ".join(phrase), "ru" if language == "ru" else "en")


def _frequent(found: Counter[Pronunciation]) -> dict[Pronunciation, float]:
    top = max(found.values(), default=0)
    return {p: n / top for p, n in sorted(found.items()) if n / found.total() >= _RAREST or n == top}


def lexicon_text(lexicon: Lexicon) -> str:
    """Return the lexicon as Kaldi's ``lexiconp.txt``: word, share, phones."""
    rows: Iterable[tuple[str, Pronunciation, float]] = (
        (word, phones, share) for word, found in sorted(lexicon.items()) for phones, share in found.items()
    )
    return "".join(f"{word} {share:.3f} {' '.join(phones)}\n" for word, phones, share in rows)
