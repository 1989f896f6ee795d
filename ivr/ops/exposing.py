"""Numbers on 127.0.0.1 for Prometheus to fetch, from a thread of the client library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, start_http_server

from ivr.errors import SetupError


@asynccontextmanager
async def exposing(registry: CollectorRegistry, port: int, setting: str) -> AsyncIterator[int]:
    """Answer `/metrics` until left; gives the port. `setting`: the variable that names the port.

    Raises SetupError when the port cannot be had.
    """
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    except OSError as fault:
        raise SetupError(
            f"port {port} for metrics cannot be had: {fault.strerror}",
            remedy=f"set another {setting}, 0: none",
        ) from fault
    try:
        yield server.server_port
    finally:
        await asyncio.to_thread(server.shutdown)  # up to half a second
        thread.join()
        server.server_close()
