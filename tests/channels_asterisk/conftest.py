"""Fixtures of the telephone tests; every test of sockets runs on both event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

from tests.channels_asterisk.helpers import Telephone


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """uvloop is what workers run; asyncio is what everything else does. Real calls are long: once."""
    if item.get_closest_marker("call"):
        return {"uvloop": uvloop.new_event_loop}
    return {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()
