"""Fixtures of the telephone tests."""

from __future__ import annotations

import pytest

from tests.channels_asterisk.helpers import Telephone


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()
