"""How the machine is run: so many times, over a keeper of records."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ivr.accounts.clock import VirtualClock
from ivr.accounts.door import Accounts
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.ports import Store
from ivr.accounts.seed import seed_demo
from ivr.accounts.sms import KeptSms
from tests.accounts.conftest import NOON
from tests.accounts.helpers import CATALOGUE
from tests.accounts.machine.machine import Machine

STEPS = 50


def run(
    opened: Callable[[asyncio.AbstractEventLoop], Store],
    runs: int,
    *,
    audited: int = 1,
    shrink: bool = True,
    only: Collection[str] = (),
) -> int:
    """Let the machine run so many times; return how many steps it made. `only`: no other rules than these."""
    loop = asyncio.new_event_loop()

    class Here(Machine):
        pass

    for rule in Machine.setup_state().rules if only else ():
        if rule.function.__name__ not in only:
            setattr(Here, rule.function.__name__, None)
    Here.loop, Here.opened, Here.steps = loop, staticmethod(lambda: opened(loop)), 0
    Here.audited = audited
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    loop.close()
    return Here.steps


def in_memory(loop: asyncio.AbstractEventLoop) -> Store:
    """Return a store in memory with the demonstration subscribers."""
    store = MemoryStore(KINDS)
    made = Accounts(
        store,
        Machine.hasher,
        KeptSms(),
        clock=VirtualClock(NOON),
        chance=random.Random(504),
        catalogue=CATALOGUE,
    )
    loop.run_until_complete(seed_demo(made.desk))
    return store
