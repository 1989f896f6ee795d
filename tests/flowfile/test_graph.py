"""The picture of a flow: what stands in it, and that `dot` can draw it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr.dialogue.flow import Flow
from ivr.errors import SetupError
from ivr.flowfile.content import Content, load_content
from ivr.flowfile.graph import graph, svg
from ivr.flowfile.load import load_flows
from tests.flowfile.bench import Node


def loaded(node: Node) -> tuple[Flow, Content]:
    node.write()
    content = load_content(node.folder / "prompts")
    return load_flows(node.folder / "flows", content)["main"], content


def drawn(node: Node) -> str:
    flow, content = loaded(node)
    return graph(flow, content, "en")


def line(document: str, begin: str) -> str:
    found = [line.strip() for line in document.split("\n") if line.strip().startswith(begin)]
    assert len(found) == 1
    return found[0]


def test_shapes_of_steps(node: Node) -> None:
    document = drawn(node)
    shapes = {name: line(document, f'"{name}" [').split("shape=")[1].split(",")[0] for name in
              ("greet", "menu", "amount", "sure", "balance", "person", "bye")}  # fmt: skip
    assert shapes == {
        "greet": "component",
        "menu": "box",
        "amount": "tab",
        "sure": "hexagon",
        "balance": "box",
        "person": "cds",
        "bye": "ellipse",
    }


def test_prompts_and_options_in_the_readers_language(node: Node) -> None:
    node.put("prompts", {"balance_is": "На счёте {amount:money}."}, ("ru",))
    node.put("labels", {"pay": "чтобы заплатить", "pay.short": "заплатить"}, ("ru",))
    flow, content = loaded(node)
    russian, english = graph(flow, content, "ru"), graph(flow, content, "en")
    assert "«На счёте ‹amount›.»" in russian
    assert "«There is ‹amount›.»" in english
    assert ">2</B></FONT>  заплатить<" in russian
    assert ">2</B></FONT>  for pay<" in english


def test_keys_and_events_on_arrows(node: Node) -> None:
    document = drawn(node)
    assert line(document, '"menu":"pay":e -> "amount"').endswith('[label="2\\n"];')
    assert line(document, '"person" -> "bye"').endswith('[label="answered\\n"];')
    assert "wrong\\n«Wait ‹left›.»" in line(document, '"code" -> "pause"')


def test_the_main_menu_is_a_sign_where_many_lead_to_it(node: Node) -> None:
    document = drawn(node)
    assert '"greet" -> "menu"' in document
    assert '"balance" -> "menu"' not in document
    assert 'label="→ menu"' in document
    assert 'label="↩ back"' in document


def test_many_events_with_one_destination_are_one_arrow(node: Node) -> None:
    node.change("on: {answered: bye}", "on: {answered: bye, failed: bye, no_answer: {say: busy, next: bye}}")
    assert line(drawn(node), '"person" -> "bye"').endswith(
        '[label="answered\\lfailed\\lno_answer «Nobody is free.»\\l"];'
    )


def test_the_universals_stand_in_a_note(node: Node) -> None:
    node.put("labels", {"repeat": "to hear it again", "repeat.short": "again"})
    note = line(drawn(node), '"note"')
    assert note.startswith('"note" [shape=note')
    assert "At any moment:\\l0  for operator\\l9  again\\l" in note


def test_texts_that_graphviz_would_take_for_its_own(node: Node) -> None:
    node.put("prompts", {"bye": 'He said "<b>bye</b>" & left \\ gone.'})
    node.change("{answered: bye}", "{answered: {say: bye, next: bye}}")
    document = drawn(node)
    assert "&quot;&lt;b&gt;bye&lt;/b&gt;&quot; &amp; left" in document
    assert 'He said \\"<b>bye</b>\\" & left \\\\\\n' in document


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_dot_draws_it(node: Node) -> None:
    node.put("prompts", {"bye": 'He said "<b>bye</b>" & left.'})
    picture = svg(drawn(node)).decode()
    assert picture.count('<g id="node') > 9
    assert "There is ‹amount›." in picture.replace("&#39;", "'")


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_what_dot_cannot_draw() -> None:
    with pytest.raises(SetupError, match="dot could not draw the flow"):
        svg("digraph {")


def test_dot_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="the program dot is not installed") as caught:
        svg("digraph {}")
    assert caught.value.remedy == "install the package graphviz"
