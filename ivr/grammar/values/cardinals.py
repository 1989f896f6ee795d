"""Numbers said as numbers: "сто двадцать пять", "two thousand and one".

The automaton is made for an exact range: no state of it leads to a number outside. Arcs give
integers to be added up, and `Scale` to multiply what has been added so far.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.grammar.automaton import Arcs, Output, State, merge
from ivr.grammar.number_words import NumberWords


class Scale(int):
    """A thousand or a million: multiplies the group said before it."""


def number_of(output: Output) -> int:
    """The number that the arcs gave."""
    total = group = 0
    for part in output:
        if isinstance(part, Scale):
            total, group = total + max(group, 1) * part, 0
        elif isinstance(part, int):
            group += part
    return total + group


def cardinals(words: NumberWords, low: int, high: int, after: State) -> State:
    """Return the state in which a number from `low` to `high` begins; 0 <= low <= high < 10**9."""
    arcs = Arcs()
    if low == 0:
        arcs.add(words.word(0), after, (0,))
    if high < 1:
        return arcs.state()
    scales = ((1_000_000, words.million[0]), (1_000, words.thousand[0]))
    return arcs.state(_Cardinals(words, after, scales).number(max(low, 1), high, 0))


class _Cardinals:
    """The automaton in the making; every state is made once for its range."""

    def __init__(self, words: NumberWords, after: State, scales: tuple[tuple[int, str], ...]) -> None:
        self._words = words
        self._after = after
        self._scales = scales
        self._kept: dict[tuple[int, int, int], State] = {}

    def number(self, low: int, high: int, scale: int) -> State:
        """1 <= low <= high, said with the scales from that index on."""
        key = (low, high, scale)
        if key not in self._kept:
            self._kept[key] = self._make(low, high, scale)
        return self._kept[key]

    def _rest(self, low: int, high: int, scale: int) -> State:
        """What follows a larger part of the number: nothing when the rest may be 0."""
        states = [self._after] if low == 0 else []
        if high > 0:
            rest = self.number(max(low, 1), high, scale)
            states.append(rest)
            if self._words.joiner:
                joined = Arcs()
                joined.add(self._words.joiner, rest)
                states.append(joined.state())
        return merge(states)

    def _make(self, low: int, high: int, scale: int) -> State:
        if scale == len(self._scales):
            return below_thousand(self._words, low, high, self._after)
        size, word = self._scales[scale]
        states: list[State] = []
        if low < size:
            states.append(self.number(low, min(high, size - 1), scale + 1))
        for first, last, rest_low, rest_high in _parts(max(low, size), high, size):
            rest = self._rest(rest_low, rest_high, scale + 1)
            states.append(self._scaled(first, last, Scale(size), word, rest))
        return merge(states)

    def _scaled(self, first: int, last: int, size: Scale, name: str, rest: State) -> State:
        """So many thousands, and the rest."""
        arcs = Arcs()
        arcs.add(name, rest, (size,))
        word = arcs.state()
        counted = below_thousand(self._words, first, last, word)
        if first > 1:
            return counted
        articles = Arcs()
        for article in self._words.articles:
            articles.add(article, word)
        return merge((counted, word, articles.state()))


def _parts(low: int, high: int, size: int) -> Iterator[tuple[int, int, int, int]]:
    """Split a range into (first, last multiple of size, least, greatest rest)."""
    if low > high:
        return
    first, last = low // size, high // size
    if first == last:
        yield first, last, low % size, high % size
        return
    yield first, first, low % size, size - 1
    if last - first > 1:
        yield first + 1, last - 1, 0, size - 1
    yield last, last, 0, high % size


def below_thousand(words: NumberWords, low: int, high: int, after: State) -> State:
    """Return the state in which a number from `low` to `high` begins; 1 <= low <= high <= 999."""
    arcs = Arcs()
    for hundred in range(max(low // 100, 1), high // 100 + 1):
        least, greatest = max(low - 100 * hundred, 0), min(high - 100 * hundred, 99)
        _add_hundred(arcs, words, hundred, _rest_of_hundred(words, least, greatest, after))
    if low < 100:
        _add_below_hundred(arcs, words, low, min(high, 99), after)
    return arcs.state()


def _add_hundred(arcs: Arcs, words: NumberWords, hundred: int, rest: State) -> None:
    if not words.hundred:
        arcs.add(words.word(100 * hundred), rest, (100 * hundred,))
        return
    word = Arcs()
    word.add(words.hundred[0], rest, (100 * hundred,))
    for before in (words.word(hundred), *(words.articles if hundred == 1 else ())):
        arcs.add(before, word.state())


def _rest_of_hundred(words: NumberWords, low: int, high: int, after: State) -> State:
    states = [after] if low == 0 else []
    if high > 0:
        arcs = Arcs()
        _add_below_hundred(arcs, words, max(low, 1), high, after)
        states.append(rest := arcs.state())
        if words.joiner:
            joined = Arcs()
            joined.add(words.joiner, rest)
            states.append(joined.state())
    return merge(states)


def _add_below_hundred(arcs: Arcs, words: NumberWords, low: int, high: int, after: State) -> None:
    for number in range(low, min(high, 19) + 1):
        arcs.add(words.word(number), after, (number,))
    for ten in range(max(low // 10 * 10, 20), high // 10 * 10 + 1, 10):
        units = Arcs()
        for unit in range(max(low - ten, 1), min(high - ten, 9) + 1):
            units.add(words.word(unit), after, (unit,))
        rest = units.state(after) if low <= ten else units.state()
        arcs.add(words.word(ten), rest, (ten,))


def expected_words(words: NumberWords, high: int) -> tuple[str, ...]:
    """The single words of which numbers up to `high` are made, without the rare forms."""
    plain = [
        form for table in words.cardinals for number in table if number <= high for form in table[number]
    ]
    hundreds = (*words.hundred, words.joiner) if high >= 100 and words.hundred else ()
    thousands = words.thousand[:4] if high >= 1_000 else ()
    millions = words.million[:3] if high >= 1_000_000 else ()
    return tuple(dict.fromkeys([*plain, *hundreds, *thousands, *millions]))
