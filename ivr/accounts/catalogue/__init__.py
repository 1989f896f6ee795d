"""What the operator sells and how it is called: YAML files in this folder, checked on load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from ivr.errors import ContentError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the two languages."""

    ru: str
    en: str

    def in_(self, language: str) -> str:
        """Return the name in "ru" or "en"."""
        return self.en if language == "en" else self.ru


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything sold, by code, and the names of operations."""

    words: Mapping[str, Name]
    """Operation kind -> what it is called."""

    def title(self, kind: str, subject: str, language: str) -> str:
        """Return what an operation of this kind on this subject is called; the kind itself when nameless."""
        name = self.words.get(kind)
        return name.in_(language) if name else kind


def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read and check the catalogue. Raises ContentError."""
    raw = yaml.safe_load((folder / "words.yaml").read_text(encoding="utf-8"))
    try:
        return Catalogue({kind: Name(**names) for kind, names in raw.items()})
    except (TypeError, AttributeError) as fault:
        raise ContentError(f"words.yaml: every kind needs exactly ru and en ({fault})") from fault
