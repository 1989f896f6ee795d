"""docs/bench.md, section by section: each bench replaces its own and leaves the others alone.

    write_section("latency", "| what | ... |")              # text of one's own
    write_section("agi", stated("agi", body))               # with date, command and machine above it

A section lies between two comments that bear its name; its title is the first line of its text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ivr.bootstrap import speech_options
from ivr.channels.asterisk.instance_options import find_asterisk
from ivr.errors import IvrError
from ivr.grammar.model import LANGUAGES
from ivr.settings import PROJECT, load_settings
from ivr.speech.models import choose

RESULTS = PROJECT / "docs" / "bench.md"
PREFACE = """# Measured

Written by `python -m bench --write NAME ...`, one section a bench; nothing here is typed by hand.
Calls are real: a scripted SIP caller, Asterisk, the workers, all on one machine over loopback. Every section
tells the machine and how busy it was when the bench began.
"""


def busy() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where something was measured, and with what."""

    cores: int
    processor: str
    memory_gib: float
    python: str
    asterisk: str
    models: tuple[str, ...]
    load: float = field(default_factory=busy)
    """Load average of the minute before."""

    def __str__(self) -> str:
        """One line a fact, as a Markdown list."""
        return "\n".join(
            (
                f"- machine: {self.cores} cores, {self.processor}, {self.memory_gib:.1f} GiB",
                f"- Python {self.python}, {self.asterisk}",
                f"- models: {', '.join(self.models)}",
                f"- load average when it began: {self.load:.2f}"
                + ("" if self.load < 1 else " (others were working on this machine)"),
            )
        )


def machine() -> Machine:
    """Look at this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    models = tuple(_model(language) for language in LANGUAGES)
    cores = len(os.sched_getaffinity(0))
    return Machine(cores, _processor(), memory, platform.python_version(), _asterisk(), models)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _asterisk() -> str:
    """Return Asterisk's version as the package manager of its root knows it."""
    status = find_asterisk() / "var/lib/dpkg/status"
    package = re.search(r"Package: asterisk\n(?:.+\n)*?Version: (\S+)", status.read_text(encoding="utf-8"))
    return f"Asterisk {package.group(1)}" if package else "Asterisk of unknown version"


def _model(language: str) -> str:
    try:
        folder = choose(language, speech_options(load_settings()))
    except IvrError:
        return f"no {language} model"
    digest = hashlib.sha256((folder / "am" / "final.mdl").read_bytes()).hexdigest()[:8]
    return f"{folder.name} ({digest})"


def revision() -> str:
    """Return the commit that was measured, with a plus when files of the product were changed since."""
    changes = _git("status", "--porcelain", "--untracked-files=no", "ivr", "flows", "prompts", "models")
    return _git("rev-parse", "--short", "HEAD") + ("+" if changes else "")


def _git(*words: str) -> str:
    command = ("git", "-C", str(PROJECT), *words)
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=30).stdout.strip()  # noqa: S603 - fixed words


def stated(name: str, body: str, where: Machine, title: str = "", options: str = "") -> str:
    """Return a section: title, when, how and where it was measured, then the body."""
    when = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    command = f"python -m bench {name} --write{' ' + options if options else ''}"
    return f"## {title or name}\n\n- {when}, commit {revision()}: `{command}`\n{where}\n\n{body.strip()}\n"


def write_section(name: str, markdown: str, path: Path = RESULTS) -> None:
    """Replace the section `name` of the results, or add it at the end."""
    text = path.read_text(encoding="utf-8") if path.exists() else PREFACE
    path.write_text(with_section(text, name, markdown), encoding="utf-8")


def with_section(text: str, name: str, markdown: str) -> str:
    """Return the text with that section in it."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(f"{name!r} is no name of a section")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{markdown.strip()}\n{end}"
    before, found, rest = text.partition(begin)
    if not found:
        return f"{text.rstrip()}\n\n{section}\n"
    _, closed, after = rest.partition(end)
    if not closed:
        raise ValueError(f"section {name!r} has no end")
    return f"{before}{section}{after}"
