"""An SQLite database whose log was cut off anywhere opens, audits clean, and holds what was acknowledged."""

from __future__ import annotations

import asyncio
import random
import shutil
import struct
from pathlib import Path

from ivr.accounts import audit
from ivr.accounts.corporate.payments import receive_company_payment
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher
from ivr.accounts.kinds import KINDS
from ivr.accounts.records_company import Contract
from ivr.accounts.records_money import Operation
from ivr.accounts.sms import KeptSms
from ivr.accounts.store import SqlStore
from tests.accounts.helpers import CATALOGUE, CHEAP

PAYMENTS, CUTS = 24, 25
HEADER, FRAME_HEADER = 32, 24
"""Bytes before the first frame of a log, and before each page: https://sqlite.org/fileformat2.html#walformat."""


async def written(database: Path, folder: Path) -> tuple[Path, list[int]]:
    """Post payments one by one; return a copy with its log, and how long that was at each answer."""
    store, hasher, sizes = (
        SqlStore(f"sqlite+aiosqlite:///{database}", KINDS),
        Argon2Hasher(b"p" * 32, CHEAP),
        [],
    )
    desk = Accounts(store, hasher, KeptSms(), catalogue=CATALOGUE).desk
    log, copy = database.with_name(f"{database.name}-wal"), folder / "copy.sqlite"
    async with store.read() as reader:
        contract = (await reader.find(Contract))[0].id
    for number in range(PAYMENTS):
        await receive_company_payment(desk, contract, 1_00, "bank", f"{number:03}")
        sizes.append(log.stat().st_size)
    for source, target in ((database, copy), (log, copy.with_name(f"{copy.name}-wal"))):
        await asyncio.to_thread(shutil.copy, source, target)
    await store.close()
    return copy, sizes


def cuts(log: bytes) -> list[int]:
    """Return lengths to cut a log to: nothing, within its head, at frames' ends, within frames, all."""
    (page,) = struct.unpack_from(">I", log, 8)
    chance, frame = random.Random(4), FRAME_HEADER + page
    ends = range(HEADER, len(log) + 1, frame)
    between = [chance.randrange(len(log)) for _ in range(CUTS)]
    return [0, 7, HEADER, len(log), *chance.sample(ends, min(CUTS, len(ends))), *between]


async def kept(database: Path) -> list[str]:
    """Open as a process does that starts; return the payments that are there, in order, after an audit."""
    store = SqlStore(f"sqlite+aiosqlite:///{database}", KINDS)
    assert await audit.check_ledger(store) == []
    async with store.read() as reader:
        found = await reader.find(Operation, kind="company_payment", door="bank", state="posted")
    await store.close()
    return [one.id.removeprefix("company_payment:") for one in found if ":" in one.id]


async def test_a_log_that_was_cut_off_keeps_what_was_acknowledged(seeded: Path, tmp_path: Path) -> None:
    database, cut = tmp_path / "accounts.sqlite", tmp_path / "cut.sqlite"
    await asyncio.to_thread(shutil.copy, seeded, database)
    whole, sizes = await written(database, tmp_path)
    log = await asyncio.to_thread(whole.with_name(f"{whole.name}-wal").read_bytes)
    assert len(log) >= sizes[-1] > sizes[0] > HEADER
    for length in cuts(log):
        await asyncio.to_thread(shutil.copy, whole, cut)
        await asyncio.to_thread(cut.with_name(f"{cut.name}-wal").write_bytes, log[:length])
        acknowledged = sum(size <= length for size in sizes)
        assert await kept(cut) == [f"{number:03}" for number in range(acknowledged)], length
