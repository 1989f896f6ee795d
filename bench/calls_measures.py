"""Statistics of the call benches, pure: percentiles, promises and their verdicts, likeness of two sounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tools.caller.g711 import Samples

Floats = NDArray[np.float64]
ALIKE = 0.85
"""`likeness` from which two sounds are the same prompt: the same sentence gives 0.99, others at most 0.65."""
WINDOW, HOP = 256, 80
"""Samples of one spectrum, and from one to the next: 32 and 10 ms."""
EDGES = (4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 46, 59, 76, 98, 128)
"""Edges of the bands in steps of 31.25 Hz: 125 to 4000 Hz, each a quarter wider than the one before."""
QUIET = 1e6
"""Energy that is added to every band, so that noise of the codec in silence means nothing."""


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
    """Return the best correlation (0 to 1) of the pattern's spectrogram with any place of the region's.

    Spectrograms, because a synthesiser says the same sentence with a slightly different flutter each time.
    """
    return max(0.0, found(pattern, region)[0])


def found(pattern: Samples, region: Samples) -> tuple[float, int]:
    """Return `likeness` (it may be below 0) and the sample of the region from which it is likest."""
    one, whole = _spectrogram(pattern), _spectrogram(region)
    if not one.size or len(whole) < len(one):
        return 0.0, 0
    places = range(len(whole) - len(one) + 1)
    best = max((_correlation(one, whole[at : at + len(one)]), -at) for at in places)
    return best[0], -best[1] * HOP


def _spectrogram(samples: Samples) -> Floats:
    """Return the logarithm of the energy in `EDGES`' bands, a row each 10 ms; none of too short a sound."""
    if samples.size < WINDOW:
        return np.zeros((0, len(EDGES) - 1))
    windows = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW))) ** 2
    bands = [power[:, low:high].sum(axis=1) for low, high in pairwise(EDGES)]
    return np.log10(np.stack(bands, axis=1) + QUIET)


def _correlation(one: Floats, other: Floats) -> float:
    first, second = one - one.mean(), other - other.mean()
    scale = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float((first * second).sum()) / scale if scale > 1e-6 else 0.0
