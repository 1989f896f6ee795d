"""`ivr serve --api`, killed without warning at its first answer that is kept: when effect and answer are
durable, before a byte is sent. Run by test_killed."""

from __future__ import annotations

import os
import signal

from ivr.accounts.desk import Desk
from ivr.accounts.once import Answered, HeldStore, Request
from ivr.cli import app

_finish = HeldStore.finish


async def _die(self: HeldStore, desk: Desk, request: Request, answered: Answered) -> None:
    """Stand in for making effect and answer durable."""
    await _finish(self, desk, request, answered)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    HeldStore.finish = _die  # type: ignore[method-assign]  # what this process is for
    app(["serve", "--api"])
