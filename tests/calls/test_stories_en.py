"""The stories of several calls in English, on a real Asterisk with a real voice."""

from __future__ import annotations

import pytest

from ivr.bootstrap import load_script
from ivr.flowfile.callscript import CallScript
from tests.support.script_call import in_language, run_on_asterisk
from tests.support.script_engine import stories
from tests.support.stack import Node

pytestmark = [pytest.mark.call, pytest.mark.asyncio(loop_scope="module")]

STORIES = in_language("en", stories())


@pytest.mark.parametrize("calls", STORIES.values(), ids=STORIES)
async def test_a_story_on_asterisk(node: Node, calls: list[CallScript]) -> None:
    await run_on_asterisk(node, load_script(node.settings), calls)
