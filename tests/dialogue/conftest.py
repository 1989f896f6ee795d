"""A call at the main menu of a small flow."""

from __future__ import annotations

import pytest

from tests.support.phone import AGAIN, BALANCE, MENU, NEW, Phone, make_flow


@pytest.fixture
def phone() -> Phone:
    """A call that has reached the main menu."""
    call = Phone(make_flow(MENU, BALANCE, NEW, AGAIN))
    call.offer()
    return call
