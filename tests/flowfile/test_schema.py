"""The editor's schema and the builder agree on what a flow file may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ivr.flowfile.build import build_flow
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Items, Node, Scalar
from ivr.flowfile.reader import read_bytes
from ivr.flowfile.schema import flow_schema
from ivr.flowfile.syntax import FLOW_KEYS, STEP_KEYS
from tests.flowfile.bench import FLOW

VALIDATOR = Draft202012Validator(flow_schema())
ROOT = Path(__file__).parents[2]


def plain(node: Node) -> object:
    """What an editor's reader (YAML 1.2, core schema) makes of a node."""
    if isinstance(node, Scalar):
        return node.text if node.quoted else _core(node.text)
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {name.text: plain(value) for name, value in node}


def _core(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    if not text:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def judged(text: str) -> tuple[bool, bool]:
    """Whether the builder and the schema take a file."""
    faults = Faults()
    root = read_bytes(text.encode(), "x.yaml", faults)
    assert root is not None
    build_flow(root, "", faults)
    return len(faults) == 0, VALIDATOR.is_valid(plain(root))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(flow_schema())


def test_right_flows() -> None:
    assert judged(FLOW) == (True, True)
    for path in (ROOT / "flows").glob("*.yaml"):
        assert judged(path.read_text(encoding="utf-8")) == (True, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flow: main", "flow: Main"),
        ("flow: main\n", ""),
        ('["0505"]', "0505"),
        ("start: greet\n", ""),
        ("say: bye", "sya: bye"),
        ("say: bye\n    end: done", "next: bye"),
        ("expect: money", "expect: mony"),
        ("expect: money", "expect: money(1)"),
        ("    expect: money\n", ""),
        ("    ask: amount\n", "    say: amount\n"),
        ("confirm: sure", "confirm: sure\n    ask: amount\n    expect: money\n    save: sum"),
        ("wait: $left", "wait: left"),
        ("wait: $left", "wait: 1000"),
        ('key: "1"', "key: 1"),
        ('key: "1"', 'key: "0"'),
        ("{say: paid, next: menu}", "{say: paid}"),
        ("end: done", "end: done\n    transfer: operators"),
        ("end: done", "end: done\n    tries: 0"),
        ("end: done", "end: done\n    barge_in: never"),
        ("end: done", "end: done\n    language: de"),
    ],
)
def test_what_the_builder_refuses_the_schema_refuses(old: str, new: str) -> None:
    assert old in FLOW
    assert judged(FLOW.replace(old, new, 1)) == (False, False)


@pytest.mark.parametrize(
    "added",
    ["tries: 2", "patience: 1.5", "barge_in: no", "barge_in: true", "barge_in: hotword", "language: en"],
)
def test_settings_that_both_take(added: str) -> None:
    assert judged(FLOW.replace("end: done", f"end: done\n    {added}")) == (True, True)


@pytest.mark.parametrize("written", ["date", "date(-90..0)", "letters(2..20)", "count(1..9)", "digits(4)"])
def test_value_types_that_both_take(written: str) -> None:
    assert judged(FLOW.replace("expect: money", f'expect: "{written}"', 1)) == (True, True)


def test_every_key_is_described() -> None:
    keys = [*FLOW_KEYS.values(), *STEP_KEYS.values()]
    assert all(key.meaning.endswith(".") for key in keys)
    steps = flow_schema()["$defs"]
    assert isinstance(steps, dict)
    assert list(steps["step"]["properties"]) == list(STEP_KEYS)


_WORD = st.sampled_from(["a", "$a", "x y", "1", "money", "digits(4)", "ru", "yes", "done"])
_NEXT = st.sampled_from(['"a"', '{"next": "a"}', '{"say": "a", "next": "b"}', '{"say": "a"}', "[]"])


@given(st.dictionaries(st.sampled_from(sorted(STEP_KEYS)), st.tuples(_WORD, _NEXT), max_size=5))
def test_what_the_schema_refuses_the_builder_refuses(keys: dict[str, tuple[str, str]]) -> None:
    """The other way round the builder knows more: an order of parts, bounds that leave nothing."""
    entries = [(key, target if key == "next" else _written(word)) for key, (word, target) in keys.items()]
    step = ", ".join(f'"{key}": {value}' for key, value in entries)
    built, valid = judged(f"{{flow: x, start: a, steps: {{a: {{{step}}}}}}}")
    assert valid or not built


def _written(word: str) -> str:
    return word if word.isdigit() else f'"{word}"'
