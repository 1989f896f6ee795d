"""Where a request comes from: the network address that tries and strangers are counted by."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

UNKNOWN = "unknown"


def origin(peer: str | None, forwarded: Sequence[str], hops: int) -> str:
    """Return the address that the outermost of our own hops saw.

    `forwarded`: the X-Forwarded-For header fields; each of our `hops` (proxies, a relaying client) appended
    the address it saw, so what stands before those is the sender's own claim and is not believed.
    """
    seen = [part.strip() for field in forwarded for part in field.split(",") if part.strip()]
    chain = [*seen, peer or UNKNOWN]
    return _network(chain[max(0, len(chain) - 1 - hops)])


def _network(text: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one: one household, one budget."""
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"
