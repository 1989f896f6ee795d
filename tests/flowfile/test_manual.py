"""The manual is true: its tables are the builder's, its examples build, what it lists exists."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.dialogue.universals import UNIVERSAL_KEYS, UNIVERSALS
from ivr.flowfile.build import build_flow
from ivr.flowfile.callscript_reader import read_call_script
from ivr.flowfile.checks.events import CONFIRM_EVENTS, TRANSFER_EVENTS, TRIES_EVENTS
from ivr.flowfile.faults import Faults
from ivr.flowfile.reader import MAX_BYTES, read_bytes
from ivr.flowfile.syntax import FLOW_KEYS, STEP_KEYS, Key
from ivr.flowfile.values import ASKED_KINDS

MANUAL = (Path(__file__).parents[2] / "docs" / "flow-language.md").read_text(encoding="utf-8")


def table(name: str) -> list[str]:
    inside = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", MANUAL, re.DOTALL)
    assert inside is not None
    return inside[1].splitlines()


def what(key: Key) -> str:
    if key.goes_with:
        return "with " + ", ".join(f"`{name}`" for name in key.goes_with)
    return key.role or "setting"


def test_the_tables_of_keys_are_the_builders() -> None:
    assert table("step keys") == [
        f"| `{key.name}` | {what(key)} | {key.meaning} |" for key in STEP_KEYS.values()
    ]
    assert table("flow keys") == [
        f"| `{key.name}` |{' needed' if key.needed else ''} | {key.meaning} |" for key in FLOW_KEYS.values()
    ]


def test_the_examples_can_be_read() -> None:
    flow, script = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
    faults = Faults()
    root = read_bytes(flow.encode(), "manual", faults)
    assert root is not None
    assert build_flow(root, "", faults) is not None
    assert read_call_script(script.encode(), "manual", "manual", faults) is not None
    assert faults.sorted() == []


def test_everything_there_is_is_named() -> None:
    names = [
        *ASKED_KINDS,
        *UNIVERSALS,
        *TRIES_EVENTS,
        *TRANSFER_EVENTS,
        *CONFIRM_EVENTS,
        "failed",
        "done",
        "back",
    ]
    assert [name for name in names if f"`{name}" not in MANUAL] == []
    assert all(f"| {key} | `{name}` |" in MANUAL for key, name in UNIVERSAL_KEYS.items())
    assert f"{MAX_BYTES // 1024} KiB" in MANUAL
