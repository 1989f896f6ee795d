"""Spelling: a caller spells a name, and has what the robot said spelled, in both languages."""

from __future__ import annotations

import pytest

from ivr.dialogue import actions as a
from ivr.dialogue import flow as f
from ivr.grammar.model import Language
from ivr.grammar.spoken import say
from ivr.grammar.value_types import parse_value_type
from tests.dialogue.worded import call, order, words
from tests.support.phone import Phone, of_kind, said

SPELL_IT: dict[Language, str] = {"ru": "по буквам", "en": "spell it"}


def spelling(language: Language) -> Phone:
    return call(order(f.Ask("please_choose", parse_value_type("letters(2..20)"), "it")), language)


@pytest.mark.parametrize(
    ("language", "pieces", "name"),
    [
        ("ru", ["анна дважды эн", "а"], "анна"),
        ("ru", ["и вэ", "а", "николай"], "иван"),
        ("en", ["a for alfa double n", "a"], "anna"),
        ("en", ["india", "v as in victor"], "iv"),
    ],
)
def test_a_name_is_spelled_in_pieces(language: Language, pieces: list[str], name: str) -> None:
    phone = spelling(language)
    for piece in pieces:
        phone.say(piece)
    phone.fire("between_digits")
    assert phone.last(a.Query).arguments == {"it": name}


@pytest.mark.parametrize(
    ("language", "spelled", "question"),
    [
        ("ru", "и вэ а эн", "По буквам — иван, василий, анна, николай. Верно?"),
        ("en", "i v a n", "Letter by letter — india, victor, alfa, november. Is that right?"),
    ],
)
def test_doubtful_letters_are_read_back_by_the_words_that_stand_for_them(
    language: Language, spelled: str, question: str
) -> None:
    phone = spelling(language)
    phone.say(spelled, "confirm")
    assert words(phone.fire("between_digits")) == question
    phone.press("1")
    assert phone.last(a.Query).arguments == {"it": {"ru": "иван", "en": "ivan"}[language]}


def test_letters_are_not_typed_and_the_universals_keys_work() -> None:
    phone = spelling("ru")
    assert said(phone.press("5"))[0] == "no_match"
    phone.hear_out()
    assert said(phone.press("9")) == ["please_choose"]
    assert said(phone.press("0")) == ["connecting"]


@pytest.mark.parametrize(
    ("language", "label", "line"),
    [
        ("ru", "Гудок", "Григорий, ульяна, дмитрий, ольга, константин — нажмите один."),
        ("en", "Tone", "Tango, oscar, november, echo — press one."),
    ],
)
def test_spell_it_says_names_letter_by_letter(language: Language, label: str, line: str) -> None:
    options = ({"value": "o1", "label": label, "spoken": (label,)},)
    phone = call(order(f.Pick("please_choose", "options", "it")), language, options=options)
    orders = phone.say(SPELL_IT[language])
    assert said(orders) == ["please_choose", "pick_option"]
    assert words(orders).endswith(line)
    again = phone.say("повторите" if language == "ru" else "repeat")
    assert not any(prompt.spelled for prompt in of_kind(again, a.Play)[0].prompts)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_doubtful_name_is_spelled_before_it_is_confirmed(language: Language) -> None:
    options = ({"value": "o1", "label": "Abc", "spoken": ("баланс", "balance")},)
    phone = call(order(f.Pick("please_choose", "options", "it")), language, options=options)
    phone.say("баланс" if language == "ru" else "balance", "confirm")
    orders = phone.say(SPELL_IT[language])
    assert said(orders) == ["confirm_choice"]
    assert say("text", "Abc", language, "letters") in words(orders)
    phone.press("1")
    assert phone.last(a.Query).arguments == {"it": "o1"}


def test_a_phone_number_is_spelled_digit_by_digit() -> None:
    phone = call(order(f.Ask("please_choose", parse_value_type("phone_number"), "it")), "ru")
    phone.say("восемь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь", "confirm")
    assert words(phone.say("по буквам")) == (
        "Номер девять два шесть, один два три, четыре пять, шесть семь. Верно?"
    )


@pytest.mark.parametrize(
    ("text", "language", "spelled"),
    [
        ("Ёж", "ru", "елена, женя"),
        ("объём-2", "ru", "ольга, борис, твёрдый знак, елена, михаил, тире, два"),
        ("МТС 5+", "ru", "михаил, татьяна, семён, пробел, пять, плюс"),
        ("4G", "ru", "четыре, же"),
        ("Wi-Fi", "en", "whiskey, india, hyphen, foxtrot, india"),
        ("Гудь", "en", "ghe, u, de, soft sign"),
        ("5 %", "en", "five, space, percent"),
        ("☎", "en", ""),
    ],
)
def test_every_letter_has_a_name(text: str, language: Language, spelled: str) -> None:
    assert say("text", text, language, "letters") == spelled
