"""The call scripts that begin in Russian, on a real Asterisk with a real voice."""

from __future__ import annotations

import pytest

from ivr.bootstrap import Script, load_script
from ivr.flowfile.callscript import CallScript
from tests.support.script_call import run_on_asterisk, scripts_of
from tests.support.stack import Node

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

SCRIPTS = scripts_of("ru")


@pytest.fixture(scope="module")
def script(node: Node) -> Script:
    """The flows and words that the node runs."""
    return load_script(node.settings)


@pytest.mark.parametrize("calls", SCRIPTS.values(), ids=SCRIPTS)
async def test_calls_on_asterisk(node: Node, script: Script, calls: list[CallScript]) -> None:
    await run_on_asterisk(node, script, calls)
