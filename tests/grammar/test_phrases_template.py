"""Templates: the notation, its faults, and the trees it makes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.grammar.template import TemplateError, parse_template
from ivr.grammar.tree import (
    Alternatives,
    Optional,
    RuleError,
    RuleReference,
    Sequence,
    Slot,
    Word,
    count,
    may_be_silent,
    resolve,
    sentences,
    slots,
    words,
)


def said(template: str) -> list[str]:
    return [" ".join(sentence) for sentence in sentences(parse_template(template))]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("какой баланс", ["какой баланс"]),
        ("[какой] баланс", ["какой баланс", "баланс"]),
        ("(баланс|счёт)", ["баланс", "счёт"]),
        ("баланс|счёт", ["баланс", "счёт"]),
        ("мой (баланс|[лицевой] счёт)", ["мой баланс", "мой лицевой счёт", "мой счёт"]),
        ("[a|the] plan", ["a plan", "the plan", "plan"]),
        ("соедини[те]", ["соедините", "соедини"]),
        ("мо(й|я|и) пакеты", ["мой пакеты", "моя пакеты", "мои пакеты"]),
        ("what's [my] balance", ["what's my balance", "what's balance"]),
        ("Баланс", ["баланс"]),
        ("  лишние   пробелы ", ["лишние пробелы"]),
    ],
)
def test_a_template_says_its_sentences_in_the_order_written(template: str, expected: list[str]) -> None:
    assert said(template) == expected


def test_the_tree_keeps_rules_and_slots_by_name() -> None:
    tree = parse_template("<want> [{sum}] сейчас")
    assert tree == Sequence((RuleReference("want"), Optional(Slot("sum")), Word("сейчас")))
    assert slots(tree) == {"sum"}
    assert words(tree) == {"сейчас"}


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("(баланс", "column 1: this bracket is never closed with ')'"),
        ("мой [баланс|счёт", "column 5: this bracket is never closed with ']'"),
        ("баланс)", "column 7: ')' closes nothing"),
        ("(баланс]", "column 8: ']' closes nothing"),
        ("баланс?", "column 7: '?' is not part of the notation"),
        ("<не закрыто", "column 1: '<' is not part of the notation"),
        ("()", "column 1: the brackets are empty"),
        ("да []", "column 4: the brackets are empty"),
        ("", "the template says nothing"),
        ("   ", "the template says nothing"),
        ("под<правило>", "a rule or slot is glued to a word"),
        ("под(ключи сейчас|дай)", "holds several words"),
    ],
)
def test_a_faulty_template_says_what_is_wrong_and_where(template: str, complaint: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(template)
    assert complaint in str(caught.value)


def test_a_word_with_too_many_forms_is_refused() -> None:
    with pytest.raises(TemplateError, match="a word has 81 forms"):
        parse_template("(a|b|c)(d|e|f)(g|h|i)(j|k|l)")


@given(st.text(alphabet="абв []()|<>{}'+-", max_size=40))
def test_any_text_is_a_tree_or_a_template_error(text: str) -> None:
    tree = None
    with suppress(TemplateError):
        tree = parse_template(text)
    assert tree is None or count(tree) >= 1


def test_rules_are_put_in_their_places() -> None:
    rules = {"person": parse_template("оператор|человек"), "with": parse_template("с <person>")}
    tree = resolve(parse_template("соедините <with>"), rules)
    assert tree == Sequence(
        (Word("соедините"), Sequence((Word("с"), Alternatives((Word("оператор"), Word("человек"))))))
    )


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({}, "there is no rule <a>"),
        ({"a": "<a>"}, "rule <a> contains itself"),
        ({"a": "x <b>", "b": "[<a>]"}, "rule <a> contains itself"),
    ],
)
def test_unknown_and_circular_rules_are_told(rules: dict[str, str], complaint: str) -> None:
    known = {name: parse_template(text) for name, text in rules.items()}
    with pytest.raises(RuleError, match=complaint):
        resolve(parse_template("<a>"), known)


_WORDS = st.sampled_from(["да", "нет", "ещё"]).map(Word)
_TREES = st.recursive(
    _WORDS,
    lambda inner: (
        inner.map(Optional)
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: Sequence(tuple(items)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: Alternatives(tuple(items)))
    ),
    max_leaves=6,
)


@given(_TREES)
def test_count_and_silence_agree_with_the_sentences(tree: Word | Optional | Sequence | Alternatives) -> None:
    every = list(sentences(tree))
    assert count(tree) == len(every)
    assert may_be_silent(tree) == (() in every)
    assert words(tree) == {word for sentence in every for word in sentence}
