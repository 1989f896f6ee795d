"""A node of its own for every module of real-call tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.stack import Node, running_node
from tools.caller.phone import Phone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def node(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    """A running node with one worker."""
    async with running_node(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def phone(node: Node) -> AsyncIterator[Phone]:
    """A telephone that calls the node."""
    async with node.phone() as telephone:
        yield telephone
