"""Where the tools read and write."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORDS = Path(__file__).resolve().parent / "words"
BUILD = ROOT / "build" / "acoustic"
PROMPTS = ROOT / "prompts"
RESULTS = ROOT / "docs" / "bench.md"


def model_folder(language: str) -> Path:
    """Return the committed model of one language."""
    return ROOT / "models" / f"vosk-ivr-{language}-8k"
