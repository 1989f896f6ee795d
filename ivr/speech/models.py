"""Recognition models on disk: which one a language gets, and whether a folder is one we can use.

A model with neither `HCLr.fst` and `Gr.fst` nor `HCLG.fst` is not refused by Vosk but ends the process that
loads it, and so does a damaged one. Hence files are looked at first, and then a process of its own tries the
model before ours loads it.

Models with `HCLr.fst` take run-time grammars. Those with `HCLG.fst`, the big ones, do not: they hear any
words, and only what is a sentence of the grammar counts. They are used when set, never found by themselves.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import ivr
from ivr.errors import SpeechError
from ivr.speech.ports import SAMPLE_RATE, SpeechOptions

TRIAL_SECONDS = 180.0
"""How long a trial may take: loading 2 GB from a slow disk."""
_FST_MAGIC = bytes.fromhex("d6fdb27e")
_BOUNDARIES = re.compile(rb"(?:[0-9]+ (?:nonword|begin|end|internal|singleton)\r?\n)+")
"""Kaldi's word_boundary.int: each phone's number and place in a word."""
_FETCH = (
    "`ivr models list` shows what there is, `ivr models get LANGUAGE` downloads, `ivr models use PATH` sets"
)


class Flaw(Enum):
    """What can be wrong with a model folder; the values are told to engineers, after the path."""

    NO_FOLDER = "no such folder"
    MISSING = "missing"
    NO_GRAPH = "missing, and there is no HCLG.fst: the model takes no run-time grammars and no others"
    NO_FST = "not an OpenFst file"
    NO_WORDS = "it lists no words"
    NO_TIMES = "missing or cut, so heard words would have no times"
    CRASHED = "damaged, loading it crashed"
    SLOW = "not loaded in time"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a model folder."""

    path: Path
    flaw: Flaw
    detail: str = ""

    def __str__(self) -> str:
        """One line in English."""
        return f"{self.path}: {self.detail or self.flaw.value}"


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What is known about a model folder."""

    path: Path
    sample_rate: int
    """Samples per second it was trained for; other rates are converted. 0: unknown."""
    faults: tuple[Fault, ...]
    """Why it cannot be used, empty when it can."""
    missing: tuple[str, ...] = ()
    """Which of the words asked about it does not know."""
    grammars: bool = True
    """Whether it takes run-time grammars: it then hears only what may be said."""

    @property
    def usable(self) -> bool:
        """Whether it loads and decodes telephone sound."""
        return not self.faults


def choose(language: str, options: SpeechOptions) -> Path:
    """Return the model folder for a language: the one set, or the first that has all its files.

    Errors: `SpeechError` naming where was looked.
    """
    if wanted := options.models.get(language, ""):
        return Path(wanted)
    for folder in options.model_folders:
        for path in sorted(folder.glob("vosk-*")):
            if speaks(path, language) and takes_grammars(path) and not faults_of_files(path):
                return path
    places = ", ".join(str(folder) for folder in options.model_folders)
    raise SpeechError(f"no model for language {language!r} in {places}", remedy=_FETCH)


def speaks(path: Path, language: str) -> bool:
    """Return whether a folder's name says that its model is of this language."""
    return language in path.name.split("-")


def takes_grammars(path: Path) -> bool:
    """Return whether the model has the graphs from which Vosk makes one of a run-time grammar."""
    return (graph_folder(path) / "HCLr.fst").is_file() or not (graph_folder(path) / "HCLG.fst").is_file()


def graph_folder(path: Path) -> Path:
    """Return where a model's graphs lie: newer models have a folder for them."""
    return path / "graph" if (path / "graph").is_dir() else path


def vocabulary(path: Path) -> int:
    """Return how many words a model knows; 0 when it does not list them."""
    place = graph_folder(path) / "words.txt"
    return place.read_bytes().count(b"\n") if place.is_file() else 0


def inspect(path: Path, words: Iterable[str] = ()) -> ModelReport:
    """Look at a model folder and try it in a process of its own; blocking, up to `TRIAL_SECONDS`."""
    rate, grammars = sample_rate(path), takes_grammars(path)
    faults = faults_of_files(path)
    if faults:
        return ModelReport(path, rate, faults, (), grammars)
    return ModelReport(path, rate, *_tried(path, words), grammars)


def faults_of_files(path: Path) -> tuple[Fault, ...]:
    """Return what is seen to be wrong without loading the model."""
    if not path.is_dir():
        return (Fault(path, Flaw.NO_FOLDER),)
    graph = graph_folder(path)
    acoustic = path / "am" / "final.mdl"
    faults = []
    if not acoustic.is_file() and not (path / "final.mdl").is_file():
        faults.append(Fault(acoustic, Flaw.MISSING))
    for name in ("HCLr.fst", "Gr.fst") if takes_grammars(path) else ("HCLG.fst",):
        faults += _faults_of_fst(graph / name)
    return (*faults, *_faults_of_words(path))


def _faults_of_fst(path: Path) -> list[Fault]:
    if not path.is_file():
        return [Fault(path, Flaw.NO_GRAPH)]
    with path.open("rb") as file:
        return [] if file.read(4) == _FST_MAGIC else [Fault(path, Flaw.NO_FST)]


def _faults_of_words(path: Path) -> Iterator[Fault]:
    """Yield what Vosk does not complain about: it would hear nothing, or words of no length."""
    words = graph_folder(path) / "words.txt"
    if words.is_file() and not vocabulary(path):
        yield Fault(words, Flaw.NO_WORDS)
    places = (graph_folder(path) / "phones" / "word_boundary.int", path / "word_boundary.int")
    bounds = next((place for place in places if place.is_file()), None)
    if bounds is None or not _BOUNDARIES.fullmatch(bounds.read_bytes()):
        yield Fault(bounds or places[0], Flaw.NO_TIMES)


def sample_rate(path: Path) -> int:
    """Return the samples per second a model was trained for; 0 when it does not say."""
    for place in (path / "conf" / "mfcc.conf", path / "mfcc.conf"):
        if place.is_file():
            found = re.search(r"--sample-frequency=(\d+)", place.read_text(errors="replace"))
            return int(found.group(1)) if found else 16_000
    return 0


def _tried(path: Path, words: Iterable[str]) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    command = [sys.executable, "-m", "ivr.speech.model_trial", str(path)]
    asked = json.dumps(list(words), ensure_ascii=False).encode()
    home = str(Path(ivr.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((home, os.environ.get("PYTHONPATH", "")))}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the path is one argument
            command, input=asked, capture_output=True, timeout=TRIAL_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return (Fault(path, Flaw.SLOW, f"not loaded within {TRIAL_SECONDS:g} s"),), ()
    if done.returncode < 0:
        return (Fault(path, Flaw.CRASHED, f"{Flaw.CRASHED.value} (signal {-done.returncode})"),), ()
    if done.returncode > 0:
        return (Fault(path, Flaw.REFUSED, _last_line(done.stderr)),), ()
    return (), tuple(json.loads(done.stdout))


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"does not decode {SAMPLE_RATE} Hz"
