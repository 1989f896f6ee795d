"""Recognition models on disk: which one a language gets, and whether a folder is one we can use.

A model without `HCLr.fst` and `Gr.fst` takes no run-time grammars; Vosk does not refuse it but ends the
process, and so it does with a damaged one. Hence files are looked at first, and then a process of its own
tries the model before ours loads it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ivr
from ivr.errors import SpeechError
from ivr.speech.ports import SAMPLE_RATE, SpeechOptions

TRIAL_SECONDS = 60.0
"""How long a trial may take: loading 300 MB from a slow disk."""
_FST_MAGIC = bytes.fromhex("d6fdb27e")
_FETCH = "give `models` a folder with a small model, or put one into a folder of `model_folders`"


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What is known about a model folder."""

    path: Path
    sample_rate: int
    """Samples per second it was trained for; other rates are converted. 0: unknown."""
    faults: tuple[str, ...]
    """Why it cannot be used, empty when it can."""
    missing: tuple[str, ...] = ()
    """Which of the words asked about it does not know."""

    @property
    def usable(self) -> bool:
        """Whether it loads, takes run-time grammars and decodes telephone sound."""
        return not self.faults


def choose(language: str, options: SpeechOptions) -> Path:
    """Return the model folder for a language: the one set, or the first that has all its files.

    Errors: `SpeechError` naming where was looked.
    """
    if wanted := options.models.get(language, ""):
        return Path(wanted)
    for folder in options.model_folders:
        for path in sorted(folder.glob("vosk-*")):
            if _speaks(path, language) and not _faults_of_files(path):
                return path
    places = ", ".join(str(folder) for folder in options.model_folders)
    raise SpeechError(f"no model for language {language!r} in {places}", remedy=_FETCH)


def _speaks(path: Path, language: str) -> bool:
    return language in path.name.split("-")


def vocabulary(path: Path) -> int:
    """Return how many words a model knows; 0 when it does not list them."""
    for place in (path / "graph" / "words.txt", path / "words.txt"):
        if place.is_file():
            return place.read_bytes().count(b"\n")
    return 0


def inspect(path: Path, words: Iterable[str] = ()) -> ModelReport:
    """Look at a model folder and try it in a process of its own; blocking, up to `TRIAL_SECONDS`."""
    rate = _sample_rate(path)
    faults = _faults_of_files(path)
    if faults:
        return ModelReport(path, rate, faults)
    return _tried(path, rate, words)


def _faults_of_files(path: Path) -> tuple[str, ...]:
    if not path.is_dir():
        return (f"{path}: no such folder",)
    graph = path / "graph" if (path / "graph").is_dir() else path
    acoustic = path / "am" / "final.mdl"
    faults = [] if acoustic.is_file() or (path / "final.mdl").is_file() else [f"{acoustic}: missing"]
    for name in ("HCLr.fst", "Gr.fst"):
        fault = _fault_of_fst(graph / name)
        faults += [fault] if fault else []
    return tuple(faults)


def _fault_of_fst(path: Path) -> str:
    if not path.is_file():
        return f"{path}: missing, so the model takes no run-time grammars"
    with path.open("rb") as file:
        return "" if file.read(4) == _FST_MAGIC else f"{path}: not an OpenFst file"


def _sample_rate(path: Path) -> int:
    for place in (path / "conf" / "mfcc.conf", path / "mfcc.conf"):
        if place.is_file():
            found = re.search(r"--sample-frequency=(\d+)", place.read_text(errors="replace"))
            return int(found.group(1)) if found else 16_000
    return 0


def _tried(path: Path, rate: int, words: Iterable[str]) -> ModelReport:
    command = [sys.executable, "-m", "ivr.speech.model_trial", str(path)]
    asked = json.dumps(list(words), ensure_ascii=False).encode()
    home = str(Path(ivr.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((home, os.environ.get("PYTHONPATH", "")))}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the path is one argument
            command, input=asked, capture_output=True, timeout=TRIAL_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return ModelReport(path, rate, (f"{path}: not loaded within {TRIAL_SECONDS:g} s",))
    if done.returncode < 0:
        return ModelReport(path, rate, (f"{path}: damaged, loading it crashed (signal {-done.returncode})",))
    if done.returncode > 0:
        return ModelReport(path, rate, (f"{path}: {_last_line(done.stderr)}",))
    return ModelReport(path, rate, (), tuple(json.loads(done.stdout)))


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"does not decode {SAMPLE_RATE} Hz"
