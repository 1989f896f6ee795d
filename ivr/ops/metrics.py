"""Metrics in Prometheus' form; one object a worker, handed to whoever counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

DELAYS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 3.0)
"""Bucket limits in seconds: the promises of docs/bench.md are among them."""


class Metrics:
    """Counts what happens in one worker process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "ivr_events", "Things that happened, by name", ["name"], registry=self.registry
        )
        self._ended = Counter(
            "ivr_calls_ended",
            "Calls ended, by number and reason",
            ["number", "reason"],
            registry=self.registry,
        )
        self._active = Gauge("ivr_calls_active", "Calls under way", registry=self.registry)
        self._queries = Histogram(
            "ivr_query_seconds", "Account core, by use case", ["name"], buckets=DELAYS, registry=self.registry
        )

    def count(self, name: str, amount: float = 1.0) -> None:
        """Count something that happened."""
        self._events.labels(name).inc(amount)

    def call_started(self) -> None:
        """A call came in."""
        self._active.inc()

    def call_ended(self, number: str, reason: str) -> None:
        """A call is over."""
        self._active.dec()
        self._ended.labels(number, reason).inc()

    def query_took(self, name: str, seconds: float) -> None:
        """The account core answered after so many seconds."""
        self._queries.labels(name).observe(seconds)
