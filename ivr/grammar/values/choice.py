"""One of a list that came at run time: by its own words, or by its place in the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from ivr.grammar.automaton import Arcs, Output, State, compile_tree, merge
from ivr.grammar.fold import fold
from ivr.grammar.model import Choice, Language
from ivr.grammar.spoken.texts import free_text
from ivr.grammar.template import TemplateError, parse_template
from ivr.grammar.tree import Node, RuleError, Sequence, Word, may_be_silent, resolve, sentences, slots
from ivr.grammar.values.spoken_value import Request, SpokenValue

_MOST_PHRASES = 50
"""Sentences of one choice that the recogniser is told to expect."""

_PLACES: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    "ru": {
        "1": ("первый", "первая", "первое", "первую", "номер один"),
        "2": ("второй", "вторая", "второе", "вторую", "номер два"),
        "3": ("третий", "третья", "третье", "третью", "номер три"),
        "4": ("четвёртый", "четвёртая", "четвёртое", "четвёртую", "номер четыре"),
        "5": ("пятый", "пятая", "пятое", "пятую", "номер пять"),
        "6": ("шестой", "шестая", "шестое", "шестую", "номер шесть"),
        "7": ("седьмой", "седьмая", "седьмое", "седьмую", "номер семь"),
        "8": ("восьмой", "восьмая", "восьмое", "восьмую", "номер восемь"),
    },
    "en": {
        "1": ("the first", "first", "the first one", "number one"),
        "2": ("the second", "second", "the second one", "number two"),
        "3": ("the third", "third", "the third one", "number three"),
        "4": ("the fourth", "fourth", "the fourth one", "number four"),
        "5": ("the fifth", "fifth", "the fifth one", "number five"),
        "6": ("the sixth", "sixth", "the sixth one", "number six"),
        "7": ("the seventh", "seventh", "the seventh one", "number seven"),
        "8": ("the eighth", "eighth", "the eighth one", "number eight"),
    },
}
_OTHER_THAN_WORDS_COST = 1
_MARKS = frozenset("[]()|<>{}")
"""Marks of the notation: a text with one of them is a template that somebody wrote."""


def spoken(request: Request) -> SpokenValue:
    """The `value` of one of the type's choices."""
    states: list[State] = []
    phrases: list[str] = []
    for choice in request.value_type.choices:
        end = request.end(_constant(choice.value))
        trees = _trees(choice, request.language)
        places = _PLACES[request.language].get(choice.key, ())
        states.extend(compile_tree(tree, end) for tree in trees)
        states.append(_by_place(places, end))
        phrases.extend(" ".join(words) for tree in trees for words in islice(sentences(tree), _MOST_PHRASES))
        phrases.extend(places)
    return SpokenValue(merge(states), tuple(dict.fromkeys(phrases)))


def _trees(choice: Choice, language: Language) -> list[Node]:
    return [tree for text in choice.spoken if (tree := _tree(text, language)) is not None]


def _tree(text: str, language: Language) -> Node | None:
    """Read a template; what is none is taken word for word: it came from an account, not from an author.

    Digits and signs are what people say for them: "10 ГБ" is "десять гигабайт".
    """
    if any(letter.isdigit() for letter in text) and not _MARKS & set(text):
        text = free_text(text, language)
    try:
        tree = resolve(parse_template(text), {})
    except (TemplateError, RuleError):
        tree = Sequence(tuple(Word(word) for word in fold(text)))
    return None if slots(tree) or may_be_silent(tree) else tree


def _by_place(places: tuple[str, ...], end: State) -> State:
    arcs = Arcs()
    for said in places:
        arcs.add(said, end, cost=_OTHER_THAN_WORDS_COST)
    return arcs.state()


def _constant(value: object) -> Callable[[Output], object]:
    return lambda _: value
