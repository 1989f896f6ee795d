"""The pages of what can be said: up to date, and true of the flows."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivr.cli import app
from ivr.dialogue.universals import COMMANDS
from ivr.flowfile.content import load_content
from ivr.flowfile.load import load_flows
from ivr.flowfile.manual import manual
from ivr.grammar.model import LANGUAGES, Language
from tests.flowfile.bench import FLOW, Node

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_made_of_the_shipped_flows_and_words(language: Language) -> None:
    content = load_content(ROOT / "prompts")
    page = manual(load_flows(ROOT / "flows", content).values(), content, language)
    shipped = (ROOT / "docs" / f"what-can-be-said.{language}.md").read_text(encoding="utf-8")
    assert shipped == page, f"ivr phrases {language} --out docs/what-can-be-said.{language}.md"


def test_a_page_names_every_listening_step_its_words_and_its_keys(tmp_path: Path) -> None:
    node = Node(tmp_path)
    flow = FLOW.replace("expect: money", "expect: secret_digits(4)")
    node.flows["main"] = flow
    node.write()
    content = load_content(tmp_path / "prompts")
    page = manual(load_flows(tmp_path / "flows").values(), content, "en")
    steps = [line for line in page.splitlines() if line.startswith("### ")]
    assert steps == ["### menu", "### amount", "### sure", "### code"]
    assert "| for balance | my balance | `1` |" in page
    assert "| `secret_digits(4..4)` | one two three four | digits, # at the end |" in page
    assert "This is a secret" in page
    assert all(f"| {name}" in page or f"| for {name}" in page for name in COMMANDS)


def test_the_command_prints_and_writes_it(tmp_path: Path) -> None:
    run = CliRunner()
    printed = run.invoke(app, ["phrases", "en"])
    assert printed.exit_code == 0
    assert printed.output.startswith("# What can be said and pressed")
    written = tmp_path / "page.md"
    assert run.invoke(app, ["phrases", "en", "--out", str(written)]).exit_code == 0
    assert written.read_text(encoding="utf-8") == printed.output
