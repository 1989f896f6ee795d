"""Statistics of the call benches, pure: percentiles, promises and their verdicts, likeness of two sounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.caller.g711 import Samples

ALIKE = 0.8
"""Correlation from which two sounds are the same prompt; the same sentence gives 0.95 and more."""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of all values do not exceed; NaN when there are none.

    Nearest rank, no interpolation: the result was really measured.
    """
    if not values:
        return math.nan
    rank = max(1, math.ceil(share * len(values) - 1e-9))
    return sorted(values)[rank - 1]


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised of some values: that their `share` is at most `limit`."""

    share: float
    """0.95 for the 95th percentile, 1 for the largest."""
    limit: float
    later: bool = False
    """True: a target for later, shown but not judged."""

    @property
    def name(self) -> str:
        """As in a table: `p95`, `max`."""
        return "max" if self.share >= 1 else f"p{round(self.share * 100)}"

    def kept(self, values: Sequence[float]) -> bool:
        """Return whether the values keep it; no values keep nothing."""
        return bool(values) and percentile(values, self.share) <= self.limit


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of a table: values of one thing in milliseconds, or in `unit`, and what is promised of them."""

    what: str
    values: tuple[float, ...]
    promises: tuple[Promise, ...] = ()
    unit: str = "ms"

    @property
    def kept(self) -> bool:
        """Whether every promise that is due is kept."""
        return all(promise.later or promise.kept(self.values) for promise in self.promises)

    def row(self) -> str:
        """Return the table's row; see `HEAD`."""
        shares = (0.5, 0.95, 1.0)
        numbers = (f"{percentile(self.values, share):.0f} {self.unit}" for share in shares)
        promised = ", ".join(f"{p.name} ≤ {p.limit:g}{' (later)' if p.later else ''}" for p in self.promises)
        cells = (self.what, str(len(self.values)), *numbers, promised or "-", self.verdict())
        return f"| {' | '.join(cells)} |"

    def verdict(self) -> str:
        """Return `pass`, `FAIL` with what failed, or nothing when nothing is promised."""
        if not self.promises:
            return "-"
        failed = [p.name for p in self.promises if not p.later and not p.kept(self.values)]
        later = [p.name for p in self.promises if p.later and not p.kept(self.values)]
        words = [f"FAIL ({', '.join(failed)})"] if failed else []
        words += ["pass"] if not failed and any(not p.later for p in self.promises) else []
        words += [f"later target {', '.join(later)} not reached"] if later else []
        return "; ".join(words) or "later target reached"


HEAD = "| what | n | p50 | p95 | max | promise | verdict |\n|---|--:|--:|--:|--:|---|---|"


def table(rows: Iterable[Measured]) -> str:
    """Return the rows as a Markdown table."""
    return "\n".join((HEAD, *(row.row() for row in rows)))


def likeness(pattern: Samples, region: Samples) -> float:
    """Return the best correlation (0 to 1) of the pattern with any place of the longer region."""
    places = region.size - pattern.size + 1
    if pattern.size == 0 or places < 1:
        return 0.0
    one, all_of = pattern.astype(np.float64), region.astype(np.float64)
    size = 1 << (region.size + pattern.size).bit_length()
    spectrum = np.fft.rfft(all_of, size) * np.conj(np.fft.rfft(one, size))
    products = np.fft.irfft(spectrum, size)[:places]
    squares = np.concatenate(([0.0], np.cumsum(all_of * all_of)))
    scale = np.sqrt((squares[pattern.size :] - squares[: -pattern.size]).clip(0) * (one @ one))
    shares = np.divide(products, scale, out=np.zeros_like(products), where=scale > 1)
    return float(np.clip(shares.max(), 0, 1))
