"""From the templates of a phrase file to trees, with every fault found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.errors import ContentError
from ivr.grammar.model import Language
from ivr.grammar.template import TemplateError, parse_template
from ivr.grammar.tree import Node, RuleError, count, may_be_silent, resolve, slots

TAIL = "tail_"
"""A rule of this name and a set's name holds what may trail after the set's sentences."""
MOST_SENTENCES = 500
"""A set with more sentences is a fault: it serves neither the recogniser nor the reader."""


@dataclass(frozen=True, slots=True)
class PhraseFault:
    """One thing wrong in a phrase file."""

    part: str
    """`phrases` or `rules`."""
    name: str
    """The set's or the rule's name."""
    index: int
    """Which template of the set, from 0; 0 for a rule and for a fault of the whole set."""
    message: str

    def __str__(self) -> str:
        return f"{self.part}.{self.name}[{self.index}]: {self.message}"


class PhraseBookError(ContentError):
    """A phrase file cannot be used; `faults` lists everything wrong with it."""

    def __init__(self, language: Language, faults: Sequence[PhraseFault]) -> None:
        lines = "\n".join(str(fault) for fault in faults)
        super().__init__(
            f"the phrases of language {language} have {len(faults)} faults:\n{lines}",
            remedy="Mend the templates; `ivr check` shows the file and line of each.",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class PhraseSets:
    """The trees of a phrase file, rules put in their places."""

    sets: Mapping[str, tuple[Node, ...]]
    rules: Mapping[str, Node]
    faults: tuple[PhraseFault, ...]


def read_phrase_sets(sets: Mapping[str, Sequence[str]], rules: Mapping[str, str]) -> PhraseSets:
    """Read all templates; those with a fault are left out and listed, and so is what needs them."""
    faults: list[PhraseFault] = []
    parsed = {name: _parse(text, "rules", name, 0, faults) for name, text in rules.items()}
    usable = {name: node for name, node in parsed.items() if node is not None}
    resolved = {name: _resolve(node, usable, ("rules", name, 0), faults) for name, node in usable.items()}
    whole = {name: node for name, node in resolved.items() if node is not None}
    read = {name: _read_set(name, texts, whole, faults) for name, texts in sets.items()}
    for name in orphans(sets, rules):
        message = f"there is no phrase set {name.removeprefix(TAIL)} for it to trail after"
        faults.append(PhraseFault("rules", name, 0, message))
    return PhraseSets(read, whole, tuple(faults))


def orphans(sets: Mapping[str, object], rules: Mapping[str, object]) -> list[str]:
    """Return the tail rules whose sets do not exist."""
    return [name for name in rules if name.startswith(TAIL) and name.removeprefix(TAIL) not in sets]


def _read_set(
    name: str, texts: Sequence[str], whole: Mapping[str, Node], faults: list[PhraseFault]
) -> tuple[Node, ...]:
    nodes: list[Node] = []
    for index, text in enumerate(texts):
        node = _parse(text, "phrases", name, index, faults)
        node = None if node is None else _resolve(node, whole, ("phrases", name, index), faults)
        if node is not None and not (wrong := _wrong(node)):
            nodes.append(node)
        elif node is not None:
            faults.append(PhraseFault("phrases", name, index, wrong))
    total = sum(count(node) for node in nodes)
    if not texts:
        faults.append(PhraseFault("phrases", name, 0, "the set is empty: nobody could say it"))
    if total > MOST_SENTENCES:
        message = f"the set has {total} sentences, more than {MOST_SENTENCES}: write fewer optional words"
        faults.append(PhraseFault("phrases", name, 0, message))
    return tuple(nodes)


def _parse(text: str, part: str, name: str, index: int, faults: list[PhraseFault]) -> Node | None:
    try:
        return parse_template(text)
    except TemplateError as error:
        faults.append(PhraseFault(part, name, index, str(error)))
        return None


def _resolve(
    node: Node, known: Mapping[str, Node], place: tuple[str, str, int], faults: list[PhraseFault]
) -> Node | None:
    try:
        return resolve(node, known)
    except RuleError as error:
        faults.append(PhraseFault(*place, str(error)))
        return None


def _wrong(node: Node) -> str:
    """What is wrong with a template that can be read, empty when nothing is."""
    if found := sorted(slots(node)):
        return f"there is no slot {{{found[0]}}} in phrases: values have templates of their own"
    if may_be_silent(node):
        return "everything in it may be left out: silence would match"
    return ""
