"""The reader: text in, nodes with lines out; every trap of YAML refused where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.flow import Place
from ivr.flowfile.faults import Faults
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.reader import MAX_BYTES, MAX_DEPTH, read_bytes


def read(text: str | bytes) -> tuple[Node | None, list[str]]:
    faults = Faults()
    data = text.encode() if isinstance(text, str) else text
    node = read_bytes(data, "flows/x.yaml", faults)
    return node, [str(fault) for fault in faults.sorted()]


def table(text: str) -> Table:
    node, faults = read(text)
    assert faults == []
    assert isinstance(node, Table)
    return node


def test_every_scalar_is_text_with_its_line_and_path() -> None:
    node = table("flow: a\nsteps:\n  greet:\n    tries: 3\n    say: hello\n")
    steps = node.get("steps")
    assert isinstance(steps, Table)
    greet = steps.get("greet")
    assert isinstance(greet, Table)
    assert greet.place == Place("flows/x.yaml", 3)
    assert greet.get("tries") == Scalar("3", Place("flows/x.yaml", 4), "steps.greet.tries")


def test_on_yes_and_no_are_words() -> None:
    node = table("on: {yes: a, no: off}")
    on = node.get("on")
    assert isinstance(on, Table)
    assert [name.text for name, _ in on] == ["yes", "no"]
    assert on.get("no") == Scalar("off", Place("flows/x.yaml", 1), "on.no")


def test_list_items_have_paths() -> None:
    numbers = table('numbers: ["0505", "0500"]').get("numbers")
    assert isinstance(numbers, Items)
    assert [item.path for item in numbers.items] == ["numbers[0]", "numbers[1]"]


def test_order_of_keys_is_kept() -> None:
    assert [name.text for name, _ in table("say: a\ndo: b\nask: c\n")] == ["say", "do", "ask"]


def test_quotes_are_seen() -> None:
    value = table('key: "1"').get("key")
    assert isinstance(value, Scalar)
    assert value.quoted


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("0505", "a number that begins with 0 is octal or loses its 0 in YAML"),
        ("-0505", "a number that begins with 0 is octal or loses its 0 in YAML"),
        ("+79261234567", "a number that begins with + loses its + in YAML"),
        ("12:30", "digits with colons are base 60 in YAML"),
        ("1:20:30", "digits with colons are base 60 in YAML"),
        ("0x1F", "this is a hexadecimal, octal or binary number in YAML"),
        ("1_000", "underscores between digits vanish in YAML"),
        ("null", "this means 'nothing' in YAML"),
        ("~", "this means 'nothing' in YAML"),
    ],
)
def test_a_trap_is_refused_and_its_quoted_form_is_not(written: str, reason: str) -> None:
    _, faults = read(f"a: b\nsave: {written}\n")
    assert faults == [f'flows/x.yaml:2: save: {written} without quotes: {reason} (write "{written}")']
    assert read(f'a: b\nsave: "{written}"\n')[1] == []


@pytest.mark.parametrize(
    "written", ["0", "0.5", "12", "1.5 s", "2026-11-22", "8..26", "yes", "off", "8 800 5"]
)
def test_what_only_looks_like_a_trap_is_text(written: str) -> None:
    value = table(f"a: {written}").get("a")
    assert isinstance(value, Scalar)
    assert value.text == written


def test_a_trap_as_a_key() -> None:
    assert read("0505: a")[1] == [
        "flows/x.yaml:1: 0505 without quotes: a number that begins with 0 is octal or loses its 0 in YAML "
        '(write "0505")'
    ]


def test_duplicate_keys_name_the_first_line() -> None:
    node, faults = read("steps:\n  a: {}\n  b: {}\n  a: {}\n")
    assert faults == ["flows/x.yaml:4: steps.a: the key stands twice, first on line 2 (keep one)"]
    assert node is not None


def test_anchors_aliases_and_tags() -> None:
    _, faults = read("a: &x 1\nb: *x\nc: !!int 3\nd: !thing {}\n")
    assert faults == [
        "flows/x.yaml:1: a: the anchor &x stands here (write the value where it is used)",
        "flows/x.yaml:2: b: the alias *x stands here (write the value itself)",
        "flows/x.yaml:3: c: the tag tag:yaml.org,2002:int stands here (write the value without a tag)",
        "flows/x.yaml:4: d: the tag !thing stands here (write the value without a tag)",
    ]


def test_an_alias_bomb_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    node, faults = read("\n".join(lines))
    assert node is not None
    assert len(faults) > 250


def test_tabs_are_told_once_and_the_rest_is_read() -> None:
    node, faults = read("a:\n\tb: 0505\n\tc: d\n")
    assert faults[0] == "flows/x.yaml:2: a tab stands here and on 1 more lines (write spaces)"
    assert "0505 without quotes" in faults[1]
    assert isinstance(node, Table)


def test_not_utf8() -> None:
    assert read(b"a: b\nc: \xcf\xf0\n") == (
        None,
        ["flows/x.yaml:2: the file is not UTF-8 (save it in the encoding UTF-8)"],
    )


def test_a_byte_order_mark_is_no_harm() -> None:
    assert read(b"\xef\xbb\xbfa: b")[1] == []


def test_a_second_document() -> None:
    assert read("a: b\n---\nc: d\n")[1] == [
        "flows/x.yaml:2: a second document begins here (keep one document per file)"
    ]


def test_a_huge_file() -> None:
    assert read(b"#" * (MAX_BYTES + 1)) == (
        None,
        ["flows/x.yaml:0: the file is larger than 256 KiB (split it)"],
    )


def test_depth_is_bounded() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] == []
    assert read("[" * 100_000)[1] == ["flows/x.yaml:1: nested deeper than 16 levels (a flow needs six)"]


def test_an_empty_file() -> None:
    assert read("# nothing\n") == (None, ["flows/x.yaml:0: the file is empty"])


def test_a_syntax_error_has_a_line() -> None:
    _, faults = read("a: b\nc: [1, 2\nd: e\n")
    assert len(faults) == 1
    assert faults[0].startswith("flows/x.yaml:3: not YAML: ")


def test_control_characters_raw_and_escaped() -> None:
    assert read("a: b\nc: \x07\n")[1] == ["flows/x.yaml:2: the character U+0007 is not allowed"]
    assert read('a: "\\x07"\n')[1] == [
        "flows/x.yaml:1: a: a control character stands in this text (remove it)"
    ]
    assert len(read('a: "\\ud800"\n')[1]) == 1


def test_an_escape_beyond_unicode() -> None:
    assert read('a: "\\UFFFFFFFF"')[1] == [
        "flows/x.yaml:0: an escape or a directive in the file is beyond every limit"
    ]


@given(st.binary(max_size=200))
def test_any_bytes_give_a_node_or_faults(data: bytes) -> None:
    node, faults = read(data)
    assert node is not None or faults


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%#@`,?\\ \n\t0x~<U", max_size=80))
def test_any_text_of_yaml_signs_gives_a_node_or_faults(text: str) -> None:
    node, faults = read(text)
    assert node is not None or faults
    assert all("\n" not in fault for fault in faults)
