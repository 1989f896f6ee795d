"""A sum of money: roubles and kopecks, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.grammar.automaton import Arcs, Output, State, merge
from ivr.grammar.model import Language
from ivr.grammar.number_words import NumberWords
from ivr.grammar.values.cardinals import cardinals, expected_words, number_of
from ivr.grammar.values.spoken_value import Request, SpokenValue

MOST_ROUBLES = 9_999_999


@dataclass(frozen=True, slots=True)
class _Words:
    rouble: str
    roubles: tuple[str, ...]
    kopecks: tuple[str, ...]
    joiner: str
    frames: tuple[str, ...]


_WORDS: Mapping[Language, _Words] = {
    "ru": _Words(
        "рубль",
        ("рублей", "рубля", "рубль", "рублём", "рублям", "рублями", "руб"),
        ("копеек", "копейки", "копейка", "копейку", "копейкам", "копейками"),
        "и",
        ("(на|это|сумма|на сумму|за) {value}",),
    ),
    "en": _Words(
        "ruble",
        ("rubles", "ruble", "roubles", "rouble"),
        ("kopecks", "kopeck", "kopeks", "kopek", "copecks", "copeck"),
        "and",
        ("(it's|it is|for|the amount is) {value}",),
    ),
}
_ROUBLES, _KOPECKS = "roubles", "kopecks"
"""What the words for the units give: they close the number said before them."""


def spoken(request: Request) -> SpokenValue:
    """A sum, as an int of kopecks."""
    said, words, end = _WORDS[request.language], request.words, request.end(kopecks_of)
    kopecks = cardinals(words, 0, 99, _unit(said.kopecks, _KOPECKS, end))
    bare_kopecks = cardinals(words, 1, 99, end)
    after_roubles = merge((end, kopecks, bare_kopecks, _word(said.joiner, kopecks)))
    after_number = merge((end, _unit(said.roubles, _ROUBLES, after_roubles)))
    one_rouble = _unit((said.rouble,), _ROUBLES, after_roubles)
    start = merge(
        (
            cardinals(words, 0, MOST_ROUBLES, after_number),
            kopecks,
            one_rouble,
            _one_and_a_half(words, said, after_number, after_roubles),
        )
    )
    phrases = (*expected_words(words, MOST_ROUBLES), *said.roubles[:3], *said.kopecks[:3])
    return SpokenValue(start, phrases, said.frames)


def kopecks_of(output: Output) -> int:
    """The sum that the arcs gave; a number without a unit is roubles, or kopecks after roubles."""
    total = 0
    group: list[object] = []
    roubles_said = False
    for part in output:
        if part == _ROUBLES:
            total += 100 * (number_of(tuple(group)) if group else 1)
            group, roubles_said = [], True
        elif part == _KOPECKS:
            total, group = total + number_of(tuple(group)), []
        else:
            group.append(part)
    return total + number_of(tuple(group)) * (1 if roubles_said else 100)


def _unit(forms: tuple[str, ...], unit: str, after: State) -> State:
    arcs = Arcs()
    for form in forms:
        arcs.add(form, after, (unit,))
    return arcs.state()


def _word(word: str, after: State) -> State:
    arcs = Arcs()
    arcs.add(word, after)
    return arcs.state()


def _one_and_a_half(words: NumberWords, said: _Words, after_number: State, after_roubles: State) -> State:
    """ "полторы тысячи рублей", "полтора рубля", "one and a half thousand"."""
    arcs = Arcs()
    for form in words.one_and_a_half["thousand"]:
        arcs.add(f"{form} {words.thousand[0]}", after_number, (1500,))
    for form in words.one_and_a_half["one"]:
        for unit in said.roubles:
            arcs.add(f"{form} {unit}", after_roubles, (1, _ROUBLES, 50, _KOPECKS))
    return arcs.state()
