"""Every speech test fails if our code blocks the event loop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx


@pytest.fixture(autouse=True)
def _nothing_blocks() -> Iterator[None]:
    """Raise where code of ours blocks inside the event loop; what tests themselves do is not looked at."""
    with blockbuster_ctx(scanned_modules=["ivr"]):
        yield
