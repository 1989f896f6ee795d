"""Call scripts: YAML to the model, faults with lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.flow import Place
from ivr.dialogue.queries import SLOT_TYPES
from ivr.errors import ContentError
from ivr.flowfile.callscript import (
    CallScript,
    Coughs,
    Ended,
    HangsUp,
    Hears,
    Presses,
    Says,
    Silence,
    Transferred,
)
from ivr.flowfile.callscript_reader import load_call_script, load_call_scripts, read_call_script
from ivr.flowfile.callscript_values import slot_value
from ivr.flowfile.faults import Faults, FaultyContentError

SCRIPT = """\
call: "0505"
from: "+79261234567"
language: ru
steps:
  - hears: greeting
  - says: какой у меня баланс
  - hears: balance_is
    with: {amount: 245.50}
    within: 1.5 s
  - presses: "3"
  - silence: 6 s
  - coughs
  - hears: new_password.again
    within: 200 ms
  - transferred: operators
    comes back: no_answer
  - ended
  - hangs up
then:
  password: unchanged
never logged: ["31415926"]
"""
FILE = "calls/balance.yaml"


def at(line: int) -> Place:
    return Place(FILE, line)


def read(text: str) -> tuple[CallScript | None, list[str]]:
    faults = Faults()
    script = read_call_script(text.encode(), "balance", FILE, faults)
    return script, [str(fault) for fault in faults.sorted()]


def test_the_script_of_the_design() -> None:
    assert read(SCRIPT) == (
        CallScript(
            name="balance",
            number="0505",
            from_line="+79261234567",
            language="ru",
            steps=(
                Hears("greeting", place=at(5)),
                Says("какой у меня баланс", at(6)),
                Hears("balance_is", None, {"amount": "245.50"}, 1.5, at(7)),
                Presses("3", at(10)),
                Silence(6.0, at(11)),
                Coughs(at(12)),
                Hears("new_password", "again", {}, 0.2, at(13)),
                Transferred("operators", "no_answer", at(15)),
                Ended(at(17)),
                HangsUp(at(18)),
            ),
            then={"password": "unchanged"},
            never_logged=("31415926",),
            place=at(1),
        ),
        [],
    )


def test_what_may_be_left_out() -> None:
    script, faults = read('call: "0505"\nsteps: [hangs up]\nnever logged: secret\n')
    assert faults == []
    assert script is not None
    assert (script.from_line, script.language, script.then, script.never_logged) == (
        "",
        None,
        {},
        ("secret",),
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('call: "0505"', "call: 0505", "1: call: 0505 without quotes: a number that begins with 0 is "
         'octal or loses its 0 in YAML (write "0505")'),
        ('"+79261234567"', '"8926"', "2: from: 8926 is not a caller's number (write it with country "
         'code, in quotes: "+79261234567")'),
        ("language: ru", "langauge: ru", "3: langauge: there is no such key here (did you mean language?)"),
        ("hears: greeting", "heard: greeting", "5: steps[0]: a step does one thing (one of hears, says, "
         "presses, silence, transferred, hangs up, coughs, ended)"),
        ("hears: greeting", "hears: greeting.agian", "5: steps[0].hears: this is not a prompt (write name or "
         "name.again (first, again, help, short))"),
        ("    within: 1.5 s", "    withn: 1.5 s",
         "9: steps[2].withn: withn cannot stand beside hears (did you mean within?)"),
        ("within: 1.5 s", "within: 1.5", "9: steps[2].within: 1.5 is not a time (write it as 1.5 s, "
         "200 ms or 2 min)"),
        ('presses: "3"', "presses: 3", '10: steps[3].presses: 3 stands without quotes (write "3")'),
        ('presses: "3"', 'presses: "A"', '10: steps[3].presses: A is not a row of keys (write keys as "1" or '
         '"12#")'),
        ("  - coughs", "  - cough", "12: steps[5]: there is no such step (did you mean coughs?)"),
        ("comes back: no_answer", "comes back: no_anser",
         "15: steps[7]: nobody comes back with no_anser (did you mean no_answer?)"),
        ("steps:\n", "steps: x\nignored:\n", "4: steps: steps, as a list, belongs here, not text"),
    ],
)  # fmt: skip
def test_faults(old: str, new: str, fault: str) -> None:
    assert old in SCRIPT
    assert f"{FILE}:{fault}" in read(SCRIPT.replace(old, new, 1))[1]


def test_scripts_of_a_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(SCRIPT, encoding="utf-8")
    assert list(load_call_scripts(tmp_path)) == ["one", "two"]
    assert load_call_script(tmp_path / "one.yaml").name == "one"
    (tmp_path / "two.yaml").write_text("steps: 1", encoding="utf-8")
    with pytest.raises(FaultyContentError, match=r"two\.yaml:1: the key call is missing"):
        load_call_scripts(tmp_path)


@pytest.mark.parametrize(
    ("text", "slot_type", "value"),
    [
        ("245.50", "money", 24550),
        ("-3", "money", -300),
        ("12", "count", 12),
        ("2048", "data", 2048),
        ("2026-12-01", "date", date(2026, 12, 1)),
        ("90 s", "duration", 90),
        ("2 min", "duration", 120),
        ("+79261234567", "phone", "+79261234567"),
        ("007", "digits", "007"),
        ("ru", "language", "ru"),
    ],
)
def test_values(text: str, slot_type: str, value: object) -> None:
    assert slot_value(text, slot_type) == value


@pytest.mark.parametrize(
    ("text", "slot_type"),
    [
        ("2.5", "money"),
        ("x", "count"),
        ("1.12.2026", "date"),
        ("1.5 s", "duration"),
        ("x", "list"),
        ("x", "no"),
    ],
)
def test_what_is_no_value(text: str, slot_type: str) -> None:
    with pytest.raises(ContentError, match=f"{text} is not a value of type {slot_type}"):
        slot_value(text, slot_type)


def test_every_slot_type_but_lists_can_be_written() -> None:
    examples = {"date": "2026-12-01", "duration": "1 s"}
    for slot_type in SLOT_TYPES - {"list"}:
        assert slot_value(examples.get(slot_type, "1"), slot_type) is not None


@given(st.binary(max_size=120) | st.text('hearsy:-[]{} \n"1s', max_size=120).map(str.encode))
def test_any_bytes_give_a_script_or_faults(data: bytes) -> None:
    faults = Faults()
    script = read_call_script(data, "x", FILE, faults)
    assert script is not None or len(faults)


@given(at=st.integers(0, len(SCRIPT)), piece=st.text("abc:-{}\n 1s.", max_size=6))
def test_a_damaged_script_is_told(at: int, piece: str) -> None:
    script, faults = read(SCRIPT[:at] + piece + SCRIPT[at + 3 :])
    assert script is not None or faults
