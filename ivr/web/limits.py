"""Token buckets: who asks too often is told when to come again."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ivr.accounts.ports import Clock
from ivr.web.options import WebOptions

LimitName = Literal["client", "session", "stranger"]
MOST_BUCKETS = 100_000
"""Names remembered; the one that has been silent longest is forgotten, and comes back with a full bucket."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class Limiter:
    """Buckets by name: `burst` tokens at most, `rate` new ones a second."""

    def __init__(self, rate: float, burst: int, clock: Clock, most: int = MOST_BUCKETS) -> None:
        self._rate, self._burst, self._clock, self._most = rate, burst, clock, most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str) -> int:
        """Take a token; return 0, or the whole seconds until there is one."""
        now = self._clock.now()
        bucket = self._buckets.setdefault(name, _Bucket(self._burst, now))
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens, bucket.at = min(self._burst, bucket.tokens + passed * self._rate), now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0
        return max(1, math.ceil((1 - bucket.tokens) / self._rate))


def limits_of(options: WebOptions, clock: Clock) -> dict[LimitName, Limiter]:
    """Return this process' part of every limit: together the processes allow what the settings say."""
    rates: dict[LimitName, tuple[float, int]] = {
        "client": (options.client_rate, options.client_burst),
        "session": (options.session_rate, options.session_burst),
        "stranger": (options.stranger_rate, options.stranger_burst),
    }
    parts = options.processes
    return {
        name: Limiter(rate / parts, max(1, burst // parts), clock) for name, (rate, burst) in rates.items()
    }
