"""Loading folders: versions, faults of all files at once, nothing but the documented error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.dialogue.flow import Place
from ivr.errors import ContentError
from ivr.flowfile.check import check_files
from ivr.flowfile.content import load_content
from ivr.flowfile.faults import Fault, FaultyContentError
from ivr.flowfile.load import load_flows
from ivr.grammar.model import Expectation
from tests.flowfile.bench import FLOW, Node


def test_flows_by_name_with_lines(node: Node) -> None:
    node.write()
    flows = load_flows(node.folder / "flows")
    assert list(flows) == ["main"]
    assert flows["main"].steps["code"].place == Place("flows/main.yaml", 28)
    assert flows.place("main", "steps.code.do.pay.pin") == Place("flows/main.yaml", 32)
    assert flows.place("main", "steps.code.do.pay.unknown") == Place("flows/main.yaml", 32)
    assert flows.whole("main")


def test_content_of_all_languages(node: Node) -> None:
    node.write()
    content = load_content(node.folder / "prompts")
    assert content.prompts["en"].text("paid", "first", {"amount": 24550}).startswith("Paid two hundred")
    assert (
        content.phrases["ru"].grammar(Expectation(("balance",))).match("какой у меня баланс")[0].name
        == "balance"
    )
    assert content.texts["ru"]["bye"] == {"first": "Good bye."}
    assert content.place("en", "prompts.paid.again").file == "prompts/en/prompts.yaml"


def version(node: Node) -> str:
    node.write()
    return load_flows(node.folder / "flows", load_content(node.folder / "prompts"))["main"].version


def test_the_version_changes_with_every_file_and_only_then(node: Node) -> None:
    first = version(node)
    assert len(first) == 16
    assert version(node) == first
    node.put("prompts", {"bye": "So long."}, ("en",))
    second = version(node)
    node.put("phrases", {"pay": ["pay the bill"]}, ("en",))
    third = version(node)
    node.change("flow: main", "flow: main # note")
    assert len({first, second, third, version(node)}) == 4


def test_faults_of_all_files_at_once(node: Node) -> None:
    node.change("say: bye", "sya: bye")
    node.flows["other"] = FLOW.replace("flow: main", "flow: other").replace("end: done", "end: Done")
    node.write()
    with pytest.raises(FaultyContentError) as caught:
        load_flows(node.folder / "flows")
    assert [str(fault.place) for fault in caught.value.faults] == [
        "flows/main.yaml:43",
        "flows/other.yaml:44",
    ]
    assert "flows/main.yaml:43: steps.bye.sya: there is no such key here" in str(caught.value)
    assert caught.value.remedy
    assert isinstance(caught.value, ContentError)


def test_many_faults_are_shown_in_part() -> None:
    faults = [Fault(Place("flows/x.yaml", line), "steps", "wrong") for line in range(1, 13)]
    lines = str(FaultyContentError(faults)).split("\n")
    assert lines[0] == "flows/x.yaml:1: steps: wrong"
    assert lines[10:] == ["... and 2 more"]


def test_two_flows_of_one_name(node: Node) -> None:
    node.flows["other"] = FLOW.replace("0505", "0500")
    assert node.check() == [
        "flows/other.yaml:1: flow: the flow main is in flows/main.yaml:1 too (give one of them another name)"
    ]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FaultyContentError, match="there is no flow here"):
        load_flows(tmp_path)


def test_missing_content_files(tmp_path: Path) -> None:
    with pytest.raises(FaultyContentError) as caught:
        load_content(tmp_path / "prompts")
    assert [str(fault.place) for fault in caught.value.faults] == [
        "prompts/en/phrases.yaml:0",
        "prompts/en/prompts.yaml:0",
        "prompts/ru/phrases.yaml:0",
        "prompts/ru/prompts.yaml:0",
    ]


_JUNK = st.binary(max_size=60) | st.text("abc:{}[]$\"'\n -0|<>()", max_size=60).map(str.encode)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    junk=_JUNK,
    file=st.sampled_from(["flows/main.yaml", "prompts/ru/phrases.yaml", "prompts/en/prompts.yaml"]),
)
def test_whatever_stands_in_a_file_is_told_as_faults(node: Node, junk: bytes, file: str) -> None:
    node.write()
    (node.folder / file).write_bytes(junk)
    assert check_files(node.folder / "flows", node.folder / "prompts", node.use_cases)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0, len(FLOW)), size=st.integers(1, 30), piece=st.text("abc:{} $\n", max_size=8))
def test_a_damaged_flow_never_breaks_the_checker(node: Node, at: int, size: int, piece: str) -> None:
    node.flows["main"] = FLOW[:at] + piece + FLOW[at + size :]
    assert all(": " in fault for fault in node.check())
