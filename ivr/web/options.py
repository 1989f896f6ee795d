"""What may be set about the HTTP door."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.accounts.access import SessionRules
from ivr.errors import SettingsError


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The HTTP door. It listens on 127.0.0.1 only: TLS is the business of the proxy before it."""

    port: int = 0
    """TCP port; 0: there is no HTTP door."""
    metrics_port: int = 9463
    """Prometheus port of the HTTP door (0: none), on 127.0.0.1 as well."""
    proxies: int = 0
    """How many proxies of ours stand before it and each add an address to X-Forwarded-For."""
    sessions: SessionRules = field(default_factory=SessionRules)
    """How long sessions last."""
    processes: int = 1
    """How many processes serve the door beside one another, at least 1; each allows its part of the rates."""
    client_rate: float = 50.0
    """Requests a second of one client's key for ever, in all processes together."""
    client_burst: int = 100
    """Requests of one client's key at once."""
    session_rate: float = 5.0
    """Requests a second of one session for ever, in all processes together."""
    session_burst: int = 30
    """Requests of one session at once."""
    stranger_rate: float = 0.5
    """Requests a second without a valid key from one network address for ever, in all processes together."""
    stranger_burst: int = 20
    """Requests without a valid key from one network address at once."""
    body_seconds: float = 10.0
    """A request's body must be there after so long."""
    answer_seconds: float = 30.0
    """A request is given up after so long; a login's growing waits are shorter."""
    idle_seconds: float = 30.0
    """A connection on which nothing comes is closed after so long."""

    def __post_init__(self) -> None:
        """Refuse a number of processes that cannot be: SettingsError."""
        if self.processes < 1:
            raise SettingsError(
                f"processes: {self.processes} is too few, it must be 1 or more",
                remedy="count the processes of `ivr serve --api`; one alone is 1",
            )
