"""A private PostgreSQL server ends with the process that wanted it, whatever ends that."""

from __future__ import annotations

import asyncio
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from tests.accounts.postgres import binaries

_OWNER = """
import sys
from tests.accounts.postgres import cluster
with cluster() as url:
    print(url, flush=True)
    sys.stdin.read()
"""
_PATIENCE = 60
"""Seconds a process may take to end."""


@contextmanager
def owner() -> Iterator[tuple[int, int, int, Path]]:
    """Let a process of its own start a server; give the ids of all three, its keeper in the middle, and the
    server's folder."""
    if binaries() is None:
        pytest.skip("no PostgreSQL server is installed")
    with subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-c", _OWNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as mine:
        assert mine.stdout is not None
        data = asyncio.run(data_folder(mine.stdout.readline().strip()))
        server = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        keeper = int(Path(f"/proc/{server}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()[1])
        yield mine.pid, keeper, server, data.parent
        mine.kill()


async def data_folder(url: str) -> Path:
    engine = create_async_engine(f"{url}/postgres")
    async with engine.connect() as connection:
        shown = await connection.execute(sa.text("SHOW data_directory"))
    await engine.dispose()
    return Path(str(shown.scalar_one()))


@contextmanager
def ending(*pids: int) -> Iterator[None]:
    """Whatever is done inside, these processes must have ended afterwards."""
    watched = [os.pidfd_open(pid) for pid in pids]
    try:
        yield
        for one in watched:
            assert select.select([one], [], [], _PATIENCE)[0], "it is still there"
    finally:
        for one in watched:
            os.close(one)


def test_all_of_a_killed_run_is_gone() -> None:
    with owner() as (mine, keeper, server, folder):
        with ending(keeper, server):
            os.killpg(mine, signal.SIGKILL)
        assert not folder.exists()


def test_a_server_ends_with_its_keeper() -> None:
    with owner() as (_, keeper, server, folder):
        with ending(server):
            os.kill(keeper, signal.SIGKILL)
        shutil.rmtree(folder)
