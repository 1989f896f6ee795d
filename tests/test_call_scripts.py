"""Every call script against the dialogue and the account core on a virtual clock."""

from __future__ import annotations

import pytest

from ivr.bootstrap import Script, load_script
from ivr.flowfile.callscript import CallScript
from ivr.settings import load_settings
from tests.support.script_engine import run_on_engine, single_calls, stories

CALLS = {name: [call] for name, call in single_calls().items()} | stories()


@pytest.fixture(scope="module")
def script() -> Script:
    """The shipped flows and words."""
    return load_script(load_settings({}))


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_calls_on_the_engine(script: Script, calls: list[CallScript]) -> None:
    run_on_engine(script, calls)
