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
from ivr.flowfile import fields
from ivr.flowfile.build import places_of
from ivr.flowfile.faults import Faults, raise_if_wrong
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.reader import fetch, read_bytes
from ivr.flowfile.syntax import LABEL, NAME
from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.prompts import VARIANTS, PromptBook

_Value = TypeVar("_Value")

Prompt = str | dict[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What is said and what may be said, in every language."""

    prompts: Mapping[Language, PromptBook]
    phrases: Mapping[Language, PhraseBook]
    sets: Mapping[Language, Mapping[str, tuple[str, ...]]]
    """Phrase sets as written: name -> sentence templates."""
    places: Mapping[tuple[Language, str], Place]
    """(language, dotted path such as `prompts.balance_is.again` or `phrases.balance`) -> line."""
    digest: str
    """Digest of all content files: part of a flow's version."""

    def place(self, language: Language, path: str) -> Place:
        """The line of a path, or of the nearest table around it."""
        while path and (language, path) not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get((language, path), Place(f"prompts/{language}"))


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
        sets={language: read.sets for language, read in files.items()},
        places={(language, path): at for language, read in files.items() for path, at in read.places.items()},
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
        texts = _named(prompts.get("prompts"), NAME, _prompt, faults)
        labels = _named(prompts.get("labels"), LABEL, fields.text, faults)
        rules = _named(phrases.get("rules"), NAME, fields.text, faults)
        self.sets = _named(phrases.get("phrases"), NAME, _sentences, faults)
        self.prompt_book = PromptBook(language, texts, labels)
        self.phrase_book = PhraseBook(language, self.sets, rules)

    def _read(self, path: Path, keys: tuple[str, str]) -> dict[str, Node]:
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

    def _check_keys(self, table: Table, keys: tuple[str, str]) -> None:
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
        at = path
        while at and at not in self.places:
            at = at.rpartition(".")[0]
        self._faults.error(self.places.get(at, Place(self._name)), path, sentence)


def _named(
    node: Node | None, pattern: re.Pattern[str], read: Callable[[Node, Faults], _Value | None], faults: Faults
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


def _prompt(node: Node, faults: Faults) -> Prompt | None:
    if isinstance(node, Scalar):
        return fields.text(node, faults)
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


def _sentences(node: Node, faults: Faults) -> tuple[str, ...] | None:
    if isinstance(node, Scalar):
        text = fields.text(node, faults)
        return None if text is None else (text,)
    items: Items | None = fields.as_items(node, faults, "a list of sentences")
    if items is None:
        return None
    if not items.items:
        faults.refuse(items, "there is no sentence", "write at least one")
    texts = (fields.text(item, faults) for item in items.items)
    return tuple(text for text in texts if text is not None) or None
