"""From listening parts to prompts and expectations: what is said and what may be said belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import cast

from ivr.dialogue.actions import Prompt
from ivr.dialogue.flow import Ask, Confirm, Listening, Menu, Pick
from ivr.dialogue.universals import OPERATOR, OTHER_LANGUAGE, UNIVERSALS
from ivr.grammar.model import Choice, Expectation, Language, ValueType

YES_NO = ValueType("yes_no")
PICK_KEYS = "12345678"
"""Keys that pick from a list; 0, 9, * and # belong to the universals."""


def other(language: Language) -> Language:
    """Return the language that *other language* leads to."""
    return "en" if language == "ru" else "ru"


def choices(listed: object) -> tuple[Choice, ...]:
    """Make choices of a list that the account core returned (`value`, `spoken`, `label` each)."""
    if not isinstance(listed, Sequence):
        return ()
    items = cast("Iterable[Mapping[str, object]]", listed)
    return tuple(
        Choice(
            value=item["value"],
            spoken=tuple(cast("Iterable[str]", item["spoken"])),
            key=PICK_KEYS[index] if index < len(PICK_KEYS) else "",
            label=str(item["label"]),
        )
        for index, item in enumerate(items)
    )


def value_type(part: Listening, values: Mapping[str, object]) -> ValueType | None:
    """Return the value a listening part waits for, if it waits for one."""
    match part:
        case Ask():
            return part.expect
        case Confirm():
            return YES_NO
        case Pick():
            return ValueType("choice", choices=choices(values.get(part.source)))
        case Menu():
            return None


def expectation(part: Listening, values: Mapping[str, object], today: date | None = None) -> Expectation:
    """Return what the ear should expect for a listening part: its options, its value, the universals."""
    names = [option.name for option in part.options] if isinstance(part, Menu) else []
    names += [name for name in UNIVERSALS if name not in names]
    value = value_type(part, values)
    dated = value is not None and value.kind == "date"
    return Expectation(tuple(names), value, today if dated else None)


def option_keys(part: Listening) -> dict[str, str]:
    """Return key -> option name of a menu; other parts have none."""
    return {option.key: option.name for option in part.options} if isinstance(part, Menu) else {}


def question(
    part: Listening, variant: str, values: Mapping[str, object], language: Language
) -> tuple[Prompt, ...]:
    """Return the prompts that put the question of a listening part."""
    own = Prompt(part.prompt, variant, values)
    if isinstance(part, Menu):
        lines = [_option_line(option.name, option.key, language) for option in part.options]
        return (own, *lines, _option_line(OPERATOR, "0", language))
    if isinstance(part, Pick):
        return (own, *_pick_lines(part, values))
    return (own,)


def _option_line(name: str, key: str, language: Language) -> Prompt:
    spoken_in = other(language) if name == OTHER_LANGUAGE else None
    return Prompt("menu_option", values={"option": name, "key": key}, language=spoken_in)


def _pick_lines(part: Pick, values: Mapping[str, object]) -> list[Prompt]:
    listed = cast("Iterable[Mapping[str, object]]", values.get(part.source) or ())
    return [
        Prompt("pick_option", values={"text": item["label"], "key": key})
        for key, item in zip(PICK_KEYS, listed, strict=False)
    ]
