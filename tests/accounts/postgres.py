"""A PostgreSQL of one's own for a test run: a fresh cluster in a temporary folder, on loopback, as an
unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSIONS = Path("/usr/lib/postgresql")
USER = "postgres"


def binaries() -> Path | None:
    """Return the folder of the newest installed server's programs, or None."""
    found = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    return found[-1].parent if found else None


@contextmanager
def cluster(*settings: str, durable: bool = False) -> Iterator[str]:
    """Run a cluster; give its URL without a database name. It and its folder are gone afterwards.

    `durable`: with fsync, as in life; `settings`: more of the server's, NAME=VALUE.
    """
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="ivr-pg-"))
    data, port = folder / "data", free_port()
    shutil.chown(folder, *_owner())
    given = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={folder}",
        f"fsync={'on' if durable else 'off'}",
        *settings,
    ]
    options = " ".join(f"-c {one}" for one in given)
    server = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(folder / "log")]
    try:
        _run(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "ivr",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        )
        _run([*server, "-o", options, "start"])
        yield f"postgresql+asyncpg://ivr@127.0.0.1:{port}"
    finally:
        if (data / "postmaster.pid").exists():
            _run([*server, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


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


def _run(command: list[str]) -> None:
    user, group = _owner() if os.geteuid() == 0 else (None, None)
    done = subprocess.run(  # noqa: S603 - our own command line
        command,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        user=user,
        group=group,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")
