"""Our words are stressed for the recorded Russian voice where our robot stresses them."""

from __future__ import annotations

from tools.acoustic.stress import with_stress


def test_our_words_are_stressed_where_our_robot_stresses_them() -> None:
    assert with_stress("ноль, тариф оператора") == "н+оль, тар+иф опер+атора"
    assert with_stress("абракадабра в") == "абракадабра в"
