"""Where the tools read and write."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORDS = Path(__file__).resolve().parent / "words"
BUILD = ROOT / "build" / "acoustic"
PROMPTS = ROOT / "prompts"
RESULTS = ROOT / "docs" / "bench.md"


def cache_folder() -> Path:
    """Return where big downloads are kept, outside the clone: as in ``tools/setup/common.sh``."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("IVR_CACHE") or Path(home) / "ivr")


def model_folder(language: str) -> Path:
    """Return the committed model of one language."""
    return ROOT / "models" / f"vosk-ivr-{language}-8k"
