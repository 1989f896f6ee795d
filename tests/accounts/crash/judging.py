"""Runs the crash suite and judges what it tells."""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[3]
CORE = PROJECT / "ivr" / "accounts"


@dataclass(frozen=True)
class Found:
    """What came of cutting one operation, as the crash suite tells it."""

    name: str
    existing: int
    killed: list[int]
    cut: list[int]
    states: int
    posts: list[str]
    connected: int
    cut_connected: list[int]
    faults: list[str]


async def suite(*arguments: str) -> list[Found]:
    """Run the crash suite in a process of its own; print what was covered of what exists."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.accounts.crash", *arguments, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    found = [Found(**json.loads(line)) for line in told.splitlines()]
    for one in found:
        counts = f"killed {len(one.killed)}/{one.existing}, cut {len(one.cut)}/{one.existing}"
        counts += f", connected {len(one.cut_connected)}/{one.connected}"
        print(f"{arguments[1]:8} {one.name:60} {counts}, {one.states} states")
    return found


def judge(found: list[Found]) -> None:
    """All of it was cut everywhere, and nothing was wrong."""
    assert [fault for one in found for fault in one.faults] == []
    for one in found:
        assert one.existing > 0
        assert one.killed == one.cut == list(range(1, one.existing + 1)), one.name
        assert one.cut_connected == list(range(1, one.connected + 1)), one.name
    assert {post for one in found for post in one.posts} == posting_places()


def posting_places() -> set[str]:
    """Return every place of the account core that posts to the ledger, `module.py:function`."""
    return {
        f"{file.name}:{function.name}"
        for file in CORE.rglob("*.py")
        if file.name != "seed.py"  # demonstrations are seeded at once
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.AsyncFunctionDef)
        for call in own_calls(function)
        if ast.unparse(call.func) == "ledger.post"
    }


def own_calls(function: ast.AsyncFunctionDef) -> Iterator[ast.Call]:
    """Return the calls of a function, without those of functions inside it."""
    inside = list(function.body)
    while inside:
        node: ast.AST = inside.pop()
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
            continue
        if isinstance(node, ast.Call):
            yield node
        inside += ast.iter_child_nodes(node)  # type: ignore[arg-type]  # statements and expressions alike
