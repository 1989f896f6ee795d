"""Give eSpeak NG's stops their closures.

eSpeak NG times a stop from its burst: the silence of the closure counts as the end of the phone
before. People's voices (and Festival's labels of them) begin a stop with its closure, and a
network that is taught both ways hears neither: "two two" became one long "two".
"""

from __future__ import annotations

import numpy as np

from tools.acoustic.speech import SAMPLE_RATE, Samples

_HOP = SAMPLE_RATE // 200
_LONGEST_HOPS = 20
_QUIET = 0.012
"""A closure's level, as a share of the phrase's peak."""

STOPS = frozenset("p p' b b' t t' d d' k k' g g' c ch jh".split())  # noqa: SIM905 - a table reads better


def with_closures(samples: Samples, marks: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Move each stop's start back over the quiet (at most 100 ms) right before it.

    ``marks`` are ``(start seconds, broad phone)``; a phone keeps at least half of its time.
    """
    quiet = _QUIET * max(1.0, float(np.abs(samples.astype(np.int32)).max()))
    out = list(marks)
    for i in range(1, len(out)):
        start, phone = out[i]
        if phone in STOPS:
            earliest = (out[i - 1][0] + start) / 2
            out[i] = (max(earliest, start - _closure_seconds(samples, start, quiet)), phone)
    return out


def _closure_seconds(samples: Samples, start: float, quiet: float) -> float:
    """Return how long it is quiet before ``start``; the last hop may already hold the burst."""
    end, hops, closed = int(start * SAMPLE_RATE), 0, 0
    while hops < _LONGEST_HOPS and end - (hops + 1) * _HOP >= 0:
        hop = samples[end - (hops + 1) * _HOP : end - hops * _HOP].astype(np.float32)
        hops += 1
        if float(np.sqrt(np.mean(hop**2))) < quiet:
            closed = hops
        elif hops > 1:
            break
    return closed * _HOP / SAMPLE_RATE
