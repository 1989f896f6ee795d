"""The call scripts that begin in English, on a real Asterisk with a real voice."""

from __future__ import annotations

import pytest

from ivr.bootstrap import load_script
from ivr.flowfile.callscript import CallScript
from tests.support.script_call import in_language, run_on_asterisk
from tests.support.script_engine import single_calls
from tests.support.stack import Node

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

CALLS = in_language("en", single_calls())


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_call_on_asterisk(node: Node, call: CallScript) -> None:
    await run_on_asterisk(node, load_script(node.settings), [call])
