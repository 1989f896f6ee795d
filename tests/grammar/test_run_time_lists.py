"""Lists that come at run time: none, one, two hundred, and names that nobody would write into a template."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.accounts.choice import choice
from ivr.dialogue.prompting import choices
from ivr.errors import DialogueError
from ivr.grammar.model import LANGUAGES, Choice, Expectation, Language, Match, ValueType
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.spoken.texts import free_text
from ivr.grammar.spoken_grammar import SpokenGrammar

STRANGE = (
    "",
    "   ",
    "☎ ☎",
    "(((",
    "[необязательно]",
    "a|b",
    "<правило>",
    "{слот}",
    "Ёлка «Плюс»",
    "it's O'Brien",
    "пакет\nв две строки\t",
    "\x00\u202e\ud83d\ude00"[:2],
    "-",
    "Очень " * 60,
    "100 ГБ (ночь)",
    "[unk]",
)


def listening(language: Language, *options: Choice, phrases: tuple[str, ...] = ()) -> SpokenGrammar:
    book = PhraseBook(language, {"operator": ["оператор", "operator"]}, {})
    return book.grammar(Expectation(phrases, ValueType("choice", choices=options)))


def from_account(*labels: str) -> tuple[Choice, ...]:
    return choices(tuple(choice(f"v{place}", label) for place, label in enumerate(labels)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_list_understands_the_universals_and_nothing_else(language: Language) -> None:
    grammar = listening(language, phrases=("operator",))
    assert grammar.match("operator") == (Match("operator"),)
    assert grammar.match("первый") == grammar.match("the first") == ()
    assert grammar.recogniser_phrases == ("оператор", "operator")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_grammar_hears_nothing_and_says_so_when_asked_for_a_sentence(language: Language) -> None:
    grammar = listening(language)
    assert grammar.recogniser_phrases == ()
    assert grammar.match("да") == grammar.match("") == ()
    assert not grammar.can_continue("")
    with pytest.raises(DialogueError):
        grammar.sample(Random(1))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_does_no_harm_and_its_place_picks_it(language: Language, name: str) -> None:
    options = (Choice("strange", (name,), "1", name), *from_account(name)[:0], Choice("b", ("баланс",), "2"))
    grammar = listening(language, *options, phrases=("operator",))
    assert grammar.match("номер один" if language == "ru" else "number one")[0].value == "strange"
    assert [match.value for match in grammar.match("баланс")] == ["b"]
    assert grammar.match("operator")[0] == Match("operator")
    assert all(phrase.strip() == phrase != "" for phrase in grammar.recogniser_phrases)


@pytest.mark.parametrize(
    ("language", "label", "said"),
    [
        ("ru", "Пакет 10 ГБ", "пакет десять гигабайт"),
        ("ru", "Смарт 2.0", "смарт два ноль"),
        ("ru", "Ёлка «Плюс»", "елка плюс"),
        ("en", "Pack 10 GB", "pack ten gigabytes"),
        ("en", "O'Brien's", "o brien s"),
        ("en", "[New] Smart", "new smart"),
    ],
)
def test_names_from_the_account_are_said_as_people_say_them(
    language: Language, label: str, said: str
) -> None:
    grammar = listening(language, *from_account("Первый попавшийся", label))
    assert [match.value for match in grammar.match(said)] == ["v1"]
    assert not any(letter.isdigit() for phrase in grammar.recogniser_phrases for letter in phrase)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_hundred_options_are_one_usable_grammar(language: Language) -> None:
    labels = [f"Опция {place} {'плюс' if place % 2 else 'минус'}" for place in range(200)]
    grammar = listening(language, *from_account(*labels), phrases=("operator",))
    for place, label in enumerate(labels):
        said = free_text(label.lower(), language)
        assert [match.value for match in grammar.match(said)] == [f"v{place}"]
        assert said in grammar.recogniser_phrases


def test_two_options_of_one_name_are_two_readings() -> None:
    assert [match.value for match in listening("ru", *from_account("Смарт", "Смарт")).match("смарт")] == [
        "v0",
        "v1",
    ]


@settings(max_examples=150)
@given(st.lists(st.text(max_size=30), max_size=6), st.sampled_from(LANGUAGES))
def test_any_names_make_a_grammar(labels: list[str], language: Language) -> None:
    grammar = listening(language, *from_account(*labels), phrases=("operator",))
    assert grammar.match("operator")[0] == Match("operator")
    for place in range(len(labels)):
        spoken = [("первый", "второй", "третий", "четвёртый", "пятый", "шестой")][0][place]
        found = grammar.match(spoken if language == "ru" else f"number {_NUMBERS[place]}")
        assert f"v{place}" in [match.value for match in found]


_NUMBERS = ("one", "two", "three", "four", "five", "six")
