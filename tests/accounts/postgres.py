"""A PostgreSQL of one's own for a test run: a fresh cluster in a temporary folder, on loopback, as an
unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSIONS = Path("/usr/lib/postgresql")
USER = "postgres"
_SERVER = Path(__file__).with_name("server.py")
"""Ends with whoever started it."""


def binaries() -> Path | None:
    """Return the folder of the newest installed server's programs, or None."""
    found = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    return found[-1].parent if found else None


@contextmanager
def cluster(*settings: str, durable: bool = False) -> Iterator[str]:
    """Run a cluster; give its URL without a database name. It and its folder are gone afterwards, even
    when this process is killed.

    `durable`: with fsync, as in life; `settings`: more of the server's, NAME=VALUE.
    """
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="ivr-pg-"))
    shutil.chown(folder, *_owner())
    port = free_port()
    given = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={folder}",
        f"fsync={'on' if durable else 'off'}",
        *settings,
    ]
    with subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, str(_SERVER), str(programs), str(folder), *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        if server.stdout is None or server.stdout.readline() != "ready\n":
            raise RuntimeError(f"PostgreSQL does not start: {server.communicate(timeout=60)[1]}")
        yield f"postgresql+asyncpg://ivr@127.0.0.1:{port}"


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _owner() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    entry = pwd.getpwnam(USER)
    return entry.pw_uid, entry.pw_gid
