"""Every call script against the dialogue and the account core on a virtual clock."""

from __future__ import annotations

import pytest

from ivr.bootstrap import Script, load_script
from ivr.flowfile.callscript import CallScript
from ivr.flowfile.callscript_reader import load_call_scripts
from ivr.settings import load_settings
from tests.support.script_engine import run_on_engine, scripts_folder

SCRIPTS = load_call_scripts(scripts_folder())


@pytest.fixture(scope="module")
def script() -> Script:
    """The shipped flows and words."""
    return load_script(load_settings({}))


@pytest.mark.parametrize("call", SCRIPTS.values(), ids=SCRIPTS)
def test_call_script_on_the_engine(script: Script, call: CallScript) -> None:
    facts = run_on_engine(script, call)
    for name, wanted in call.then.items():
        assert facts[name] == wanted, f"{call.name}: {name}"
