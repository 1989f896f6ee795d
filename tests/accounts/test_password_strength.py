"""Which passwords are refused, and with which reason."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.accounts.strength import REASONS, weakness
from ivr.dialogue.queries import Secret

PHONE, DAY = "+79261234567", date(2026, 11, 22)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too_short"),
        ("8274610", "too_short"),
        ("8274610" * 4, "too_long"),
        ("82746l03", "not_digits"),
        ("٣٢٧٤٦١٠٣", "not_digits"),
        ("79261234567", "part_of_phone"),
        ("89261234567", "part_of_phone"),
        ("9261234567", "part_of_phone"),
        ("26123456", "part_of_phone"),
        ("76543216", "part_of_phone"),
        ("90123456715", "a_run"),
        ("9012345671598", "part_of_phone"),
        ("12345678", "a_run"),
        ("98765432", "a_run"),
        ("67890123", "a_run"),
        ("11111111", "a_run"),
        ("00000000000", "a_run"),
        ("12345999", "a_run"),
        ("12341234", "a_run"),
        ("12121212", "a_run"),
        ("37937937", "a_run"),
        ("82748274", "a_run"),
        ("19850101", "birth_year"),
        ("01011985", "birth_year"),
        ("31121999", "birth_year"),
        ("12311999", "birth_year"),
        ("29021984", "birth_year"),
        ("19851986", "birth_year"),
        ("19851985", "birth_year"),
        ("0110219857", "birth_year"),
        ("14789632", "keypad_shape"),
        ("25802580", "keypad_shape"),
        ("147258369", "keypad_shape"),
        ("15935726", "keypad_shape"),
        ("31415926", "on_deny_list"),
        ("11223344", "on_deny_list"),
        ("82746103", None),
        ("48201985", None),
        ("29021985", None),
        ("01013026", None),
        ("83921111", None),
        ("90517263", None),
        ("8274610" * 3 + "82746", None),
    ],
)
def test_each_rule(password: str, reason: str | None) -> None:
    assert weakness(Secret(password), PHONE, DAY) == reason


@given(st.text(max_size=40))
def test_any_text_gets_a_declared_answer(text: str) -> None:
    assert weakness(Secret(text), PHONE, DAY) in {None, *REASONS}


def test_most_random_passwords_are_accepted() -> None:
    chance = random.Random(1)
    drawn = ["".join(chance.choice("0123456789") for _ in range(8)) for _ in range(2000)]
    refused = [text for text in drawn if weakness(Secret(text), PHONE, DAY)]
    assert len(refused) < 60
