"""What the README promises can be done as it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ivr.accounts.door import declared_use_cases
from ivr.dialogue.diagram import phase_diagram
from ivr.flowfile.check import check_files
from ivr.flowfile.graph import svg
from ivr.settings import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
MENU_END = """      other_language: {key: "4"}
"""


def test_the_new_menu_option_passes_the_check(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert example is not None
    option, step = example[1].split("\n\n", 1)
    shutil.copytree(PROJECT / "prompts", tmp_path / "prompts")
    flow = (PROJECT / "flows" / "0505.yaml").read_text(encoding="utf-8")
    assert flow.count(MENU_END) == 1
    (tmp_path / "flows").mkdir()
    extended = flow.replace(MENU_END, f"{MENU_END}{option}\n") + "\n" + step
    (tmp_path / "flows" / "0505.yaml").write_text(extended, encoding="utf-8")
    faults = check_files(tmp_path / "flows", tmp_path / "prompts", declared_use_cases())
    assert [str(fault) for fault in faults if fault.severity == "error"] == []


def test_every_path_in_the_readme_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_the_picture_of_the_phases_is_drawn_from_the_table() -> None:
    """The same arrows: their titles are `source&#45;&gt;target` in Graphviz' SVG."""
    drawn = (PROJECT / "docs" / "phases.svg").read_text(encoding="utf-8")
    titles = re.compile(r"<title>(.*?)</title>")
    assert titles.findall(drawn) == titles.findall(svg(phase_diagram()).decode())
