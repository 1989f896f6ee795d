"""Words alike: the nearest to something in a line comes first, wherever in the line it is."""

from __future__ import annotations

import pytest

from tools.acoustic.alike import Alike, Phones
from tools.acoustic.lexicon import spoken_ways
from tools.acoustic.listed import listed
from tools.acoustic.phones import PHONE_SETS, vowels

_WORDS = {
    "en": listed("faster slower settings tariff operator balance a to repeat"),
    "ru": listed("быстрее медленнее настройки тариф оператор баланс а к повтори"),
}


def _said(language: str, *words: str) -> Phones:
    ways = spoken_ways(language, list(words))
    return tuple(PHONE_SETS[language].number(phone) for word in words for phone in sorted(ways[word])[0])


def _alike(language: str) -> Alike:
    ways = spoken_ways(language, _WORDS[language])
    number = PHONE_SETS[language].number
    return Alike(
        {word: {tuple(map(number, way)) for way in found} for word, found in ways.items()}, vowels(language)
    )


@pytest.mark.parametrize(
    ("language", "heard", "nearest"),
    [
        ("en", "hatter", "faster"),
        ("en", "lowed", "slower"),
        ("ru", "гитарист", "тариф"),
        ("ru", "балкон", "баланс"),
        ("ru", "постройки", "настройки"),
    ],
)
def test_the_word_that_sounds_most_like_it_comes_first(language: str, heard: str, nearest: str) -> None:
    assert _alike(language).nearest(_said(language, heard))[0] == nearest


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_word_is_found_anywhere_in_a_line(language: str, place: int) -> None:
    for word in _WORDS[language][:6]:
        line = [_WORDS[language][-1]] * 2
        line.insert(place, word)
        assert word in _alike(language).nearest(_said(language, *line))[:2]


def test_every_word_comes_once_even_after_silence() -> None:
    assert sorted(_alike("en").nearest(())) == sorted(_WORDS["en"])


def test_vowels_are_told_from_consonants_of_the_same_letter() -> None:
    assert PHONE_SETS["ru"].number("y") in vowels("ru")
    assert PHONE_SETS["en"].number("y") not in vowels("en")
    assert not {PHONE_SETS["en"].number(own) for own in PHONE_SETS["en"].own} & vowels("en")
