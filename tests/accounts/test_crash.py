"""Every operation that moves money, cut at every await: killed, and its database taken away.

What is acknowledged is there; what is asked again with the same id is done once; nothing is said to be done
that is not; the audit is clean. How: tests/accounts/crash, docs/decisions/0059.
"""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ivr.accounts.door import declared_use_cases
from ivr.accounts.staff import OPERATOR, SENIOR
from tests.accounts.crash.operations import OPERATIONS

PROJECT = Path(__file__).parents[2]
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
        print(f"{arguments[1]:8} {one.name:60} {counts}, {one.states} states")
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: a kill is not a power cut, and syncing a disk costs."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with TemporaryDirectory(prefix="ivr-crash-", dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


def judge(found: list[Found]) -> None:
    """All of it was cut everywhere, and nothing was wrong."""
    assert [fault for one in found for fault in one.faults] == []
    for one in found:
        assert one.existing > 0
        assert one.killed == one.cut == list(range(1, one.existing + 1)), one.name
    assert {post for one in found for post in one.posts} == posting_places()


async def test_sqlite_keeps_its_word_wherever_it_is_cut(seeded: Path, folder: Path) -> None:
    judge(await suite("money", "sqlite", str(seeded), str(folder)))


async def test_postgresql_keeps_its_word_wherever_it_is_cut(
    postgres_server: str, postgres_seeded: str
) -> None:
    judge(await suite("money", "postgres", postgres_server, postgres_seeded, "crash_work"))


async def test_the_suite_finds_what_is_wrong(seeded: Path, folder: Path) -> None:
    found = await suite("planted", "sqlite", str(seeded), str(folder))
    told = {one.name: " ".join(one.faults) for one in found}
    assert "half of it is there" in told["in two halves"]
    assert "was told that it is done, and it is not" in told["told too soon"]
    assert "leaves something else than doing it once" in told["done twice"]


def test_every_use_case_that_moves_money_is_cut() -> None:
    staff = {case.declaration.name: case.declaration for case in (*OPERATOR, *SENIOR)}
    declared = {**declared_use_cases(), **staff}
    moving = {name for name, case in declared.items() if case.moves_money}
    assert moving - {money.name for money in OPERATIONS} == set()


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
