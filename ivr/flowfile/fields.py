"""Read the fields of a table: one small reader for each shape, each noting its own faults.

Every reader answers None when the field is not there or is wrong; a wrong one has been noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Items, Node, Scalar, Table, kind_of
from ivr.flowfile.syntax import FLOW_NAME, NAME, NUMBER, Key

_FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known word; empty when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


def check_keys(table: Table, keys: Mapping[str, Key], faults: Faults) -> None:
    """Note every key that does not belong in the table and every needed one that is not there."""
    for name, _ in table:
        if name.text not in keys:
            remedy = did_you_mean(name.text, keys) or f"the keys here are {', '.join(keys)}"
            faults.refuse(name, "there is no such key here", remedy)
    for key in keys.values():
        if key.needed and table.get(key.name) is None:
            faults.refuse(table, f"the key {key.name} is missing", key.meaning.rstrip("."))


def as_table(node: Node | None, faults: Faults, what: str = "a table of keys") -> Table | None:
    """The node as a table."""
    if isinstance(node, Table):
        return node
    if node is not None:
        faults.refuse(node, f"{what} belongs here, not {kind_of(node)}")
    return None


def as_text(node: Node | None, faults: Faults, what: str = "text") -> Scalar | None:
    """The node as a scalar that is not empty."""
    if isinstance(node, Scalar) and node.text.strip():
        return node
    if node is not None:
        faults.refuse(node, f"{what} belongs here, not {kind_of(node)}")
    return None


def as_items(node: Node | None, faults: Faults, what: str = "a list") -> Items | None:
    """The node as a list."""
    if isinstance(node, Items):
        return node
    if node is not None:
        faults.refuse(node, f"{what} belongs here, not {kind_of(node)}")
    return None


def name(node: Node | None, faults: Faults) -> str | None:
    """A name: of a step, a prompt, an event, a value."""
    return _matching(node, faults, NAME, "a name", "use Latin letters a-z, digits and _")


def flow_name(node: Node | None, faults: Faults) -> str | None:
    """A flow's name."""
    value = _matching(node, faults, FLOW_NAME, "a flow's name", "use Latin letters a-z, digits, _ and -")
    return _no_number(node, value, faults)


def _matching(
    node: Node | None, faults: Faults, pattern: re.Pattern[str], what: str, remedy: str
) -> str | None:
    scalar = as_text(node, faults, what)
    if scalar is None:
        return None
    if pattern.fullmatch(scalar.text):
        return scalar.text
    faults.refuse(scalar, f"{_shown(scalar.text)} is not {what}", remedy)
    return None


def text(node: Node | None, faults: Faults) -> str | None:
    """Any text."""
    scalar = as_text(node, faults)
    return None if scalar is None else scalar.text.strip()


def label(node: Node | None, faults: Faults) -> str | None:
    """A name that may be digits: then in quotes, so that every reader of YAML sees text."""
    return _no_number(node, text(node, faults), faults)


def _no_number(node: Node | None, value: str | None, faults: Faults) -> str | None:
    return _in_quotes(node, value, faults) if value and value.isdecimal() else value


def _in_quotes(node: Node | None, value: str, faults: Faults) -> str:
    if isinstance(node, Scalar) and not node.quoted:
        faults.refuse(node, f"{value} stands without quotes", f'write "{value}"')
    return value


def quoted(node: Node | None, faults: Faults, pattern: re.Pattern[str], what: str, remedy: str) -> str | None:
    """Digits that are no number: they stand in quotes, so that every reader of YAML sees the same."""
    value = _matching(node, faults, pattern, what, remedy)
    return value if value is None else _in_quotes(node, value, faults)


def numbers(node: Node | None, faults: Faults) -> tuple[str, ...]:
    """The numbers a flow answers."""
    items = as_items(node, faults, "a list of numbers")
    remedy = 'write digits as dialled, ["0505", "88005500500"]'
    found = [quoted(item, faults, NUMBER, "a number", remedy) for item in items.items] if items else []
    kept = [number for number in found if number is not None]
    unique = tuple(dict.fromkeys(kept))
    if items is not None and len(unique) < len(kept):
        faults.refuse(items, "a number stands twice", "keep it once")
    return unique


def whole_number(node: Node | None, faults: Faults) -> int | None:
    """A whole number from 1 to 99."""
    scalar = as_text(node, faults, "a whole number")
    if scalar is None:
        return None
    if re.fullmatch(r"[1-9][0-9]?", scalar.text):
        return int(scalar.text)
    faults.refuse(scalar, f"{_shown(scalar.text)} is not a whole number from 1 to 99")
    return None


def factor(node: Node | None, faults: Faults) -> float | None:
    """A factor above 0, at most 100."""
    scalar = as_text(node, faults, "a factor")
    if scalar is None:
        return None
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", scalar.text) and 0 < float(scalar.text) <= 100:
        return float(scalar.text)
    faults.refuse(scalar, f"{_shown(scalar.text)} is not a factor", "write a number such as 1.5")
    return None


def flag(node: Node | None, faults: Faults, also: tuple[str, ...] = ()) -> bool | None:
    """`yes` or `no`; `also`: other words that may stand there, for the message."""
    scalar = as_text(node, faults, "yes or no")
    if scalar is None:
        return None
    if scalar.text not in _FLAGS:
        faults.refuse(scalar, f"{_shown(scalar.text)} is neither {' nor '.join(('yes', 'no', *also))}")
    return _FLAGS.get(scalar.text)


def _shown(value: str) -> str:
    """A value as a message shows it: short, and on one line."""
    short = value if len(value) <= 40 else value[:39] + "…"
    return short if short.isprintable() else repr(short)
