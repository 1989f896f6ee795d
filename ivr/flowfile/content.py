"""Prompts and phrases of all languages: `prompts/<language>/prompts.yaml` and `phrases.yaml`.

prompts.yaml: `prompts:` name -> text or {first, again, help, short}; `labels:` option -> its words in a menu.
phrases.yaml: `phrases:` name -> sentence templates; `rules:` name -> a template used in others as `<name>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from ivr.dialogue.flow import Place
from ivr.flowfile import fields, nodes
from ivr.flowfile.build import place_in, places_of
from ivr.flowfile.faults import Faults, raise_if_wrong
from ivr.flowfile.reader import fetch, read_bytes
from ivr.flowfile.syntax import LABEL, NAME
from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.phrase_sets import PhraseSets, read_phrase_sets
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.prompts import VARIANTS, PromptBook
from ivr.grammar.tree import Node

_Value = TypeVar("_Value")

Prompt = dict[str, str]
"""Variant -> text."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is said and what may be said, in every language."""

    prompts: Mapping[Language, PromptBook]
    phrases: Mapping[Language, PhraseBook]
    texts: Mapping[Language, Mapping[str, Mapping[str, str]]]
    """Prompts as written: name -> variant -> text."""
    trees: Mapping[Language, Mapping[str, tuple[Node, ...]]]
    """Phrase sets by name, each sentence template as a tree."""
    places: Mapping[Language, Mapping[str, Place]]
    """Dotted path such as `prompts.balance_is.again` or `phrases.balance[0]` -> line, by language."""
    digest: str
    """Digest of all content files: part of a flow's version."""

    def place(self, language: Language, path: str) -> Place:
        """The line of a path, or of the nearest table around it."""
        return place_in(self.places[language], path) or Place(f"prompts/{language}")


def load_content(folder: Path) -> Content:
    """Read all of `prompts/`. Raises FaultyContentError with every fault of every file."""
    faults = Faults()
    content = read_content(folder, faults)
    raise_if_wrong(faults)
    return content


def read_content(folder: Path, faults: Faults) -> Content:
    """Read all of `prompts/`; what is wrong is noted and left out."""
    files = {language: _Files(folder, language, faults) for language in LANGUAGES}
    for read in files.values():
        read.note_book_faults()
    return Content(
        prompts={language: read.prompt_book for language, read in files.items()},
        phrases={language: read.phrase_book for language, read in files.items()},
        texts={language: read.texts for language, read in files.items()},
        trees={language: read.trees for language, read in files.items()},
        places={language: read.places for language, read in files.items()},
        digest=sha256("".join(read.digest for read in files.values()).encode()).hexdigest(),
    )


class _Files:
    """The two files of one language, read."""

    def __init__(self, folder: Path, language: Language, faults: Faults) -> None:
        self.places: dict[str, Place] = {}
        self.digest = ""
        self._faults = faults
        self._name = f"{folder.name}/{language}"
        prompts = self._read(folder / language / "prompts.yaml", ("prompts", "labels"))
        phrases = self._read(folder / language / "phrases.yaml", ("phrases", "rules"))
        self.texts: dict[str, Prompt] = _named(prompts.get("prompts"), NAME, _prompt, faults)
        labels = _named(prompts.get("labels"), LABEL, fields.text, faults)
        rules = _named(phrases.get("rules"), NAME, fields.text, faults)
        self.sets = _named(phrases.get("phrases"), NAME, _sentences, faults)
        read = read_phrase_sets(self.sets, rules)
        self.trees = read.sets
        self.prompt_book = PromptBook(language, self.texts, labels)
        self.phrase_book = self._phrase_book(language, read, rules)

    def _phrase_book(self, language: Language, read: PhraseSets, rules: dict[str, str]) -> PhraseBook:
        """The book of all sets and rules without a fault; the faults are noted."""
        wrong = {(fault.part, fault.name) for fault in read.faults}
        for fault in read.faults:
            index = f"[{fault.index}]" if fault.part == "phrases" else ""
            self._note(f"{fault.part}.{fault.name}{index}", fault.message)
        sets = {name: texts for name, texts in self.sets.items() if ("phrases", name) not in wrong}
        return PhraseBook(
            language, sets, {name: text for name, text in rules.items() if ("rules", name) not in wrong}
        )

    def _read(self, path: Path, keys: tuple[str, str]) -> dict[str, nodes.Node]:
        """The file's tables by key; absent ones are left out."""
        name = f"{self._name}/{path.name}"
        data = fetch(path, name, self._faults)
        if data is None:
            return {}
        self.digest += sha256(data).hexdigest()
        root = read_bytes(data, name, self._faults)
        table = fields.as_table(root, self._faults, f"{keys[0]} and {keys[1]}")
        if table is None:
            return {}
        self.places.update({path or keys[0]: at for path, at in places_of(table).items()})
        self._check_keys(table, keys)
        return {key.text: node for key, node in table if key.text in keys}

    def _check_keys(self, table: nodes.Table, keys: tuple[str, str]) -> None:
        for key, _ in table:
            if key.text not in keys:
                remedy = fields.did_you_mean(key.text, keys) or f"the keys here are {' and '.join(keys)}"
                self._faults.refuse(key, "there is no such key here", remedy)
        if table.get(keys[0]) is None:
            self._faults.refuse(table, f"the key {keys[0]} is missing")

    def note_book_faults(self) -> None:
        """Take over what the grammar finds wrong with texts and templates, each with its line."""
        for fault in self.prompt_book.faults():
            parts = ("labels", fault.label) if fault.label else ("prompts", fault.prompt, fault.variant)
            self._note(".".join(part for part in parts if part), fault.sentence)

    def _note(self, path: str, sentence: str) -> None:
        place = place_in(self.places, path) or Place(self._name)
        self._faults.error(place, path, sentence)


def _named(
    node: nodes.Node | None,
    pattern: re.Pattern[str],
    read: Callable[[nodes.Node, Faults], _Value | None],
    faults: Faults,
) -> dict[str, _Value]:
    """A table of names, each value read by `read`; wrong ones are left out."""
    table = fields.as_table(node, faults)
    found: dict[str, _Value] = {}
    for key, node_of_key in table or ():
        value = read(node_of_key, faults)
        if not pattern.fullmatch(key.text):
            faults.refuse(key, "this is not a name", "use Latin letters a-z, digits and _")
        elif value is not None:
            found[key.text] = value
    return found


def _prompt(node: nodes.Node, faults: Faults) -> Prompt | None:
    if isinstance(node, nodes.Scalar):
        text = fields.text(node, faults)
        return None if text is None else {"first": text}
    table = fields.as_table(node, faults, "a text, or texts under first, again, help, short,")
    if table is None:
        return None
    found: dict[str, str] = {}
    for key, value in table:
        text = fields.text(value, faults)
        if key.text not in VARIANTS:
            remedy = fields.did_you_mean(key.text, VARIANTS) or f"the variants are {', '.join(VARIANTS)}"
            faults.refuse(key, "there is no such variant", remedy)
        elif text is not None:
            found[key.text] = text
    return found


def _sentences(node: nodes.Node, faults: Faults) -> tuple[str, ...] | None:
    if isinstance(node, nodes.Scalar):
        text = fields.text(node, faults)
        return None if text is None else (text,)
    items: nodes.Items | None = fields.as_items(node, faults, "a list of sentences")
    if items is None:
        return None
    if not items.items:
        faults.refuse(items, "there is no sentence", "write at least one")
    texts = (fields.text(item, faults) for item in items.items)
    return tuple(text for text in texts if text is not None) or None
