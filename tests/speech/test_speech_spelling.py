"""Words in a model's own spelling, and back in ours."""

from __future__ import annotations

import pytest

from ivr.grammar.model import Language
from ivr.speech.fake import ScriptedRecogniser
from ivr.speech.ports import FILLER, Decoded, HeardWord, Reading
from ivr.speech.spelling import Respelled, respell


@pytest.mark.parametrize(
    ("language", "word", "known"),
    [
        ("ru", "ещё", "еще"),
        ("ru", "еще", "ещё"),
        ("ru", "счете", "счёте"),
        ("ru", "сим-карта", "сим карта"),
        ("ru", "веб-счёт", "веб счет"),
        ("ru", "по-русски", "порусски"),
        ("ru", "105", "сто пять"),
        ("ru", "007", "ноль ноль семь"),
        ("ru", "4g", "четыре g"),
        ("en", "what's", "whats"),
        ("en", "colour", "color"),
        ("en", "authorize", "authorise"),
        ("en", "zeroes", "zeros"),
        ("en", "sim-card", "sim card"),
        ("en", "21", "twenty one"),
    ],
)
def test_a_word_is_found_in_the_models_spelling(language: Language, word: str, known: str) -> None:
    spelling = respell((f"да {word}",), language, {"да", *known.split()}.__contains__)
    assert spelling.phrases == (f"да {known}",)
    assert spelling.respelled == {word: tuple(known.split())}
    assert spelling.missing == ()


def test_a_word_in_no_spelling_takes_its_phrases_along() -> None:
    spelling = respell(
        ("мой баланс", "мой абракадабр", "", FILLER, "мой баланс"), "ru", {"мой", "баланс"}.__contains__
    )
    assert spelling.phrases == ("мой баланс",)
    assert spelling.missing == ("абракадабр",)


def test_only_what_the_grammar_would_not_know_is_put_back() -> None:
    known = {"еще", "сто", "пять", "сим", "карта"}
    spelling = respell(("ещё", "105", "сим-карта", "сто"), "ru", known.__contains__)
    assert spelling.back == {("сто", "пять"): "105"}


def test_what_is_heard_is_put_back_with_its_time() -> None:
    heard = (HeardWord("тариф", 0.4), HeardWord("сто", 0.3), HeardWord("пять", 0.2), HeardWord("сто", 0.3))
    decoded = Decoded((Reading(heard, 1.0),), Reading(heard[1:3], 2.0))
    recogniser = Respelled(ScriptedRecogniser([decoded]), {("сто", "пять"): "105"})
    recogniser.accept(b"\1\0" * 800)
    assert recogniser.partial() == "тариф 105 сто"
    told = recogniser.finish()
    assert told.readings[0].text == "тариф 105 сто"
    assert told.readings[0].words[1] == HeardWord("105", 0.5)
    assert told.rival is not None
    assert told.rival.text == "105"
