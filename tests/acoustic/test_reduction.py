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


def test_only_what_is_new_is_returned() -> None:
    full, short = tuple(["p'", "a", "t'", "i"]), tuple(["p'", "i", "t'", "i"])
    assert reduced_ways({"пяти": [full], "два": [("d", "v", "a")]}) == {"пяти": [short], "два": []}
    assert reduced_ways({"пяти": [full, short]}) == {"пяти": []}


def test_the_lexicon_has_both_ways_alike() -> None:
    found = build_lexicon("ru", ["января", "часов"])
    assert found["января"] == {
        tuple(["a", "n", "v", "a", "r'", "a"]): 1.0,
        tuple(["j", "i", "n", "v", "a", "r'", "a"]): 1.0,
    }
    assert tuple(["ch", "i", "s", "o", "f"]) in found["часов"]
