"""Writers in processes of their own, begun together."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing.synchronize import Barrier

import uvloop

from bench.accounts import people
from bench.accounts.people import Answer, Job, Made
from ivr.accounts.opening import open_store

_PATIENCE = 170
"""Seconds a crew may take."""


@dataclass(frozen=True, slots=True)
class Crew:
    """So many processes with so many writers each."""

    processes: int
    writers: int

    def __str__(self) -> str:
        """Return it for a table."""
        return f"{self.processes} x {self.writers}"


_barriers: list[Barrier] = []


def made(crew: Crew, act: str, url: str, wanted: Sequence[Job], prepared: Mapping[int, Answer]) -> Made:
    """Let the crew `act` (prepare, confirm or post) on all jobs; return what they did together."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(crew.processes)
    with ProcessPoolExecutor(
        crew.processes, mp_context=context, initializer=_meet_at, initargs=(barrier,)
    ) as pool:
        shares = [wanted[number :: crew.processes] for number in range(crew.processes)]
        asked = [pool.submit(_work, act, url, share, prepared, crew.writers) for share in shares]
        parts = [one.result(_PATIENCE) for one in asked]
    return Made(
        min(part.begun for part in parts),
        max(part.ended for part in parts),
        dict(chain.from_iterable(part.answers.items() for part in parts)),
        tuple(chain.from_iterable(part.faults for part in parts)),
    )


def _meet_at(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _work(act: str, url: str, share: Sequence[Job], prepared: Mapping[int, Answer], writers: int) -> Made:
    return uvloop.run(_working(act, url, share, prepared, writers))


async def _working(
    act: str, url: str, share: Sequence[Job], prepared: Mapping[int, Answer], writers: int
) -> Made:
    store = await open_store(url)
    async with store.read():  # connected
        pass
    await asyncio.to_thread(_barriers[0].wait, _PATIENCE)
    try:
        if act == "prepare":
            return await people.prepare(store, share, writers)
        if act == "confirm":
            return await people.confirm(store, share, prepared, writers)
        return await people.post(store, share, writers)
    finally:
        await store.close()
