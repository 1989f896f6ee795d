"""The phrase book: sets, rules with a meaning of their own, faults, and grammars that are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ContentError, DialogueError
from ivr.grammar.model import Choice, Expectation, Match, ValueType
from ivr.grammar.phrase_sets import MOST_SENTENCES, PhraseBookError, read_phrase_sets
from ivr.grammar.phrasebook import PhraseBook

BALANCE = ["[какой] [у меня] (баланс|счёт)", "сколько [у меня] денег"]
OPERATOR = ["[<соедините>] [с] (оператор|оператором)", "человек"]
RULES = {
    "соедините": "соедини[те] [меня]",
    "lead_in": "[ну] [скажите|я хочу] [пожалуйста]",
    "courtesy": "пожалуйста|спасибо",
    "tail_yes": "конечно|верно",
    "tail_balance": "на счету",
}


@pytest.fixture
def book() -> PhraseBook:
    return PhraseBook("ru", {"balance": BALANCE, "operator": OPERATOR}, RULES)


MENU = Expectation(("balance", "operator"))


def test_a_book_knows_its_sets_and_the_everyday_answers(book: PhraseBook) -> None:
    assert book.names == {"balance", "operator", "yes", "no"}
    assert book.sentences("balance")[:2] == ("какой у меня баланс", "какой у меня счёт")
    assert book.sentences("balance", limit=3) == book.sentences("balance")[:3]
    assert len(book.sentences("balance")) == 10
    assert "ага" in book.sentences("yes")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("какой у меня баланс", "balance"),
        ("сколько денег", "balance"),
        ("Сколько у меня денег?", "balance"),
        ("какой счет", "balance"),
        ("соедините меня с оператором", "operator"),
        ("соедини с оператором", "operator"),
        ("ну скажите пожалуйста какой баланс", "balance"),
        ("я хочу баланс спасибо", "balance"),
        ("баланс на счету", "balance"),
        ("баланс на счету пожалуйста", "balance"),
    ],
)
def test_a_menu_understands(book: PhraseBook, words: str, name: str) -> None:
    assert book.grammar(MENU).match(words) == (Match(name),)


@pytest.mark.parametrize(
    "words", ["", "какой", "баланс баланс", "пожалуйста", "[unk] баланс", "оператор на счету"]
)
def test_a_menu_does_not_understand(book: PhraseBook, words: str) -> None:
    assert book.grammar(MENU).match(words) == ()


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("", True),
        ("сколько", True),
        ("я", True),
        ("я хочу", True),
        ("соедините", True),
        ("баланс", False),
        ("сколько денег", False),
        ("баланс пожалуйста", False),
        ("что-то другое", False),
    ],
)
def test_what_trails_is_never_waited_for(book: PhraseBook, words: str, more: bool) -> None:
    assert book.grammar(MENU).can_continue(words) is more


def test_yes_with_its_tail_is_a_value_as_well_as_a_phrase(book: PhraseBook) -> None:
    value = book.grammar(Expectation(value=ValueType("yes_no")))
    phrases = book.grammar(Expectation(("yes", "no")))
    for words in ("да", "да конечно", "ну да", "да конечно пожалуйста"):
        assert value.match(words) == (Match("yes_no", True, is_value=True),)
        assert phrases.match(words) == (Match("yes"),)
    assert not value.can_continue("да")
    assert value.match("нет конечно") == ()


def test_a_turn_hears_phrases_and_a_value_together(book: PhraseBook) -> None:
    grammar = book.grammar(Expectation(("operator",), ValueType("digits", 4, 4)))
    assert grammar.match("оператор") == (Match("operator"),)
    assert grammar.match("один два три четыре") == (Match("digits", "1234", is_value=True),)
    assert grammar.match("один два оператор") == ()


def test_the_recogniser_is_told_whole_sentences_and_single_number_words(book: PhraseBook) -> None:
    phrases = book.grammar(Expectation(("balance",), ValueType("digits", 4, 4))).recogniser_phrases
    assert "сколько у меня денег" in phrases
    assert "семь" in phrases
    assert "пожалуйста" in phrases
    assert len(phrases) == len(set(phrases))
    assert all(phrase == phrase.lower().strip() != "" for phrase in phrases)


def test_every_fault_is_reported_at_once_with_its_place() -> None:
    sets = {
        "balance": ["баланс", "(счёт", "[может быть]", "<нет такого>"],
        "packages": ["пакет {n}", "<круг>"],
        "empty": [],
        "many": ["[a|b|c|d|e] [a|b|c|d|e] [a|b|c|d|e] [a|b|c|d|e] x"],
    }
    rules = {"круг": "a <круг>", "tail_absent": "сейчас", "сломано": "a)"}
    with pytest.raises(PhraseBookError) as caught:
        PhraseBook("ru", sets, {**rules})
    found = {(fault.part, fault.name, fault.index) for fault in caught.value.faults}
    assert found == {
        ("phrases", "balance", 1),
        ("phrases", "balance", 2),
        ("phrases", "balance", 3),
        ("phrases", "packages", 0),
        ("phrases", "packages", 1),
        ("phrases", "empty", 0),
        ("phrases", "many", 0),
        ("rules", "круг", 0),
        ("rules", "сломано", 0),
    }
    assert "phrases.balance[1]: column 1: this bracket is never closed" in str(caught.value)
    assert f"more than {MOST_SENTENCES}" in str(caught.value)


def test_an_unknown_set_is_content_that_is_missing(book: PhraseBook) -> None:
    with pytest.raises(ContentError, match="have no set options, packages"):
        book.grammar(Expectation(("packages", "balance", "options")))


def test_sets_that_share_a_sentence_are_found_through_rules_and_lead_ins() -> None:
    sets = {"talk": ["скажите оператор"], "operator": ["оператор"], "other": ["другое"]}
    shared = PhraseBook("ru", sets, RULES).shared_sentences(["talk", "operator", "other"])
    assert ("скажите оператор", frozenset({"talk", "operator"})) in shared
    assert all("other" not in names for _, names in shared)


def test_the_same_expectation_has_the_same_grammar(book: PhraseBook) -> None:
    assert book.grammar(MENU) is book.grammar(Expectation(("balance", "operator")))
    dates = Expectation(value=ValueType("date"))
    assert book.grammar(replace(dates, today=date(2026, 1, 1))) is not book.grammar(
        replace(dates, today=date(2026, 1, 2))
    )


def test_equal_values_of_other_types_are_other_choices(book: PhraseBook) -> None:
    def pick(value: object) -> object:
        choices = (Choice(value, ("первое предложение",)),)
        expectation = Expectation(value=ValueType("choice", choices=choices))
        return book.grammar(expectation).match("первое предложение")[0].value

    assert pick(1) is not True
    assert pick(True) is True
    assert pick({"code": 7}) == {"code": 7}


def test_many_expectations_do_not_pile_up(book: PhraseBook) -> None:
    for length in range(1, 33):
        for sets in ((), ("balance",), ("operator",), ("balance", "operator")):
            for shortest in (1, length):
                grammar = book.grammar(Expectation(sets, ValueType("count", shortest, length + 40)))
                assert grammar.match("сорок")
    assert len(book._grammars) <= 256


def test_nothing_to_say_cannot_be_sampled(book: PhraseBook) -> None:
    with pytest.raises(DialogueError):
        book.grammar(Expectation()).sample(Random(1))


@given(st.text(max_size=60))
def test_any_words_are_read_without_an_error(words: str) -> None:
    grammar = PhraseBook("ru", {"balance": BALANCE}, {}).grammar(Expectation(("balance", "yes")))
    assert isinstance(grammar.match(words), tuple)
    assert isinstance(grammar.can_continue(words), bool)


def test_a_tail_of_a_set_that_is_missing_is_told_to_the_checker_and_left_out_of_the_book() -> None:
    rules = {"tail_balanse": "сейчас", "tail_balance": "сейчас"}
    faults = read_phrase_sets({"balance": ["баланс"]}, rules).faults
    assert [str(fault) for fault in faults] == [
        "rules.tail_balanse[0]: there is no phrase set balanse for it to trail after"
    ]
    grammar = PhraseBook("ru", {"balance": ["баланс"]}, rules).grammar(Expectation(("balance",)))
    assert grammar.match("баланс сейчас") == (Match("balance"),)


def test_a_tail_of_several_words_is_heard_to_its_end() -> None:
    book = PhraseBook("ru", {"balance": ["баланс"]}, {"tail_balance": "на [моём] счету"})
    grammar = book.grammar(Expectation(("balance",)))
    assert [grammar.can_continue(words) for words in ("баланс", "баланс на", "баланс на счету")] == [
        False,
        True,
        False,
    ]


def test_sets_without_faults_make_a_book_when_a_rule_of_others_is_faulty() -> None:
    sets, rules = {"a": ["<x> b"], "c": ["d"]}, {"x": "(y"}
    wrong = {(fault.part, fault.name) for fault in read_phrase_sets(sets, rules).faults}
    assert wrong == {("rules", "x"), ("phrases", "a")}
    book = PhraseBook("ru", {"c": ["d"]}, {})
    assert book.grammar(Expectation(("c",))).match("d") == (Match("c"),)
