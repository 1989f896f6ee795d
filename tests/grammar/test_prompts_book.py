"""The prompt book: variants, slots, sentences, faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ivr.dialogue.queries import Secret
from ivr.grammar.prompts import PromptBook, PromptFault

PROMPTS: dict[str, str | Mapping[str, str]] = {
    "hello": {"first": "Здравствуйте! Это робот. Чем помочь?", "short": "Слушаю."},
    "balance_is": "Готово. На счёте {amount:money}.",
    "menu_option": {
        "first": "{option:label}, нажмите {key:digits}.",
        "short": "{option:label(short)} — {key:digits}.",
    },
    "speaks": "Говорим по-разному: {language:language}.",
    "which_of_two": "{one:label(short)} или {other:label(short)}?",
    "left": "Осталось. {packages:each(line)}",
    "inline": "У вас {names:each(name)}, вот и всё.",
    "line": "Пакет до {until:date(genitive)}.",
    "line_minutes": "{left:count(минута)}, до {until:date(genitive)}.",
    "name": "«{name:text}»",
    "code": "Код {code:digits}.",
}
LABELS = {"balance": "чтобы узнать баланс", "balance.short": "баланс", "tariff": "тариф"}


@pytest.fixture
def book() -> PromptBook:
    return PromptBook("ru", PROMPTS, LABELS)


def test_names_variants_slots(book: PromptBook) -> None:
    assert book.has("hello")
    assert not book.has("hullo")
    assert book.names == set(PROMPTS)
    assert book.variants("hello") == {"first", "short"}
    assert book.slots("menu_option") == {"option": "label", "key": "digits"}
    assert book.slots("left") == {"packages": "list"}
    assert book.slots("hello") == {}


def test_a_prompt_without_the_variant_says_first(book: PromptBook) -> None:
    assert book.text("hello", "short", {}) == "Слушаю."
    assert book.text("hello", "help", {}) == "Здравствуйте! Это робот. Чем помочь?"
    assert book.text("code", "again", {"code": "12"}) == "Код один два."


def test_sentences_part_what_is_fixed_from_what_is_not(book: PromptBook) -> None:
    assert book.sentences("balance_is", "first", {"amount": 100}) == (
        ("Готово.", True),
        ("На счёте один рубль.", False),
    )
    assert book.sentences("code", "first", {"code": "7"}) == (("Код семь.", False),)
    assert book.sentences("menu_option", "first", {"option": "balance", "key": "1"}) == (
        ("Чтобы узнать баланс, нажмите один.", True),
    )


def test_labels_have_a_short_form_or_the_whole_one(book: PromptBook) -> None:
    assert book.text("which_of_two", "first", {"one": "balance", "other": "tariff"}) == "Баланс или тариф?"
    assert book.text("menu_option", "short", {"option": "tariff", "key": "2"}) == "Тариф — два."


def test_a_list_is_said_line_by_line_and_by_kind(book: PromptBook) -> None:
    until = date(2026, 12, 1)
    packages = ({"kind": "minutes", "left": 1, "until": until}, {"kind": "odd", "until": until})
    assert book.sentences("left", "first", {"packages": packages}) == (
        ("Осталось.", True),
        ("Одна минута, до первого декабря.", False),
        ("Пакет до первого декабря.", False),
    )


def test_a_list_inside_a_sentence_is_enumerated(book: PromptBook) -> None:
    names = [{"name": "Вечер"}, {"name": "Ночь"}, {"name": "День 2"}]
    assert book.text("inline", "first", {"names": names}) == "У вас «Вечер», «Ночь» и «День два», вот и всё."
    assert book.text("inline", "first", {"names": []}) == "У вас ничего, вот и всё."


def test_a_value_cannot_smuggle_slots_or_sentences(book: PromptBook) -> None:
    text = "{key:digits}. Ещё! {x"
    said = book.sentences("inline", "first", {"names": [{"name": text}]})
    assert len(said) == 1
    assert "{" not in said[0][0]


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("hullo", {}, "prompts.hullo: there is no such prompt"),
        ("menu_option", {}, "prompts.menu_option.first: no value for key, option"),
        ("balance_is", {"amount": "сто"}, "slot amount: a slot of type money takes"),
        ("menu_option", {"option": "tarif", "key": "1"}, "slot option: there is no label 'tarif'"),
        ("menu_option", {"option": 5, "key": "1"}, "slot option: an option is named by a text"),
        ("left", {"packages": "abc"}, "slot packages: it takes a list of mappings"),
        ("left", {"packages": ["abc"]}, "slot packages: it takes a list of mappings"),
        ("left", {"packages": [{}]}, "prompts.line.first: no value for until"),
    ],
)
def test_what_cannot_be_said_is_a_fault(
    book: PromptBook, name: str, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(PromptFault, match=sentence):
        book.text(name, "first", values)


def test_a_secret_is_never_said(book: PromptBook) -> None:
    with pytest.raises(PromptFault) as caught:
        book.text("code", "first", {"code": Secret("31415926")})
    assert "31415926" not in str(caught.value)
    assert book.text("hello", "short", {"password": Secret("31415926")}) == "Слушаю."


def test_fixed_sentences_hold_all_that_can_be_rendered_ahead(book: PromptBook) -> None:
    fixed = book.fixed_sentences()
    assert {"Здравствуйте!", "Это робот.", "Чем помочь?", "Слушаю.", "Готово.", "Осталось."} <= set(fixed)
    assert {f"Тариф — {key}." for key in ("ноль", "один", "девять")} <= set(fixed)
    assert {"Говорим по-разному: русский.", "Говорим по-разному: английский."} <= set(fixed)
    assert len([text for text in fixed if "нажмите" in text]) == 2 * 10
    assert len(fixed) == len(set(fixed)) == 6 + 2 + 2 * 2 * 10
    assert not [text for text in fixed if "рубл" in text or "Код" in text]


FAULTY: dict[str, str | Mapping[str, str]] = {
    "good": "Всё хорошо.",
    "empty": " ",
    "brace": "На счёте {amount:money.",
    "stray": "На счёте amount:money}.",
    "shape": "На счёте {amount}.",
    "type": "На счёте {amount:mony}.",
    "noun": "{n:count(минутка)}.",
    "case": "{amount:money(dative)}.",
    "variant": {"first": "Раз.", "firts": "Два."},
    "no_first": {"again": "Ещё раз."},
    "two_types": {"first": "{a:money}", "again": "{a:count}"},
    "each": "{items:each(lines)}",
    "nest": "{items:each(each)}",
    "label": "{option:label(long)}",
    "long": "Очень долгий рассказ. " * 14,
}


def test_all_faults_are_told_at_once() -> None:
    book = PromptBook("ru", FAULTY, {"a": "что-то", "b.short": "б", "a.tiny": "в", "c": " "})
    told = {
        (fault.prompt or f"labels.{fault.label}", fault.variant, fault.sentence)
        for fault in book.faults(["a", "d"])
    }
    expected = {
        ("empty", "first", "the text is empty"),
        ("brace", "first", "a brace is not closed"),
        ("stray", "first", "a brace is not closed or not opened"),
        ("shape", "first", "{amount} is not a slot"),
        ("type", "first", "slot amount: there is no slot type 'mony'"),
        ("noun", "first", "slot n: a slot of type count: the noun 'минутка'"),
        ("case", "first", "slot amount: a slot of type money: 'dative' means nothing"),
        ("variant", "firts", "there is no variant 'firts'"),
        ("no_first", "", "it has no variant first"),
        ("two_types", "", "slot a has several types: count, money"),
        ("each", "first", "slot items: there is no prompt 'lines'"),
        ("nest", "first", "slot items: prompt 'each' says a list itself"),
        ("label", "first", "slot option: in the brackets of a label"),
        ("long", "first", "it takes about 22 s"),
        ("labels.b.short", "", "there is a short form, but no label 'b'"),
        ("labels.a.tiny", "", "a label has no form 'tiny'"),
        ("labels.c", "", "a label is some words"),
        ("labels.d", "", "a menu offers this option, but it has no label"),
    }
    found = {
        want for want in expected for fault in told if fault[:2] == want[:2] and fault[2].startswith(want[2])
    }
    assert found == expected
    assert len(told) == len(expected)


def test_a_fault_says_where_it_is() -> None:
    (fault,) = PromptBook("ru", {"a": {"first": "Да.", "again": "{x"}}, {}).faults()
    assert str(fault).startswith("prompts.a.again: ")
    assert fault.remedy


def test_a_book_without_faults_has_none(book: PromptBook) -> None:
    assert book.faults(["balance", "tariff"]) == ()
