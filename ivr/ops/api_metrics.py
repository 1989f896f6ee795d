"""Numbers of the HTTP API, by operation. No label tells who asked, for whom, or what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0, 3.0, 10.0)
"""Bucket limits: a look at the account takes milliseconds, a password 0.4 s, a growing wait seconds."""


@dataclass(slots=True)
class Handled:
    """What has come of one request."""

    status: int = 0
    """Its HTTP status; 0 while there is none, also when the caller went away before."""


class ApiMetrics:
    """Counts the requests of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "ivr_api_requests",
            "Requests, by operation and class of status",
            ["operation", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "ivr_api_request_seconds",
            "From a request's headers to its answer",
            ["operation"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._refused = Counter(
            "ivr_api_rate_limited",
            "Requests refused by a rate limit, by limit",
            ["limit"],
            registry=self.registry,
        )
        self._under_way = Gauge("ivr_api_in_flight", "Requests under way", registry=self.registry)

    @contextmanager
    def request(self, operation: str) -> Iterator[Handled]:
        """Count one request for an operation while it is under way, and what came of it."""
        handled, started = Handled(), time.monotonic()
        self._under_way.inc()
        try:
            yield handled
        finally:
            self._under_way.dec()
            self._requests.labels(operation, _class(handled.status)).inc()
            self._seconds.labels(operation).observe(time.monotonic() - started)

    def rate_limited(self, limit: str) -> None:
        """A request was refused by this limit: client, session or stranger."""
        self._refused.labels(limit).inc()


def _class(status: int) -> str:
    return f"{status // 100}xx" if status else "gone"
