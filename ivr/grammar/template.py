"""Sentence templates, hassil's notation: text -> tree.

The notation (https://github.com/home-assistant/hassil), as far as this project uses it:

- words side by side are said one after the other;
- `[...]` may be left out; `(a|b)` is one of several, and so is `a|b` inside brackets or at the top;
- `<name>` is a rule written elsewhere; `{name}` is a slot that a value fills;
- a group glued to a word inflects it: `соедини[те]`, `мо(й|я|и)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from ivr.grammar.tree import Alternatives, Node, Optional, RuleReference, Sequence, Slot, Word, sentences

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<mark>[\[\]()|])|<(?P<rule>\w+)>|\{(?P<slot>\w+)\}|(?P<word>[\w'’+-]+)"
)
_CLOSING = {"(": ")", "[": "]"}
_MOST_GLUED = 64


class TemplateError(ValueError):
    """A template cannot be read; the message says what and where (columns count from 1)."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_template(text: str) -> Node:
    """Read one template. Raises `TemplateError` for anything outside the notation."""
    parser = _Parser(tuple(_tokens(text)))
    node = parser.group(closing="")
    if node == Sequence(()):
        raise TemplateError("the template says nothing")
    return node


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise TemplateError(f"column {position + 1}: {text[position]!r} is not part of the notation")
        yield _Token(found.lastgroup, found[found.lastgroup], position + 1)
        position = found.end()


class _Parser:
    """Recursive descent over the tokens of one template."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._next = 0

    def group(self, closing: str, opened_at: int = 0) -> Node:
        """Read up to the closing bracket (or the end, when `closing` is empty)."""
        branches = [self._sequence()]
        while (token := self._take()) is not None and token.text == "|":
            branches.append(self._sequence())
        found = token.text if token is not None else ""
        if found != closing:
            raise TemplateError(_unbalanced(found, closing, token, opened_at))
        return branches[0] if len(branches) == 1 else Alternatives(tuple(branches))

    def _sequence(self) -> Node:
        items: list[Node] = []
        glued: list[Node] = []
        while (token := self._peek()) is not None and token.text not in ("|", ")", "]"):
            if token.kind == "space":
                self._take()
                items.extend(_glue(glued))
                glued = []
            else:
                glued.append(self._item())
        items.extend(_glue(glued))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _item(self) -> Node:
        token = self._take()
        assert token is not None  # noqa: S101 - `_sequence` has peeked
        if token.kind == "word":
            return Word(token.text.lower())
        if token.kind == "rule":
            return RuleReference(token.text)
        if token.kind == "slot":
            return Slot(token.text)
        inner = self.group(_CLOSING[token.text], token.column)
        if inner == Sequence(()):
            raise TemplateError(f"column {token.column}: the brackets are empty")
        return Optional(inner) if token.text == "[" else inner

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> _Token | None:
        token = self._peek()
        self._next += 1
        return token


def _unbalanced(found: str, closing: str, token: _Token | None, opened_at: int) -> str:
    if not found:
        return f"column {opened_at}: this bracket is never closed with {closing!r}"
    column = token.column if token is not None else 0
    return f"column {column}: {found!r} closes nothing"


def _glue(items: list[Node]) -> list[Node]:
    """Join items written without a space between them into whole words."""
    if len(items) < 2:
        return items
    texts = [_parts_of_word(item) for item in items]
    words = list(dict.fromkeys("".join(parts) for parts in product(*texts)))
    if len(words) > _MOST_GLUED:
        raise TemplateError(f"a word has {len(words)} forms, more than {_MOST_GLUED}")
    return [Alternatives(tuple(Word(word) for word in words))]


def _parts_of_word(item: Node) -> list[str]:
    if isinstance(item, RuleReference | Slot):
        raise TemplateError("a rule or slot is glued to a word: put a space between them")
    parts = ["".join(words) for words in sentences(item)]
    if any(" " in part for part in parts) or any(len(words) > 1 for words in sentences(item)):
        raise TemplateError("a group glued to a word holds several words: put a space before it")
    return parts
