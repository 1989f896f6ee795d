"""What is said in training: digits, our words, any words, and words that begin or end like a digit."""

from __future__ import annotations

import random

import pytest

from tools.acoustic.texts import DIGITS, like_a_digit, text_source


def test_words_like_a_digit_are_those_written_like_one_but_no_digit() -> None:
    words = ["seven", "sesame", "heaven", "ninety", "table", "oh"]
    assert like_a_digit("en", words) == ["sesame", "heaven", "ninety"]
    assert like_a_digit("ru", ["пять", "пятка", "гулять", "стол"]) == ["пятка", "гулять"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_sixth_of_the_phrases_is_words_like_a_digit_and_a_third_dictated_digits(language: str) -> None:
    source, rng = text_source(language), random.Random(3)
    alike, digits = set(source.like_a_digit), set(DIGITS[language]) | set(source.digits)
    drawn = [source.draw(rng).replace(",", "").split() for _ in range(2000)]
    assert 0.14 < sum(set(words) <= alike for words in drawn) / len(drawn) < 0.2
    assert 0.28 < sum(set(words) <= digits for words in drawn) / len(drawn) < 0.36
