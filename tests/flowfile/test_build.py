"""The builder: nodes to a `Flow`, faults with a path and a remedy, nothing else ever."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.flow import (
    Ask,
    Call,
    Confirm,
    Do,
    End,
    Menu,
    MenuOption,
    Pick,
    Place,
    Reference,
    Say,
    Step,
    Target,
    Transfer,
    Wait,
)
from ivr.flowfile.build import Built, build_flow
from ivr.flowfile.faults import Faults
from ivr.flowfile.reader import read_bytes
from ivr.flowfile.syntax import FLOW_KEYS, STEP_KEYS
from ivr.grammar.model import ValueType

FILE = "flows/x.yaml"
HEAD = 'flow: x\nnumbers: ["0505"]\nstart: a\nhome: a\noperator: a\nsteps:\n'


def build(text: str) -> tuple[Built | None, list[str]]:
    faults = Faults()
    root = read_bytes(text.encode(), FILE, faults)
    built = None if root is None else build_flow(root, "v1", faults)
    return built, [str(fault) for fault in faults.sorted()]


def step_and_faults(text: str) -> tuple[Step, list[str]]:
    """Build a flow of one step `a`; its keys begin on line 8."""
    built, faults = build(HEAD + "  a:\n" + indent(dedent(text).strip(), "    ") + "\n")
    assert built is not None
    return built.flow.steps["a"], faults


def step(text: str) -> Step:
    built, faults = step_and_faults(text)
    assert faults == []
    return built


def faults_of(text: str) -> list[str]:
    return step_and_faults(text)[1]


def at(line: int) -> Place:
    return Place(FILE, line)


def test_a_whole_flow() -> None:
    text = HEAD.replace("home: a", "home: a\nresume: a") + "  a: {say: hello, end: done}\n"
    built, faults = build(text)
    assert faults == []
    assert built is not None
    assert built.whole
    flow = built.flow
    assert (flow.name, flow.numbers, flow.start, flow.home, flow.operator, flow.resume, flow.version) == (
        "x",
        ("0505",),
        "a",
        "a",
        "a",
        "a",
        "v1",
    )
    assert flow.steps == {"a": Step("a", (Say("hello"), End("done")), place=at(8))}


def test_parts_keep_the_order_written() -> None:
    before = step("do: balance\nsay: balance_is\nask: code\nexpect: digits(4)\nsave: code\nnext: b")
    after = step("ask: code\nexpect: digits(4)\nsave: code\nsay: thanks\ndo: balance\nnext: b")
    ask = Ask("code", ValueType("digits", 4, 4), "code")
    assert before.parts == (Do("balance"), Say("balance_is"), ask)
    assert after.parts == (ask, Say("thanks"), Do("balance"))


def test_do_with_arguments() -> None:
    assert step("do: {move: {phone: $phone, way: card}}").parts == (
        Do("move", {"phone": Reference("phone"), "way": "card"}),
    )


def test_a_menu() -> None:
    found = step(
        """
        menu: main
        options:
          balance: {key: "1", next: balance}
          bye: {key: "2", next: {say: thanks, next: end_of_it}}
          other_language: {key: "4"}
        """
    )
    assert found.parts == (
        Menu(
            "main",
            (
                MenuOption("balance", "1", Target("balance", None, at(10))),
                MenuOption("bye", "2", Target("end_of_it", "thanks", at(11))),
                MenuOption("other_language", "4", None),
            ),
        ),
    )


def test_the_other_parts() -> None:
    assert step("pick: which\nfrom: $list\nsave: one").parts == (Pick("which", "list", "one"),)
    assert step("confirm: sure\non: {yes: b, no: back}") == Step(
        "a",
        (Confirm("sure"),),
        on={"yes": Target("b", None, at(9)), "no": Target("back", None, at(9))},
        place=at(7),
    )
    assert step("call: top-up\nnext: b").parts == (Call("top-up"),)
    assert step("wait: $seconds\nnext: b").parts == (Wait(Reference("seconds")),)
    assert step("wait: 30\nnext: b").parts == (Wait("30"),)
    assert step("transfer: operators").parts == (Transfer("operators"),)
    assert step("end: done").parts == (End("done"),)


def test_settings() -> None:
    found = step("say: hello\ntries: 2\npatience: 1.5\nbarge_in: no\nlanguage: en\nnext: b")
    assert (found.tries, found.patience, found.barge_in, found.language) == (2, 1.5, "no", "en")
    assert step("say: hello").barge_in == "yes"
    assert step("say: list\nbarge_in: hotword\nnext: b").barge_in == "hotword"


@pytest.mark.parametrize(
    ("written", "value_type"),
    [
        ("phone_number", ValueType("phone_number")),
        ("secret_digits(8..26)", ValueType("secret_digits", 8, 26)),
        ("digits(4)", ValueType("digits", 4, 4)),
        ("digits( 4 .. 6 )", ValueType("digits", 4, 6)),
        ("count(1..100)", ValueType("count", 1, 100)),
        ("letters(2..20)", ValueType("letters", 2, 20)),
        ("date(0..365)", ValueType("date", 0, 365)),
        ("date(-90..0)", ValueType("date", -90, 0)),
        ("money", ValueType("money")),
        ("yes_no", ValueType("yes_no")),
    ],
)
def test_value_types(written: str, value_type: ValueType) -> None:
    assert step(f'ask: q\nexpect: "{written}"\nsave: v').parts == (Ask("q", value_type, "v"),)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("secret_digit(8..26)", "there is no value type secret_digit (did you mean secret_digits?)"),
        ("digits(6..4)", "digits(6..4) begins after its end: write digits(4..6)"),
        ("digits(0..4)", "digits(0..4) is out of range: it may be from 1 to 32"),
        ("money(1..2)", "money takes no numbers in brackets: write just money"),
        ("digits[4]", "'digits[4]' is not a value type: write a kind such as money, or digits(4..8)"),
        ("choice", "there is no value type choice (a choice is made with menu, or with pick from a list)"),
        ("zzz", "there is no value type zzz (there are count, date, digits, letters, money, phone_number, "
         "secret_digits, yes_no)"),
    ],
)  # fmt: skip
def test_wrong_value_types(written: str, message: str) -> None:
    assert faults_of(f"ask: q\nexpect: {written}\nsave: v") == [f"{FILE}:9: steps.a.expect: {message}"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("sya: hello", "8: steps.a.sya: there is no such key here (did you mean say?)"),
        ("say: Hello", "8: steps.a.say: Hello is not a name (use Latin letters a-z, digits and _)"),
        ("say:", "8: steps.a.say: a name belongs here, not nothing"),
        ("say: [a]", "8: steps.a.say: a name belongs here, not a list"),
        ("next: b", "7: steps.a: the step does nothing (give it a do or a say)"),
        ("do: {a: {}, b: {}}", "8: steps.a.do: do names one use case (give each use case a step of its own)"),
        ("do: {a: [x]}", "8: steps.a.do.a: arguments, as {name: $value}, belongs here, not a list"),
        ("do: {a: {b: $Phone}}", "8: steps.a.do.a.b: $Phone is not a value of the call (write it as $name)"),
        ("say: x\nexpect: money", "9: steps.a.expect: expect stands without ask (remove it, or add ask)"),
        ("menu: m", "7: steps.a: menu needs options (The menu's options, in spoken order)"),
        ("confirm: a\nmenu: b\noptions: {}", "9: steps.a.menu: menu and confirm stand in one step "
         "(give each a step of its own)"),
        ("end: done\ncall: b", "9: steps.a.call: call and end stand in one step "
         "(give each a step of its own)"),
        ("wait: 5\nsay: x", "9: steps.a.say: say stands after wait, where the step is over "
         "(write it above wait)"),
        ("confirm: x\ndo: y", "9: steps.a.do: do stands after confirm, where the step is over "
         "(write it above confirm)"),
        ("wait: 700", "8: steps.a.wait: this is not a wait (write $name or seconds from 1 to 600)"),
        ("say: x\ntries: 0", "9: steps.a.tries: 0 is not a whole number from 1 to 99"),
        ("say: x\npatience: 0", "9: steps.a.patience: 0 is not a factor (write a number such as 1.5)"),
        ("say: x\nbarge_in: never", "9: steps.a.barge_in: never is neither yes nor no nor hotword"),
        ("say: x\nlanguage: de", "9: steps.a.language: de is not a language here (there are ru, en)"),
        ("say: x\nnext: {say: y}", "9: steps.a.next: the key next is missing (The step to go to, or `back`)"),
        ("pick: x\nfrom: list\nsave: y", "9: steps.a.from: list is not a value of the call "
         "(write it as $name)"),
        ('menu: m\noptions: {o: {key: "0", next: b}}', "9: steps.a.options.o.key: 0 is not a key for an "
         'option (keys are "1" to "8"; 0, 9, * and # are the universals)'),
        ("menu: m\noptions: {o: {key: 1, next: b}}", "9: steps.a.options.o.key: 1 stands without quotes "
         '(write "1")'),
        ("call: 7", '8: steps.a.call: 7 stands without quotes (write "7")'),
        ("transfer: 101", '8: steps.a.transfer: 101 stands without quotes (write "101")'),
    ],
)  # fmt: skip
def test_faults_of_a_step(written: str, fault: str) -> None:
    assert f"{FILE}:{fault}" in faults_of(written)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("flow: x", "flow: X", "1: flow: X is not a flow's name (use Latin letters a-z, digits, _ and -)"),
        ("start: a\n", "", "1: the key start is missing (The step a call begins with)"),
        ('["0505"]', "[0500]", "2: numbers[0]: 0500 without quotes: a number that begins with 0 is octal or "
         'loses its 0 in YAML (write "0500")'),
        ('["0505"]', "[505]", '2: numbers[0]: 505 stands without quotes (write "505")'),
        ('["0505"]', '["0505", "0505"]', "2: numbers: a number stands twice (keep it once)"),
        ('["0505"]', '["8 800"]', "2: numbers[0]: 8 800 is not a number "
         '(write digits as dialled, ["0505", "88005500500"])'),
        ("home: a", "hom: a", "4: hom: there is no such key here (did you mean home?)"),
        ("  a:", "  back:", "7: steps.back: back is the way back and no step's name (choose another name)"),
    ],
)  # fmt: skip
def test_faults_of_a_flow(old: str, new: str, fault: str) -> None:
    text = (HEAD + "  a: {say: hello, end: done}\n").replace(old, new, 1)
    assert f"{FILE}:{fault}" in build(text)[1]


def test_all_faults_at_once_and_the_rest_is_built() -> None:
    built, faults = build(HEAD + "  a: {sya: x}\n  b: {tries: no, say: hello}\n  c: {end: done}\n")
    assert [fault.split(": ")[1] for fault in faults] == ["steps.a.sya", "steps.b.tries"]
    assert built is not None
    assert not built.whole
    assert built.flow.steps["b"].parts == (Say("hello"),)
    assert built.flow.steps["c"].parts == (End("done"),)


def test_places_of_everything() -> None:
    built, _ = build(HEAD + "  a:\n    say: hello\n    end: done\n")
    assert built is not None
    assert built.places["numbers[0]"] == at(2)
    assert built.places["steps.a"] == at(7)
    assert built.places["steps.a.end"] == at(9)


_WORDS = st.sampled_from(
    ["a", "back", "$x", "0505", "1", "", "yes", "digits(4)", "Ж", "x-y", "money(1)", "30"]
)
_KEYS = st.sampled_from([*STEP_KEYS, "key", "x", "yes"])
_VALUES = st.recursive(
    _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | _WORDS, inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> str:
    """Any value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {written(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    return f'"{value}"'


@given(st.dictionaries(st.sampled_from([*FLOW_KEYS, "x"]), _VALUES, max_size=7))
def test_any_tree_gives_a_flow_or_faults(tree: dict[str, object]) -> None:
    built, faults = build(written(tree))
    assert faults or (built is not None and built.whole)


@given(st.dictionaries(_KEYS, _VALUES, max_size=8))
def test_any_step_gives_a_step(tree: dict[str, object]) -> None:
    built, _ = build(HEAD + f"  a: {written(tree)}\n")
    assert built is not None
    assert built.flow.steps["a"].name == "a"
