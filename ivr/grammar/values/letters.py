"""A word spelled letter by letter: by the letters' names, by words for them, by both."""

from __future__ import annotations

from ivr.grammar.automaton import Arcs, Output, State
from ivr.grammar.letters import LETTERS, Letters
from ivr.grammar.value_types import limits
from ivr.grammar.values.spoken_value import Request, SpokenValue


def spoken(request: Request) -> SpokenValue:
    """Letters of the type's length, as a lower case str."""
    shortest, longest = limits(request.value_type)
    letters = LETTERS[request.language]
    end = request.end(_join)
    twice = request.words.twice[0]
    states = [end]
    for place in range(longest - 1, -1, -1):
        arcs = Arcs()
        _add_letters(arcs, letters, states[-1], 1)
        if len(states) > 1:
            doubled = Arcs()
            _add_letters(doubled, letters, states[-2], 2)
            arcs.add(twice, doubled.state())
        states.append(arcs.state(end) if place >= shortest else arcs.state())
    words = [form for table in (letters.names, letters.words) for forms in table.values() for form in forms]
    return SpokenValue(states[-1], tuple(dict.fromkeys((*words, *letters.such_as, twice))))


def _join(output: Output) -> str:
    return "".join(str(letter) for letter in output)


def _add_letters(arcs: Arcs, letters: Letters, after: State, times: int) -> None:
    for letter, names in letters.names.items():
        words = letters.words.get(letter, ())
        given = (letter * times,)
        joined = Arcs()
        for word in words:
            arcs.add(word, after, given)
            for such_as in letters.such_as:
                joined.add(f"{such_as} {word}", after, given)
        explained = joined.state()
        for name in names:
            arcs.add(name, after, given)
            if words:
                arcs.add(name, explained)
