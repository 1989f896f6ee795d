"""Which models there are: those that Vosk's makers publish and we know, and the folders on this disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ivr.errors import SpeechError
from ivr.grammar.model import LANGUAGES, Language
from ivr.speech.models import choose, faults_of_files, sample_rate, speaks, takes_grammars
from ivr.speech.ports import SpeechOptions

Size = Literal["small", "big"]
UNSTATED = ""
_LABEL = re.compile(r"^[\s#*-]*(?:licen[cs]e|лицензия):[\s*]*", re.IGNORECASE)
"""What stands before a licence that has a line of its own."""
_LICENCE = re.compile(r"^.*\blicen[cs]e\w*\b.*$|^.*\bлицензи\w*\b.*$", re.IGNORECASE | re.MULTILINE)
_STATEMENTS = ("MODEL_CARD.md", "README.md", "README", "LICENSE", "LICENSE.txt")


@dataclass(frozen=True, slots=True)
class Published:
    """A model that its makers offer for download."""

    name: str
    language: Language
    size: Size
    megabytes: int
    """Of the archive, about."""
    grammars: bool
    """Whether it takes run-time grammars."""
    licence: str = "Apache 2.0"


PUBLISHED = (
    Published("vosk-model-small-ru-0.22", "ru", "small", 45, grammars=True),
    Published("vosk-model-ru-0.42", "ru", "big", 1800, grammars=False),
    Published("vosk-model-small-en-us-0.15", "en", "small", 40, grammars=True),
    Published("vosk-model-en-us-0.22", "en", "big", 1800, grammars=False),
)
"""From alphacephei.com/vosk/models; the small ones are meant for grammars, the big ones for free speech."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model folder on this disk."""

    path: Path
    languages: tuple[Language, ...]
    """Those that its name tells; none: it has to be said when it is set."""
    in_use: tuple[Language, ...]
    size: int
    """Bytes."""
    sample_rate: int
    grammars: bool
    licence: str
    """One line of its own files; empty when they state none."""
    whole: bool
    """Whether it has all its files, as far as can be seen without loading it."""


def published(language: Language, size: Size) -> Published:
    """Return the model that is offered for a language in a size."""
    return next(one for one in PUBLISHED if one.language == language and one.size == size)


def shelf(options: SpeechOptions) -> tuple[Shelved, ...]:
    """Return every model folder in `model_folders`, and those that are set and lie elsewhere."""
    used = {language: path for language in LANGUAGES if (path := _chosen(language, options)) is not None}
    found = [
        path for folder in options.model_folders for path in sorted(folder.glob("vosk-*")) if path.is_dir()
    ]
    paths = dict.fromkeys((*found, *(path for path in used.values() if path.is_dir())))
    return tuple(_shelved(path, used) for path in paths)


def _chosen(language: Language, options: SpeechOptions) -> Path | None:
    try:
        return choose(language, options)
    except SpeechError:
        return None


def _shelved(path: Path, used: dict[Language, Path]) -> Shelved:
    return Shelved(
        path,
        languages_of(path),
        tuple(language for language, chosen in used.items() if chosen == path),
        sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
        sample_rate(path),
        takes_grammars(path),
        licence(path),
        not faults_of_files(path),
    )


def languages_of(path: Path) -> tuple[Language, ...]:
    """Return the languages that a folder's name tells."""
    return tuple(language for language in LANGUAGES if speaks(path, language))


def licence(path: Path) -> str:
    """Return the line of a model's own files that states its licence, else that of the published model."""
    for text in _statements(path):
        if found := _LICENCE.search(text):
            return _LABEL.sub("", found.group()).strip(" #*-\t")
    return next((one.licence for one in PUBLISHED if one.name == path.name), UNSTATED)


def _statements(path: Path) -> Iterator[str]:
    for name in _STATEMENTS:
        if (path / name).is_file():
            yield (path / name).read_text(encoding="utf-8", errors="replace")
