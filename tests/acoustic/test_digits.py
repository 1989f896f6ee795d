"""Digits have sounds of their own, wherever a phrase's text and its phones agree."""

from __future__ import annotations

import pytest

from tools.acoustic.digits import SLOTS, own_sounds, stages, with_own_sounds
from tools.acoustic.phones import FILLER, PHONE_SETS, SILENCE, SILENCE_NUMBER
from tools.acoustic.stress import with_stress
from tools.acoustic.texts import DIGITS


def _relabelled(language: str, text: str, phones: str) -> list[str]:
    names = PHONE_SETS[language].names
    numbers = [PHONE_SETS[language].number(phone) for phone in phones.split()]
    return [
        names[number] if number >= 0 else "?" for number in with_own_sounds(language, text, numbers, names)
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_digit_has_slots_of_general_phones_and_own_sounds_stand_before_the_filler(
    language: str,
) -> None:
    names, own = PHONE_SETS[language].names, own_sounds(language)
    assert set(DIGITS[language]) <= set(SLOTS[language])
    assert names[SILENCE_NUMBER] == SILENCE
    assert names[-len(own) - 1 :] == (*own, FILLER)
    for word in SLOTS[language]:
        for way in stages(language, word):
            assert all(sound in names for slot in way for sound in slot)
            assert all(slot[0] in own for slot in way)


def test_a_string_of_digits_is_relabelled_slot_by_slot_over_pauses() -> None:
    said = _relabelled("en", "nine, four two", "sil n ay n sil f ao t uw sil")
    assert said == ["sil", "nine.1", "nine.2", "nine.3", "sil", "four.1", "four.2", "two.1", "two.2", "sil"]
    assert _relabelled("en", "four", "f ? r") == ["four.1", "four.2", "four.3"]


def test_words_between_digits_keep_their_phones() -> None:
    assert _relabelled("ru", "да два", "d a d v a") == ["d", "a", "два.1", "два.2", "два.3"]
    assert _relabelled("ru", "вода", "v a d a") == ["v", "a", "d", "a"]


def test_phones_that_are_not_the_text_stay_as_they_are() -> None:
    assert _relabelled("en", "nine", "s ih k s") == ["s", "ih", "k", "s"]


def test_both_lengths_of_a_digit_are_ways_to_say_it() -> None:
    assert [[slot[0] for slot in way] for way in stages("en", "four")] == [
        ["four.1", "four.2", "four.3"],
        ["four.1", "four.2"],
    ]
    assert stages("en", "fourteen") == []


def test_our_words_are_stressed_where_our_robot_stresses_them() -> None:
    assert with_stress("ноль, тариф оператора") == "н+оль, тар+иф опер+атора"
    assert with_stress("абракадабра в") == "абракадабра в"
