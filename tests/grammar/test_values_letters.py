"""Spelling, letter by letter, and number words that sound alike."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.grammar.confusable import confusable, mistaken_for
from ivr.grammar.keys import read_keys
from ivr.grammar.letters import LETTERS
from ivr.grammar.model import LANGUAGES, Expectation, KeyReading, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken_grammar import SpokenGrammar


@cache
def grammar(language: Language) -> SpokenGrammar:
    return PhraseBook(language, {}, {}).grammar(Expectation(value=ValueType("letters", 1, 12)))


def heard(language: Language, words: str) -> list[object]:
    return [match.value for match in grammar(language).match(words)]


@pytest.mark.parametrize(
    ("language", "words", "spelled"),
    [
        ("ru", "и вэ а эн о вэ", "иванов"),
        ("ru", "анна дважды эн", "анн"),
        ("ru", "бэ как борис ы ка", "бык"),
        ("ru", "эл мягкий знак", None),
        ("ru", "эль мягкий знак и краткое", "льй"),
        ("en", "s m i t h", "smith"),
        ("en", "b as in bravo o double l", "boll"),
        ("en", "sierra mike india tango hotel", "smith"),
        ("en", "x-ray zee", "xz"),
    ],
)
def test_a_spelled_word_is_heard(language: Language, words: str, spelled: str | None) -> None:
    assert heard(language, words) == ([] if spelled is None else [spelled])


@given(language=st.sampled_from(LANGUAGES), data=st.data())
def test_every_way_of_spelling_has_one_reading(language: Language, data: st.DataObject) -> None:
    letters = LETTERS[language]
    word = data.draw(st.lists(st.sampled_from(sorted(letters.names)), min_size=1, max_size=12))
    said = [
        data.draw(st.sampled_from([*letters.names[letter], *letters.words.get(letter, ())]))
        for letter in word
    ]
    assert heard(language, " ".join(said)) == ["".join(word)]


def test_letters_are_not_typed() -> None:
    assert read_keys(ValueType("letters"), "2") == KeyReading(None, can_continue=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_alphabet_is_whole(language: Language) -> None:
    alphabet = {"ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}[language]
    assert LETTERS[language].names.keys() == {*alphabet, "-"}
    assert LETTERS[language].words.keys() >= set(alphabet) - set("ъыь")


@pytest.mark.parametrize(
    ("language", "one", "other", "alike"),
    [
        ("ru", "пятнадцать", "пятьдесят", True),
        ("ru", "пятнадцати рублей", "пятьдесят рублей", True),
        ("ru", "семь", "восемь", True),
        ("ru", "двести", "триста", False),
        ("ru", "пятнадцать", "пятнадцать", False),
        ("ru", "пятнадцать", "пятьдесят рублей", False),
        ("en", "fifteen", "fifty", True),
        ("en", "thirteen kopecks", "thirty kopecks", True),
        ("en", "five nine", "nine five", True),
        ("en", "twelve", "twenty", False),
    ],
)
def test_numbers_that_sound_alike_are_told(language: Language, one: str, other: str, alike: bool) -> None:
    assert confusable(one, other, language) is alike
    assert confusable(other, one, language) is alike


def test_what_else_may_have_been_said() -> None:
    assert list(mistaken_for("сто пятнадцать рублей", "ru")) == [
        "сто пятьдесят рублей",
        "сто шестнадцать рублей",
    ]
    assert list(mistaken_for("сто рублей", "ru")) == []


@given(language=st.sampled_from(LANGUAGES), words=st.text(max_size=60))
def test_any_words_can_be_compared(language: Language, words: str) -> None:
    assert not confusable(words, words, language)
    assert all(confusable(words, other, language) for other in mistaken_for(words, language))
