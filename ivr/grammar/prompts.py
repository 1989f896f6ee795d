"""The prompts of one language: names and variants to the words that are said.

1. A prompt without the variant that is asked for says `first`.
2. Besides SLOT_TYPES a slot may be `label` (an option's name, said as its label; `label(short)` takes the
   label `NAME.short` where there is one) or `each(PROMPT)` (a list: that prompt said for each mapping in it;
   for a mapping with a `kind` the prompt PROMPT_KIND, where there is one).
3. What is said is handed out by sentences. A sentence is *fixed* when no value of a caller is in it: labels,
   names of languages and the key of a menu (a slot named `key`) belong to the flow, not to a caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import product
from types import MappingProxyType

from ivr.grammar.model import LANGUAGES, Language
from ivr.grammar.spoken.faults import book_faults
from ivr.grammar.spoken.slots import say
from ivr.grammar.spoken.template import (
    PROMPT_SLOT_TYPES,
    VARIANTS,
    PromptFault,
    Sentence,
    Slot,
    Template,
    read,
    slots_of,
    spelled,
)
from ivr.grammar.spoken.texts import joined

__all__ = ["PROMPT_SLOT_TYPES", "VARIANTS", "PromptBook", "PromptFault"]

_KEYS = "0123456789"
_ENDS = (".", "!", "?", "…")


class PromptBook:
    """All prompts and menu labels of one language. Immutable; making it never fails, `faults` tells all."""

    def __init__(
        self, language: Language, prompts: Mapping[str, str | Mapping[str, str]], labels: Mapping[str, str]
    ) -> None:
        self.language: Language = language
        self.labels: Mapping[str, str] = MappingProxyType(dict(labels))
        self._templates: dict[str, dict[str, Template]] = {
            name: {variant: read(text) for variant, text in _by_variant(prompt).items()}
            for name, prompt in prompts.items()
        }

    @property
    def names(self) -> frozenset[str]:
        """Names of all prompts."""
        return frozenset(self._templates)

    @cached_property
    def spelled(self) -> PromptBook:
        """The same prompts, but texts in them letter by letter and phone numbers digit by digit."""
        book = copy(self)
        book._templates = {
            name: {variant: spelled(template) for variant, template in prompt.items()}
            for name, prompt in self._templates.items()
        }
        return book

    def has(self, name: str) -> bool:
        """Whether there is a prompt of that name."""
        return name in self._templates

    def variants(self, name: str) -> frozenset[str]:
        """Return the variants that a prompt has itself. Raises PromptFault for an unknown name."""
        return frozenset(self._prompt(name))

    def slots(self, name: str) -> Mapping[str, str]:
        """Return the slots of all variants, name to type; `each` counts as `list`. Raises PromptFault."""
        found = (slot for template in self._prompt(name).values() for slot in template.slots)
        return {slot.name: "list" if slot.type == "each" else slot.type for slot in found}

    def text(self, name: str, variant: str, values: Mapping[str, object]) -> str:
        """Return what is said. Raises PromptFault naming the slots whose values are missing or impossible."""
        return " ".join(text for text, _ in self.sentences(name, variant, values))

    def sentences(
        self, name: str, variant: str, values: Mapping[str, object]
    ) -> tuple[tuple[str, bool], ...]:
        """Return what is said by sentences, each with whether it is fixed. Raises PromptFault as `text`."""
        return tuple((_capital(text), fixed) for text, fixed in self._said(name, variant, values))

    def plain_sentences(self, name: str = "") -> tuple[str, ...]:
        """Return every sentence that has no slot, of one prompt or of all: the same in every call."""
        prompts = [self._prompt(name)] if name else self._templates.values()
        sentences = (sentence for prompt in prompts for one in prompt.values() for sentence in one.sentences)
        plain = ("".join(map(str, sentence)) for sentence in sentences if not slots_of(sentence))
        return tuple(dict.fromkeys(map(_capital, plain)))

    def fixed_sentences(self) -> tuple[str, ...]:
        """Return every text that can be rendered before any call, menu lines of all labels and keys included.

        A sentence of two labels is fixed too, but has too many texts to be worth rendering ahead.
        """
        templates = (template for prompt in self._templates.values() for template in prompt.values())
        sentences = (sentence for template in templates for sentence in template.sentences)
        return tuple(dict.fromkeys(text for sentence in sentences for text in self._fixed_texts(sentence)))

    def faults(self, options: Iterable[str] = ()) -> tuple[PromptFault, ...]:
        """Return all that is wrong, labels missing for these options of menus included. Empty: nothing is."""
        return book_faults(self.language, self._templates, self.labels, options)

    def _prompt(self, name: str) -> Mapping[str, Template]:
        if name not in self._templates:
            raise PromptFault("there is no such prompt", prompt=name)
        return self._templates[name]

    def _template(self, name: str, variant: str) -> Template:
        prompt = self._prompt(name)
        if variant not in prompt and "first" not in prompt:
            raise PromptFault("it has no variant first", prompt=name)
        return prompt.get(variant) or prompt["first"]

    def _said(self, name: str, variant: str, values: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
        template = self._template(name, variant)
        missing = sorted({slot.name for slot in template.slots} - set(values))
        if missing:
            raise PromptFault(f"no value for {', '.join(missing)}", prompt=name, variant=variant)
        for sentence in template.sentences:
            try:
                yield from self._said_sentence(sentence, variant, values)
            except ValueError as error:
                raise PromptFault(str(error), prompt=name, variant=variant) from None

    def _said_sentence(
        self, sentence: Sentence, variant: str, values: Mapping[str, object]
    ) -> Iterator[tuple[str, bool]]:
        """Yield a sentence; one that is nothing but a list of sentences is handed out in its parts."""
        if len(sentence) == 1 and isinstance(sentence[0], Slot) and sentence[0].type == "each":
            lines = self._each(sentence[0], variant, values[sentence[0].name])
            if lines and lines[0].endswith(_ENDS):
                yield from ((line, False) for line in lines)
                return
        text = "".join(self._piece(piece, variant, values) for piece in sentence)
        yield text, all(slot.fixed for slot in slots_of(sentence))

    def _piece(self, piece: str | Slot, variant: str, values: Mapping[str, object]) -> str:
        if isinstance(piece, str):
            return piece
        value = values[piece.name]
        if piece.type == "each":
            return _together(self._each(piece, variant, value), self.language)
        try:
            if piece.type == "label":
                return self._label(piece, value)
            return say(piece.type, value, self.language, piece.argument)
        except ValueError as error:
            raise ValueError(f"slot {piece.name}: {error}") from None

    def _label(self, slot: Slot, option: object) -> str:
        if not isinstance(option, str):
            raise ValueError("an option is named by a text")
        if option not in self.labels:
            raise ValueError(f"there is no label {option!r}")
        return self.labels.get(f"{option}.{slot.argument}", self.labels[option])

    def _each(self, slot: Slot, variant: str, items: object) -> list[str]:
        if isinstance(items, str) or not isinstance(items, Sequence):
            raise ValueError(f"slot {slot.name}: it takes a list of mappings")
        if not all(isinstance(item, Mapping) for item in items):
            raise ValueError(f"slot {slot.name}: it takes a list of mappings")
        return [
            " ".join(text for text, _ in self._said(self._line(slot.argument, item), variant, item))
            for item in items
        ]

    def _line(self, name: str, item: Mapping[str, object]) -> str:
        by_kind = f"{name}_{item['kind']}" if "kind" in item else name
        return by_kind if self.has(by_kind) else name

    def _fixed_texts(self, sentence: Sentence) -> Iterator[str]:
        slots = slots_of(sentence)
        if not all(slot.fixed for slot in slots) or sum(slot.type == "label" for slot in slots) > 1:
            return
        names = [slot.name for slot in slots]
        for values in product(*(self._fixed_values(slot) for slot in slots)):
            for text, _ in self._said_sentence(sentence, "first", dict(zip(names, values, strict=True))):
                yield _capital(text)

    def _fixed_values(self, slot: Slot) -> Sequence[str]:
        if slot.type == "label":
            return [name for name in self.labels if "." not in name]
        return LANGUAGES if slot.type == "language" else _KEYS


def _by_variant(prompt: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"first": prompt} if isinstance(prompt, str) else prompt


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _together(lines: Sequence[str], language: Language) -> str:
    """Join what is said for each of a list: sentences follow one another, anything else is enumerated."""
    if lines and all(line.endswith(_ENDS) for line in lines):
        return " ".join(_capital(line) for line in lines)
    return joined(lines, language)
