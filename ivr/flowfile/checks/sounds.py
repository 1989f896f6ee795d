"""Phrase sets that are listened for at the same time neither share a sentence nor sound alike.

Listened for at the same time are: the options of a menu, the universals with them, and yes and no with the
universals (every answer may be asked back), and the universals with the value that is asked for. A fault is
told at the phrase set, once for each pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from ivr.dialogue.flow import Ask, Menu
from ivr.dialogue.universals import COMMANDS, NEITHER
from ivr.flowfile.checks.subject import Subject
from ivr.grammar.model import LANGUAGES, Expectation, Language, ValueType
from ivr.grammar.phonetics import alike, sound, without_one
from ivr.grammar.phrase_sets import MOST_SENTENCES, read_phrase_sets
from ivr.grammar.tree import Node, sentences
from ivr.grammar.values.yes_no import EVERYDAY

ANY_DAY = date(2026, 1, 1)
"""What can be said of days is the same on every day."""

Words = tuple[str, ...]
Together = dict[tuple[str, str], str]
"""Two sets that are listened for at the same time, and where."""


def check(subject: Subject) -> None:
    """Note what a recogniser, or a person, would take for something else."""
    together = _listened_together(subject)
    for language in LANGUAGES:
        written, everyday = subject.content.trees[language], _everyday(language)
        heard = {
            name: _keys((*everyday.get(name, ()), *written.get(name, ())), language)
            for name in written.keys() | everyday.keys()
        }
        for (first, second), where in together.items():
            if first in heard and second in heard:
                _compare(subject, language, {first: heard[first], second: heard[second]}, where)
        for value, where in _asked(subject).items():
            _answers(subject, language, value, where)


def _listened_together(subject: Subject) -> Together:
    found: Together = {}
    for pair in combinations((*COMMANDS, "yes", "no", NEITHER), 2):
        found[pair] = "everywhere"
    for flow, step, part, _ in subject.parts():
        if isinstance(part, Menu):
            names = dict.fromkeys([option.name for option in part.options] + list(COMMANDS))
            for pair in combinations(names, 2):
                if pair not in found and pair[::-1] not in found:
                    found[pair] = f"in the step {step.name} of {flow.name}"
    return found


def _asked(subject: Subject) -> dict[ValueType, str]:
    """Every value that is asked for, and where."""
    found: dict[ValueType, str] = {}
    for flow, step, part, _ in subject.parts():
        if isinstance(part, Ask):
            found.setdefault(part.expect, f"in the step {step.name} of {flow.name}")
    return found


def _answers(subject: Subject, language: Language, value: ValueType, where: str) -> None:
    """A universal that is an answer as well would be taken for either."""
    book = subject.content.phrases[language]
    names = tuple(name for name in COMMANDS if name in book.names)
    grammar = book.grammar(Expectation(names, value, ANY_DAY))
    for name in names:
        said = book.sentences(name, MOST_SENTENCES)
        both = next((words for words in said if any(match.is_value for match in grammar.match(words))), None)
        if both is not None:
            path = f"phrases.{name}"
            message = f"«{both}» is an answer as well as {name}, and both are listened for {where}"
            remedy = "say the universal in other words"
            subject.faults.error(subject.content.place(language, path), path, message, remedy)


def _everyday(language: Language) -> Mapping[str, tuple[Node, ...]]:
    return read_phrase_sets(EVERYDAY[language], {}).sets


def _keys(nodes: tuple[Node, ...], language: Language) -> dict[Words, str]:
    """Every sentence of a set and what it sounds like. Sets are small: `MOST_SENTENCES` bounds them."""
    return {words: sound(words, language) for node in nodes for words in sentences(node)}


def _compare(subject: Subject, language: Language, sets: Mapping[str, dict[Words, str]], where: str) -> None:
    (first, one), (second, other) = sets.items()
    path = (
        f"phrases.{first}" if f"phrases.{first}" in subject.content.places[language] else f"phrases.{second}"
    )
    place = subject.content.place(language, path)
    shared = next((words for words in one if words in other), None)
    if shared is not None:
        message = f"{first} and {second} share «{' '.join(shared)}», and both are listened for {where}"
        subject.faults.error(place, path, message, "keep the sentence in one of them")
        return
    for words, mistaken in _alike(one, other):
        message = f"«{' '.join(words)}» sounds like «{' '.join(mistaken)}» of {second}, listened for {where}"
        subject.faults.warning(place, path, message, "say one of them in other words")
        return


def _alike(one: Mapping[Words, str], other: Mapping[Words, str]) -> Iterator[tuple[Words, Words]]:
    """Pairs that sound the same, or nearly the same. Near ones are found by what they have in common."""
    index: dict[str, list[Words]] = defaultdict(list)
    for words, key in other.items():
        for part in without_one(key):
            index[part].append(words)
    for words, key in one.items():
        for part in without_one(key):
            for mistaken in index.get(part, ()):
                if alike(key, other[mistaken]):
                    yield words, mistaken
