"""Yes or no: the phrase sets `yes` and `no`, read as a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from ivr.grammar.automaton import Output, State, compile_tree, merge
from ivr.grammar.model import Language
from ivr.grammar.tree import Node, sentences
from ivr.grammar.values.spoken_value import Request, SpokenValue

EVERYDAY: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    "ru": {
        "yes": ("да", "ага", "угу", "конечно", "верно", "правильно", "подтверждаю", "согласен|согласна"),
        "no": ("нет", "неа", "не надо", "неверно", "неправильно", "не (верно|правильно)"),
    },
    "en": {
        "yes": ("yes", "yeah", "yep", "yup", "sure", "that's (right|correct)", "correct", "right"),
        "no": ("no", "nope", "nah", "that's (wrong|not right)", "not (right|correct)", "wrong", "incorrect"),
    },
}
"""Templates every phrase book has in its sets `yes` and `no`; phrases.yaml adds to them."""

_MOST_PHRASES = 300


def spoken(request: Request) -> SpokenValue:
    """A bool. Both sets are the phrase book's own, so a menu and a confirmation hear the same words."""
    yes = _answers(request.yes, request.end(_constant(True), "yes"))
    no = _answers(request.no, request.end(_constant(False), "no"))
    said = (words for node in (*request.yes, *request.no) for words in islice(sentences(node), _MOST_PHRASES))
    return SpokenValue(merge((yes, no)), tuple(dict.fromkeys(" ".join(words) for words in said)))


def _answers(nodes: tuple[Node, ...], end: State) -> State:
    return merge(compile_tree(node, end) for node in nodes)


def _constant(value: bool) -> Callable[[Output], bool]:
    return lambda _: value
