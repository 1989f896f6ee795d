"""Runs a PostgreSQL server for as long as somebody holds the other end of its standard input.

    python tests/accounts/server.py PROGRAMS FOLDER NAME=VALUE ...

Makes a cluster in FOLDER, says `ready`, and at end of file, however it came about, stops the server and
removes FOLDER. It has a session of its own: what kills a whole group of processes leaves it time for that.
Should it be killed itself, the kernel stops the server.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_READY = b"database system is ready to accept connections"
_CLUSTER = ("-U", "ivr", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


def main(programs: Path, folder: Path, settings: list[str]) -> int:
    """Run until end of file; 1 when the server does not start, with its words on standard error."""
    user = folder.stat().st_uid if os.geteuid() == 0 else None
    group = folder.stat().st_gid if os.geteuid() == 0 else None
    data = ["-D", str(folder / "data")]
    try:
        subprocess.run(  # noqa: S603 - our own command line
            [str(programs / "initdb"), *data, *_CLUSTER],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
            check=True,
            user=user,
            group=group,
        )
        with subprocess.Popen(  # noqa: S603 - our own command line
            [str(programs / "postgres"), *data, *(word for one in settings for word in ("-c", one))],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=user,
            group=group,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - there are no threads yet
        ) as server:
            try:
                return _served(server)
            finally:
                server.send_signal(signal.SIGQUIT)  # at once
                server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(server: subprocess.Popen[bytes]) -> int:
    """Serve until end of file."""
    assert server.stderr is not None
    for line in server.stderr:
        if _READY in line:
            threading.Thread(target=deque, args=(server.stderr, 0), daemon=True).start()  # else it fills up
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.read()
            return 0
        sys.stderr.write(line.decode(errors="replace"))
    return 1


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
