"""The phrase book of one language: named sets of sentences, and the grammars made of them.

Rules:
1. A set is a list of templates; a set's name is the name of the option or universal it means.
2. Some rules have a meaning of their own: `lead_in` is what people say before a request ("скажите
   пожалуйста"), `courtesy` what they say after any answer ("пожалуйста"), `tail_NAME` what they say
   after a sentence of the set NAME without changing its meaning ("да, конечно"). None of them is
   written into templates; what trails is understood, but never waited for.
3. The sets `yes` and `no` hold the everyday answers of `values.yes_no` besides what is written.
4. All faults of all templates are reported at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from types import MappingProxyType

from ivr.errors import ContentError
from ivr.grammar.automaton import End, State, compile_tree, merge
from ivr.grammar.model import Expectation, Language, ValueType
from ivr.grammar.number_words import ALIASES
from ivr.grammar.phrase_sets import MOST_SENTENCES, TAIL, PhraseBookError, orphans, read_phrase_sets
from ivr.grammar.spoken_grammar import SpokenGrammar
from ivr.grammar.template import parse_template
from ivr.grammar.tree import Optional, may_be_silent, sentences, words
from ivr.grammar.values import spoken_value
from ivr.grammar.values.spoken_value import Request
from ivr.grammar.values.yes_no import EVERYDAY
from ivr.grammar.walk import shared_sentences

LEAD_IN = "lead_in"
COURTESY = "courtesy"
_MOST_GRAMMARS = 256
"""Grammars kept; when there are more, all are made anew."""
_MOST_AROUND = 50
"""Lead-ins and courtesies the recogniser is told of."""


class PhraseBook:
    """What may be said in one language. Immutable; its grammars are made once and kept."""

    def __init__(
        self, language: Language, sets: Mapping[str, Sequence[str]], rules: Mapping[str, str]
    ) -> None:
        """Read the templates. Raises `PhraseBookError` with every fault of every set and rule.

        A tail rule of a set that the book has not is left out: a checker that drops a faulty set has
        told of it already (`read_phrase_sets`).
        """
        everyday = EVERYDAY[language]
        names = dict.fromkeys((*sets, *everyday))
        written = {name: (*sets.get(name, ()), *everyday.get(name, ())) for name in names}
        lost = orphans(written, rules)
        read = read_phrase_sets(written, {name: text for name, text in rules.items() if name not in lost})
        if read.faults:
            raise PhraseBookError(language, read.faults)
        self._language = language
        self._sets = MappingProxyType(dict(read.sets))
        self._lead_in = read.rules.get(LEAD_IN)
        self._courtesy = read.rules.get(COURTESY)
        self._tails = {name: node for name, node in read.rules.items() if name.startswith(TAIL)}
        self._grammars: dict[Hashable, SpokenGrammar] = {}
        self._starts: dict[str, State] = {}

    @property
    def language(self) -> Language:
        """The language of the book."""
        return self._language

    @property
    def names(self) -> frozenset[str]:
        """Names of all phrase sets, `yes` and `no` among them."""
        return frozenset(self._sets)

    def sentences(self, name: str, limit: int = MOST_SENTENCES) -> tuple[str, ...]:
        """Return sentences of a set in the order written, without repetition, at most `limit`.

        Raises KeyError for an unknown set.
        """
        said = (" ".join(words) for node in self._sets[name] for words in sentences(node))
        return tuple(dict.fromkeys(islice(said, limit)))

    def examples(self, name: str, most: int) -> tuple[str, ...]:
        """Return one sentence of each template of a set, at most `most`: as different as they come.

        Raises KeyError for an unknown set.
        """
        firsts = (" ".join(next(sentences(node))) for node in self._sets[name])
        return tuple(islice(dict.fromkeys(firsts), most))

    def grammar(self, expectation: Expectation) -> SpokenGrammar:
        """Return what may be said in a turn.

        Raises `ContentError` when the expectation names a phrase set that the book has not.
        """
        if missing := sorted(set(expectation.phrases) - self.names):
            raise ContentError(
                f"the phrases of language {self._language} have no set {', '.join(missing)}",
                remedy="Add it to phrases.yaml; `ivr check` lists every missing set.",
            )
        key = _key(expectation)
        if key is None:
            return self._make(expectation)
        if key not in self._grammars:
            if len(self._grammars) >= _MOST_GRAMMARS:
                self._grammars.clear()
            self._grammars[key] = self._make(expectation)
        return self._grammars[key]

    def shared_sentences(self, names: Iterable[str]) -> list[tuple[str, frozenset[str]]]:
        """Return sentences that more than one of the sets has: (the words, the sets' names).

        A menu that offers such sets cannot tell them apart.
        """
        return shared_sentences(merge(self._phrases(name) for name in names))

    def _make(self, expectation: Expectation) -> SpokenGrammar:
        states = [self._phrases(name) for name in expectation.phrases]
        said = [text for name in expectation.phrases for text in self.sentences(name)]
        if expectation.value is not None:
            state, phrases = self._value(expectation.value, expectation.today)
            states.append(state)
            said.extend(phrases)
        said.extend(self._words_around(expectation))
        return SpokenGrammar(merge(states), tuple(dict.fromkeys(said)), ALIASES[self._language])

    def _words_around(self, expectation: Expectation) -> Iterable[str]:
        """The words of lead-in, courtesies and tails: singly, for they combine freely."""
        answers = (
            ("yes", "no") if expectation.value is not None and expectation.value.kind == "yes_no" else ()
        )
        tails = (self._tails.get(TAIL + name) for name in (*expectation.phrases, *answers))
        around = (self._lead_in, self._courtesy, *tails)
        return sorted(frozenset().union(*(words(node) for node in around if node is not None)))

    def _phrases(self, name: str) -> State:
        """The state in which a set's sentences begin: states never change, so all grammars share it."""
        if name not in self._starts:
            end = self._finish(End(name), name)
            self._starts[name] = self._led_in(merge(compile_tree(node, end) for node in self._sets[name]))
        return self._starts[name]

    def _value(self, value_type: ValueType, today: date | None) -> tuple[State, tuple[str, ...]]:
        yes, no = self._sets["yes"], self._sets["no"]
        spoken = spoken_value(Request(self._language, value_type, self._finish, today, yes, no))
        slots = {"value": lambda _: spoken.start}
        frames = [parse_template(frame) for frame in spoken.frames]
        framed = [compile_tree(frame, State(), slots) for frame in frames]
        around = (" ".join(said[:-1]) for frame in frames for said in sentences(frame))
        return self._led_in(merge((spoken.start, *framed))), (*spoken.phrases, *around)

    def _led_in(self, start: State) -> State:
        """The state in which people begin to say it, with or without a lead-in."""
        if self._lead_in is None:
            return start
        led = compile_tree(self._lead_in, start)
        return led if may_be_silent(self._lead_in) else merge((led, start))

    def _finish(self, end: End, like: str) -> State:
        """The state in which a sentence is complete; what trails after the set `like` is understood."""
        state = State(ends=(end,))
        for node in (self._courtesy, self._tails.get(TAIL + like)):
            if node is not None:
                state = compile_tree(Optional(node), state, courtesy=True)
        return state


def _key(expectation: Expectation) -> Hashable | None:
    """What a grammar is kept under; None when it holds a caller's words, or a value that cannot be a key.

    The types of choices' values count: 1 and True are equal, but not the same answer.
    """
    if expectation.private:
        return None
    value = expectation.value
    types = () if value is None else tuple(type(choice.value) for choice in value.choices)
    key = (expectation, types)
    try:
        hash(key)
    except TypeError:
        return None
    return key
