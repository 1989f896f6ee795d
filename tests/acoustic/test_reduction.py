"""Reduced vowels: where the stress is not, and only there."""

from __future__ import annotations

import pytest

from tools.acoustic.lexicon import build_lexicon
from tools.acoustic.reduction import reduced, reduced_ways


@pytest.mark.parametrize(
    ("word", "way", "said"),
    [
        ("январ+я", "a n v a r' a", "j i n v a r' a"),
        ("пят+и", "p' a t' i", "p' i t' i"),
        ("час+ов", "ch a s o f", "ch i s o f"),
        ("м+есяц", "m' e s' a c", "m' e s' i c"),
        ("за+явка", "z a a f k a", "z a a f k a"),
        ("св+язь", "s v' a s'", "s v' a s'"),
        ("нед+еля", "n' i d' e l' a", "n' i d' e l' a"),
        ("язык", "a z y k", "a z y k"),
        ("яз+ык", "z y k", "z y k"),
    ],
)
def test_a_vowel_is_reduced_where_the_stress_is_not(word: str, way: str, said: str) -> None:
    assert reduced(word, tuple(way.split())) == tuple(said.split())


_FULL, _SHORT = ("p'", "a", "t'", "i"), ("p'", "i", "t'", "i")


def test_only_what_is_new_is_returned() -> None:
    assert reduced_ways({"пяти": [_FULL], "два": [("d", "v", "a")]}) == {"пяти": [_SHORT], "два": []}
    assert reduced_ways({"пяти": [_FULL, _SHORT]}) == {"пяти": []}


def test_the_lexicon_has_both_ways_alike() -> None:
    found = build_lexicon("ru", ["пяти", "часов"])
    assert found["пяти"] == {_FULL: 1.0, _SHORT: 1.0}
    assert ("ch", "i", "s", "o", "f") in found["часов"]
