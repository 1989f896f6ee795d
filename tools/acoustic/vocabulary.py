"""The words a model must know: our own list plus every word of the language's prompts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.acoustic.paths import PROMPTS, WORDS

_WORD = {
    "ru": re.compile(r"[а-яё]+(?:-[а-яё]+)*"),
    "en": re.compile(r"[a-z]+(?:['’-][a-z]+)*"),
}
_SLOT = re.compile(r"\{[^{}]*\}|<[^<>]*>")


def words_of(text: str, language: str) -> list[str]:
    """Return the words of a text in its language, lower case; slots in braces are left out.

    A hyphenated word counts as a whole and in its parts: a recogniser's grammar may hold either.
    """
    found = [m.replace("’", "'") for m in _WORD[language].findall(_SLOT.sub(" ", text.lower()))]
    return [word for whole in found for word in dict.fromkeys((whole, *whole.split("-")))]


def read_word_list(path: Path) -> list[str]:
    """Return the words of a list file: whitespace separates, ``#`` starts a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines for word in line.partition("#")[0].split()]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def prompt_words(language: str, folder: Path = PROMPTS) -> list[str]:
    """Return every word of ``prompts/<language>/*.yaml`` (values, not keys)."""
    files = sorted((folder / language).glob("*.yaml"))
    values = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files)
    return [word for value in values for text in _strings(value) for word in words_of(text, language)]


def vocabulary(language: str) -> list[str]:
    """Return the model's words, sorted."""
    return sorted({*read_word_list(WORDS / f"{language}.txt"), *prompt_words(language)})
