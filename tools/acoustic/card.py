"""A model's card, ``MODEL_CARD.md``: how it was made, from whom, and the numbers that the bench measured."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

from tools.acoustic.paths import RESULTS, ROOT, model_folder
from tools.acoustic.voices import TRAINING, VoiceShare

_NAMES = {"ru": "Russian", "en": "English"}
_OTHERS = "each also as {others} other speakers made of it"
_VOICES = {
    "espeak": "eSpeak NG (program GPL-3+, which does not cover what it says), {count} phrases as `{voice}`, "
    "each by a variant that is drawn for it, two in three of them of our making",
    "flite": "Flite (CMU, BSD-like), voice `{voice}`, {count} phrases, " + _OTHERS,
    "festival": "Festival voice `{voice}` (BSD-like), {count} phrases, " + _OTHERS,
    "rhvoice": "RHVoice (LGPL-2.1+, program and voice), voice `{voice}`, {count} phrases, " + _OTHERS,
    "kokoro": "Kokoro (Apache-2.0, model and voices), accent `{voice}`, {count} phrases, each by a "
    "speaker made of two of its voices, " + _OTHERS,
}
_LIMITS = {
    "ru": "Five recorded people taught it; every other throat is made of theirs, or of formant synthesis.",
    "en": "Seven recorded people taught it, and speakers made of Kokoro's voices. Others (the held-out "
    "`ked` is one) are heard worse.",
}
_TEXT = """# vosk-ivr-{language}-8k

{name}, 8 kHz, for run-time grammars in Vosk 0.3.45. For tests and demonstrations: no caller is in it.
Written by `python -m tools.acoustic card {language}`; nothing here is typed by hand.

## How it was made

{training}

Recipe: `tools/acoustic` at commit {commit}, decisions 0030 to 0036, 0066, 0067 and 0070 to 0076.
Network `am/final.mdl` {digest}, graph of {words} words, {bytes} bytes in all.

## From what

Licence: the project's own; what it was made from stands here with its terms

What a run speaks today; earlier runs spoke other numbers of phrases, mostly more (their decisions tell).

{voices}

Words are drawn from our own lists and prompts and from Debian's dictionaries. Never trained on: nine
eSpeak NG variants, Festival's `ked`, four of Kokoro's voices, every recording of Asterisk's prompt packages
(decision 0034).

## What it can and cannot hear

It hears the words of `graph/words.txt`, best under a grammar of some words, with `[unk]` among them to
reject others. Digits have sounds of their own (decision 0035) and are its best subject.
{limits}
Children, other accents and spontaneous speech have never been tried. No music, no second speaker,
no other language.

## Measured

{measured}
"""


def write_card(language: str) -> Path:
    """Write the card of the committed model and return its path."""
    folder = model_folder(language)
    files = [f for f in folder.rglob("*") if f.is_file() and f.name != "MODEL_CARD.md"]
    text = _TEXT.format(
        language=language,
        name=_NAMES[language],
        training=_training(folder),
        commit=_commit(),
        digest=hashlib.sha256((folder / "am" / "final.mdl").read_bytes()).hexdigest()[:12],
        words=(folder / "graph" / "words.txt").read_text(encoding="utf-8").count("\n") - 3,
        bytes=sum(f.stat().st_size for f in files),
        voices="\n".join(_voice(share) for share in TRAINING[language]),
        limits=_LIMITS[language],
        measured=_measured(language),
    )
    path = folder / "MODEL_CARD.md"
    path.write_text(text, encoding="utf-8")
    return path


def _training(folder: Path) -> str:
    steps = (folder / "am" / "training.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _voice(share: VoiceShare) -> str:
    return "- " + _VOICES[share.engine].format(count=share.phrases, voice=share.voice, others=share.speakers)


def _commit() -> str:
    command = ("git", "-C", str(ROOT), "log", "-1", "--format=%h", "--", "tools/acoustic")
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=30).stdout.strip()  # noqa: S603 - fixed words


def _measured(language: str) -> str:
    """Return the bench's section of this language, without its title."""
    found = re.search(
        rf"<!-- begin hearing-{language} -->\n## [^\n]*\n+(.*?)\n<!-- end hearing-{language} -->",
        RESULTS.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    return found.group(1) if found else f"Not yet: `python -m bench --write hearing-{language}`."
