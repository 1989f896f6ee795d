"""Every operation that moves money, cut at every await: killed, and its database taken away; on SQLite.

What is acknowledged is there; what is asked again with the same id is done once; nothing is said to be done
that is not; the audit is clean. How: tests/accounts/crash, docs/decisions/0059.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ivr.accounts.door import declared_use_cases
from ivr.accounts.staff import OPERATOR, SENIOR
from tests.accounts.crash.judging import judge, suite
from tests.accounts.crash.operations import OPERATIONS


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: a kill is not a power cut, and syncing a disk costs."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with TemporaryDirectory(prefix="ivr-crash-", dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


async def test_sqlite_keeps_its_word_wherever_it_is_cut(seeded: Path, folder: Path) -> None:
    judge(await suite("money", "sqlite", str(seeded), str(folder)))


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
