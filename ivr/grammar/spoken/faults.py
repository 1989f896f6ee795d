"""All that can be wrong with the prompts of one language, found at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ivr.grammar.model import Language
from ivr.grammar.spoken.slots import argument_fault
from ivr.grammar.spoken.template import PROMPT_SLOT_TYPES, VARIANTS, PromptFault, Slot, Template

LONGEST_SECONDS = 20
"""A prompt longer than this is not listened to."""
CHARACTERS_A_SECOND = 14
"""How fast the voice reads at its own rate; measured, see docs/decisions/0008."""

Templates = Mapping[str, Mapping[str, Template]]
"""Prompt name -> variant -> text, read."""

_TYPICAL_LENGTH = {
    "money": 50,
    "count": 22,
    "data": 34,
    "date": 18,
    "phone": 70,
    "digits": 5,
    "text": 20,
    "language": 10,
    "list": 60,
    "duration": 15,
    "label": 25,
}
"""Characters that a value of a type usually takes."""
_USUAL_LIST = 2


def book_faults(
    language: Language, templates: Templates, labels: Mapping[str, str], options: Iterable[str] = ()
) -> tuple[PromptFault, ...]:
    """Return every fault; `options` are names that need a label because menus offer them."""
    found: list[PromptFault] = []
    for name, prompt in templates.items():
        found += _prompt_faults(name, prompt)
        for variant, template in prompt.items():
            told = _template_faults(template, language, templates, labels)
            found += [PromptFault(sentence, prompt=name, variant=variant) for sentence in told]
    return (*found, *_label_faults(labels, options))


def seconds_of(template: Template, templates: Templates) -> float:
    """Estimate how long a prompt takes to say, with values of usual length."""
    return _length(template, templates, lists=True) / CHARACTERS_A_SECOND


def _prompt_faults(name: str, prompt: Mapping[str, Template]) -> Iterator[PromptFault]:
    if "first" not in prompt:
        yield PromptFault("it has no variant first", prompt=name)
    for variant in prompt.keys() - set(VARIANTS):
        known = ", ".join(VARIANTS)
        yield PromptFault(f"there is no variant {variant!r}; there are {known}", prompt=name, variant=variant)
    types: dict[str, set[str]] = defaultdict(set)
    for template in prompt.values():
        for slot in template.slots:
            types[slot.name].add(slot.type)
    for slot_name, several in types.items():
        if len(several) > 1:
            yield PromptFault(
                f"slot {slot_name} has several types: {', '.join(sorted(several))}", prompt=name
            )


def _template_faults(
    template: Template, language: Language, templates: Templates, labels: Mapping[str, str]
) -> Iterator[str]:
    yield from template.faults
    for slot in template.slots:
        yield from _slot_faults(slot, language, templates)
    if any(slot.type == "label" for slot in template.slots) and not labels:
        yield "it says a label, but there are no labels"
    seconds = seconds_of(template, templates)
    if seconds > LONGEST_SECONDS:
        yield f"it takes about {seconds:.0f} s to say; callers listen to {LONGEST_SECONDS} s at most"


def _slot_faults(slot: Slot, language: Language, templates: Templates) -> Iterator[str]:
    if slot.type not in PROMPT_SLOT_TYPES:
        known = ", ".join(sorted(PROMPT_SLOT_TYPES))
        yield f"slot {slot.name}: there is no slot type {slot.type!r}; there are {known}"
    elif slot.type == "each":
        yield from _each_faults(slot, templates)
    elif slot.type == "label":
        if slot.argument not in {"", "short"}:
            yield f"slot {slot.name}: in the brackets of a label only short means something"
    elif fault := argument_fault(slot.type, slot.argument, language):
        yield f"slot {slot.name}: {fault}"


def _each_faults(slot: Slot, templates: Templates) -> Iterator[str]:
    line = templates.get(slot.argument)
    if line is None:
        yield f"slot {slot.name}: there is no prompt {slot.argument!r} to say for each"
    elif any(inner.type == "each" for template in line.values() for inner in template.slots):
        yield f"slot {slot.name}: prompt {slot.argument!r} says a list itself; lists do not nest"


def _label_faults(labels: Mapping[str, str], options: Iterable[str]) -> Iterator[PromptFault]:
    for name, text in labels.items():
        base, _, form = name.partition(".")
        if not text.strip() or set("{}") & set(text):
            yield PromptFault("a label is some words without slots", label=name)
        if form not in {"", "short"}:
            yield PromptFault(f"a label has no form {form!r}, only short", label=name)
        elif base not in labels:
            yield PromptFault(f"there is a short form, but no label {base!r}", label=name)
    for option in sorted(set(options) - set(labels)):
        yield PromptFault("a menu offers this option, but it has no label", label=option)


def _length(template: Template, templates: Templates, *, lists: bool) -> int:
    pieces = (piece for sentence in template.sentences for piece in sentence)
    said = sum(
        len(piece) if isinstance(piece, str) else _slot_length(piece, templates, lists=lists)
        for piece in pieces
    )
    return said + max(0, len(template.sentences) - 1)


def _slot_length(slot: Slot, templates: Templates, *, lists: bool) -> int:
    line = templates.get(slot.argument, {}).get("first") if slot.type == "each" and lists else None
    if line is not None:
        return _USUAL_LIST * _length(line, templates, lists=False)
    return _TYPICAL_LENGTH.get(slot.type, 0)
