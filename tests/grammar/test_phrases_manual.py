"""The manual promises only what is understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from ivr.dialogue.universals import UNIVERSALS
from ivr.grammar.manual import Entry, what_can_be_said
from ivr.grammar.model import LANGUAGES, Choice, Expectation, Language, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.value_types import parse_value_type

ROOT = Path(__file__).parents[2]
VALUES = (
    "digits(4)", "secret_digits(8..26)", "phone_number", "money", "date(-400..400)", "count(1..9)", "yes_no",
)  # fmt: skip


@cache
def book(language: Language) -> PhraseBook:
    text = (ROOT / "prompts" / language / "phrases.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    return PhraseBook(
        language, loaded["phrases"], {name: str(rule) for name, rule in loaded["rules"].items()}
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "value", [*map(parse_value_type, VALUES), ValueType("letters", 1, 9)], ids=lambda v: v.kind
)
def test_every_example_is_understood(language: Language, value: ValueType) -> None:
    expectation = Expectation((*UNIVERSALS, "balance"), value)
    grammar = book(language).grammar(replace(expectation, today=date(2026, 11, 22)))
    entries = what_can_be_said(book(language), expectation)
    assert [entry.name for entry in entries] == [*UNIVERSALS, "balance", value.kind]
    for entry in entries:
        assert entry.examples
        for example in entry.examples:
            assert any(match.name == entry.name for match in grammar.match(example)), example


def test_examples_are_as_many_as_asked_for() -> None:
    (entry,) = what_can_be_said(book("ru"), Expectation(("balance",)), most=2)
    assert entry == Entry("balance", ("баланс", "какой баланс"))


def test_a_list_is_named_by_its_own_words() -> None:
    choices = (
        Choice(1, ("[пакет] гигабайт",), "1"),
        Choice(2, ("(", "сто минут"), "2"),
        Choice(3, ("[",), "3"),
    )
    expectation = Expectation(value=ValueType("choice", choices=choices))
    assert what_can_be_said(book("ru"), expectation) == (Entry("choice", ("пакет гигабайт", "сто минут")),)
