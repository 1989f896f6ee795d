"""Fixtures of the flow file tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flowfile.bench import Node


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """A node with nothing wrong."""
    return Node(tmp_path)
