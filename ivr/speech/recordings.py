"""The studio's recordings that stand in for synthesis: `<prompts>/<language>/audio/NAME.wav`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording, and what tells it from an earlier one of the same name."""

    path: Path
    changed: int
    """Nanoseconds since 1970."""
    size: int


Recordings = Mapping[tuple[str, str], Recording]
"""(language, prompt name) -> recording."""


def find(folder: Path) -> Recordings:
    """Return every recording under a prompts folder; blocking. A missing folder holds none."""
    return {
        (path.parts[-3], path.stem): Recording(path, path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.glob("*/audio/*.wav")
    }
