"""A worker that stands still ends; one that works does not."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import asyncio, time
from ivr.channels.asterisk.watchdog import loop_watched

async def main():
    async with loop_watched({limit}):
        await asyncio.sleep(0.1)
        time.sleep({frozen})
    time.sleep({after})

asyncio.run(main())
print("came to its end")
"""


def run(limit: float, frozen: float, after: float) -> subprocess.CompletedProcess[str]:
    script = SCRIPT.format(limit=limit, frozen=frozen, after=after)
    return subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_loop_that_stands_still_ends_the_process_and_says_where() -> None:
    done = run(limit=0.3, frozen=30, after=0)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "in main" in done.stderr


def test_a_loop_that_goes_on_is_left_alone_and_nothing_is_watched_afterwards() -> None:
    done = run(limit=3, frozen=0.1, after=4)
    assert (done.returncode, done.stdout) == (0, "came to its end\n")
