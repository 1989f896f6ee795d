"""A prompt's text taken apart: sentences, and in each the slots that values fill.

1. A slot is `{name:type}` or `{name:type(argument)}`; there is no other use of braces.
2. A sentence ends at `.`, `!`, `?` or `…` before white space or the end; so a value can never end one.
3. Reading never fails: faults are collected, that all of a file can be told at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.errors import ContentError
from ivr.grammar.spoken.slots import SLOT_TYPES

VARIANTS = ("first", "again", "help", "short")

PROMPT_SLOT_TYPES = SLOT_TYPES | {"label", "each"}
"""Slot types a prompt may write: `label` says an option's label, `each` a value of type `list`."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_INSIDE = re.compile(r"\s*(\w+)\s*:\s*(\w+)\s*(?:\(([^()]*)\))?\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


class PromptFault(ContentError):  # noqa: N818 - faults are what the checker lists
    """A prompt cannot be said, or is wrong; `prompt` and `variant` say which, or `label` does."""

    def __init__(self, sentence: str, *, prompt: str = "", variant: str = "", label: str = "") -> None:
        path = ("labels", label) if label else ("prompts", prompt, variant)
        super().__init__(
            f"{'.'.join(part for part in path if part)}: {sentence}", remedy="Mend it and check again."
        )
        self.prompt, self.variant, self.label, self.sentence = prompt, variant, label, sentence


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value."""

    name: str
    type: str
    argument: str = ""

    @property
    def fixed(self) -> bool:
        """True when what fills it is the flow's and not a caller's: a label, a language, a menu's key."""
        return self.type in {"label", "language"} or (self.name, self.type) == ("key", "digits")


Sentence = tuple[str | Slot, ...]


def slots_of(sentence: Sentence) -> tuple[Slot, ...]:
    """Return the slots of a sentence in the order in which they stand."""
    return tuple(piece for piece in sentence if isinstance(piece, Slot))


@dataclass(frozen=True, slots=True)
class Template:
    """One variant of a prompt, read."""

    sentences: tuple[Sentence, ...]
    faults: tuple[str, ...] = ()
    """What is wrong with the text, each a sentence without its place."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All slots in the order in which they stand."""
        return tuple(slot for sentence in self.sentences for slot in slots_of(sentence))


_SPELLED = {"text": "letters", "phone": "digits"}
"""Type of a slot -> what stands in its brackets when it is to be spelled."""


def spelled(template: Template) -> Template:
    """Return the template with those slots spelled that can be."""
    sentences = (tuple(map(_spelled, sentence)) for sentence in template.sentences)
    return Template(tuple(sentences), template.faults)


def _spelled(piece: str | Slot) -> str | Slot:
    if isinstance(piece, Slot) and piece.type in _SPELLED:
        return Slot(piece.name, piece.type, _SPELLED[piece.type])
    return piece


def read(text: str) -> Template:
    """Take a prompt's text apart."""
    faults: list[str] = [] if text.strip() else ["the text is empty"]
    sentences = [_read_sentence(part, faults) for part in _SENTENCE_END.split(" ".join(text.split()))]
    return Template(tuple(sentence for sentence in sentences if sentence), tuple(faults))


def _read_sentence(text: str, faults: list[str]) -> Sentence:
    pieces: list[str | Slot] = []
    for index, part in enumerate(_SLOT.split(text)):
        if index % 2:
            pieces.append(_read_slot(part, faults))
        elif part:
            pieces.append(part)
            faults += [f"a brace is not closed or not opened near {part.strip()!r}"] * bool(
                set("{}") & set(part)
            )
    return tuple(pieces)


def _read_slot(inside: str, faults: list[str]) -> str | Slot:
    match = _INSIDE.fullmatch(inside)
    if match is None:
        faults.append(f"{{{inside}}} is not a slot: write {{name:type}} or {{name:type(argument)}}")
        return ""
    return Slot(match[1], match[2], (match[3] or "").strip())
