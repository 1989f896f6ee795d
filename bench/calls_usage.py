"""What processes use: CPU time and memory, read from /proc (proc(5))."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
_PARENT, _USER, _SYSTEM, _RESIDENT = 1, 11, 12, 21
"""Places of ppid, utime, stime and rss in /proc/PID/stat after the command's closing bracket."""


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds since the start, and resident memory, of some processes together."""

    cpu: float
    memory_mib: float

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.cpu + other.cpu, self.memory_mib + other.memory_mib)


def usage(pid: int) -> Usage:
    """Return what one process has used; nothing when it is gone."""
    fields = _stat(pid)
    if not fields:
        return Usage(0.0, 0.0)
    cpu = (int(fields[_USER]) + int(fields[_SYSTEM])) / TICKS
    return Usage(cpu, int(fields[_RESIDENT]) * PAGE / 2**20)


def usage_of_children(pid: int) -> Usage:
    """Return what a process's living children, and theirs, have used."""
    total = Usage(0.0, 0.0)
    for child in children(pid):
        total += usage(child) + usage_of_children(child)
    return total


def children(pid: int) -> list[int]:
    """Return the process ids of a process's living children."""
    everyone = [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]
    return [one for one in everyone if (fields := _stat(one)) and int(fields[_PARENT]) == pid]


def busy_seconds() -> float:
    """Return the CPU seconds that all processes of the machine have used, whoever's they are."""
    names = (PROC / "stat").read_text(encoding="utf-8").splitlines()[0].split()[1:]
    user, nice, system, _idle, _waiting, interrupt, soft = (int(ticks) for ticks in names[:7])
    return (user + nice + system + interrupt + soft) / TICKS


def percent(before: Mapping[str, Usage], after: Mapping[str, Usage], seconds: float) -> dict[str, float]:
    """Return each one's CPU between two looks in percent of one core."""
    return {name: 100 * (after[name].cpu - before[name].cpu) / seconds for name in before}


def _stat(pid: int) -> list[str]:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
