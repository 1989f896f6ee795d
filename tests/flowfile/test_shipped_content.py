"""What is shipped is right: every flow, prompt and phrase is checked as `ivr check` does."""

from __future__ import annotations

from pathlib import Path

from ivr.accounts.door import declared_use_cases
from ivr.flowfile.check import check_files
from ivr.flowfile.content import load_content
from ivr.flowfile.graph import graph
from ivr.flowfile.load import load_flows
from ivr.grammar.model import LANGUAGES

ROOT = Path(__file__).parents[2]


def test_the_shipped_flows_have_no_fault() -> None:
    faults = check_files(ROOT / "flows", ROOT / "prompts", declared_use_cases())
    assert [str(fault) for fault in faults if fault.severity == "error"] == []


def test_the_shipped_flows_load_and_can_be_drawn() -> None:
    content = load_content(ROOT / "prompts")
    flows = load_flows(ROOT / "flows", content)
    assert any("0505" in flow.numbers for flow in flows.values())
    for flow in flows.values():
        for language in LANGUAGES:
            assert graph(flow, content, language).startswith("digraph")
