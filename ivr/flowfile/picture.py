"""What the steps of a flow look like in a picture: shapes, colours and labels, in Graphviz's notation.

A step is one shape with its parts from top to bottom; the shape is that of what the caller meets there.
The attributes are those of https://graphviz.org/doc/info/ (HTML-like labels, node shapes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from ivr.dialogue import flow as f
from ivr.grammar.model import ValueType

WIDTH = 34
"""Characters of a line in a shape."""
LINES = 2
"""Lines of a prompt that are shown; the rest is in the prompts file."""
GREY = "#6b7280"
INK = "#1f2937"


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of step is drawn."""

    shape: str
    fill: str
    line: str
    extra: str = ""


_LOOKS: Mapping[type[f.Part], Look] = {
    f.Menu: Look("box", "#dbeafe", "#2563eb", "penwidth=1.6"),
    f.Pick: Look("box", "#dbeafe", "#2563eb", "penwidth=1.6"),
    f.Ask: Look("tab", "#e0f2fe", "#0284c7"),
    f.Confirm: Look("hexagon", "#fef3c7", "#d97706"),
    f.Transfer: Look("cds", "#dcfce7", "#16a34a"),
    f.Call: Look("box", "#f3e8ff", "#9333ea", "peripheries=2"),
    f.Wait: Look("box", "#f3f4f6", "#6b7280", 'style="filled,rounded,dashed"'),
    f.End: Look("ellipse", "#fee2e2", "#dc2626", "peripheries=2"),
    f.Say: Look("box", "#ffffff", "#6b7280", 'style="filled,rounded"'),
    f.Do: Look("component", "#f5f5f4", "#78716c"),
}
"""Look of a step by its most telling part, the most telling first."""


def look(step: f.Step) -> Look:
    """The look of a step."""
    kinds = {type(part) for part in step.parts}
    return next((found for kind, found in _LOOKS.items() if kind in kinds), _LOOKS[f.Say])


class Labels:
    """Labels of steps and arrows, with prompts in the reader's language."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]], labels: Mapping[str, str]) -> None:
        self._texts = texts
        self._labels = labels

    def step(self, step: f.Step) -> str:
        """The HTML-like label of a step: its name, then a row for each part, then one for each option."""
        rows = [_row(f"<B>{escape(step.name)}</B>", size=13)]
        for part in step.parts:
            rows += self._part(part)
        rows += _settings(step)
        return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{"".join(rows)}</TABLE>>'

    def _part(self, part: f.Part) -> list[str]:
        match part:
            case f.Do(use_case, arguments):
                given = ", ".join(_argument(name, value) for name, value in arguments.items())
                return [_keyword("do", f"{use_case}({given})" if given else use_case)]
            case f.Ask(prompt, expect, save):
                return [*self._prompt(prompt), _keyword("→", f"${save}: {_type(expect)}")]
            case f.Pick(prompt, source, save):
                return [*self._prompt(prompt), _keyword("→", f"${save} ∈ ${source}")]
            case f.Menu(prompt, options):
                return [*self._prompt(prompt), *(self._option(option) for option in options)]
            case f.Say(prompt) | f.Confirm(prompt):
                return self._prompt(prompt)
            case f.Wait(seconds):
                return [_keyword("wait", _argument("", seconds))]
            case f.Call(flow):
                return [_keyword("call", flow)]
            case f.Transfer(target):
                return [_keyword("transfer", target)]
            case f.End(outcome):
                return [_keyword("end", outcome)]

    def _option(self, option: f.MenuOption) -> str:
        words = escape(self.words(option.name))
        key = f'<FONT COLOR="#2563eb"><B>{escape(option.key)}</B></FONT>'
        return f'<TR><TD ALIGN="LEFT" PORT="{escape(option.name)}">{key}  {words}</TD></TR>'

    def words(self, name: str) -> str:
        """The words of an option or a universal, its short ones if there are any."""
        return self._labels.get(f"{name}.short") or self._labels.get(name) or name

    def _prompt(self, name: str) -> list[str]:
        return [_row(f"<I>{escape(line)}</I>", size=11) for line in self.said(name)]

    def said(self, name: str, most: int = LINES) -> list[str]:
        """A prompt's first words in short lines, slots as names: «На счёте ‹amount›.»"""
        variants = self._texts.get(name, {})
        text = " ".join((variants.get("short") or variants.get("first") or name).split())
        lines = wrap(f"«{slots_as_names(text)}»", WIDTH) or [name]
        return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1].rstrip(" .,") + "…»"]


def slots_as_names(text: str) -> str:
    """Return a prompt's text with its slots as names: «На счёте ‹amount›.»"""
    pieces = text.split("{")
    shown = [piece.partition("}") for piece in pieces[1:]]
    return pieces[0] + "".join(f"‹{slot.partition(':')[0].strip()}›{rest}" for slot, _, rest in shown)


def _row(content: str, size: int) -> str:
    return f'<TR><TD ALIGN="LEFT"><FONT POINT-SIZE="{size}">{content}</FONT></TD></TR>'


def _keyword(word: str, rest: str) -> str:
    return _row(f'<FONT COLOR="{GREY}">{escape(word)}</FONT> {escape(rest)}', size=11)


def _argument(name: str, value: f.Argument) -> str:
    shown = f"${value.name}" if isinstance(value, f.Reference) else value
    return shown if not name or shown == f"${name}" else f"{name}={shown}"


def _type(value: ValueType) -> str:
    if value.minimum is None:
        return value.kind
    bounds = str(value.minimum) if value.minimum == value.maximum else f"{value.minimum}..{value.maximum}"
    return f"{value.kind}({bounds})"


def _settings(step: f.Step) -> list[str]:
    shown = {
        "tries": step.tries,
        "patience": step.patience,
        "barge_in": None if step.barge_in == "yes" else step.barge_in,
        "language": step.language,
    }
    return [_keyword(name, str(value)) for name, value in shown.items() if value is not None]
