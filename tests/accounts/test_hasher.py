"""Passwords at rest: the real cost, the pepper's file, nothing on the event loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr.accounts.hasher import Argon2Hasher, load_pepper
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError, SetupError

GOOD, BAD = Secret("82746103"), Secret("82746104")


async def test_the_real_cost_is_argon2id_with_64_mebibytes() -> None:
    hasher = Argon2Hasher(b"p" * 32)
    kept = await hasher.hash(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert await hasher.verify(kept, GOOD)
    assert not await hasher.verify(kept, BAD)
    assert not await hasher.verify(None, GOOD)
    hasher.close()


async def test_the_loop_runs_while_a_hash_is_made(hasher: Argon2Hasher) -> None:
    making = asyncio.create_task(hasher.hash(GOOD))
    await asyncio.sleep(0)
    assert not making.done()
    assert await hasher.verify(await making, GOOD)


async def test_another_pepper_makes_another_password(hasher: Argon2Hasher) -> None:
    kept = await hasher.hash(GOOD)
    other = Argon2Hasher(b"q" * 32)
    assert not await other.verify(kept, GOOD)
    other.close()


async def test_what_is_kept_but_is_no_hash_is_wrong_not_an_error(hasher: Argon2Hasher) -> None:
    assert not await hasher.verify("not a hash", GOOD)


async def test_a_closed_hasher_says_so_without_the_password(hasher: Argon2Hasher) -> None:
    hasher.close()
    with pytest.raises(AccountsError) as caught:
        await hasher.hash(GOOD)
    assert GOOD.reveal() not in repr(caught.value)


def test_a_pepper_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "pepper"
    made = load_pepper(path)
    assert len(made) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_pepper(path) == made
    assert [entry.name for entry in tmp_path.iterdir()] == ["pepper"]


def test_an_open_or_short_pepper_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pepper"
    load_pepper(path)
    path.chmod(0o644)
    with pytest.raises(SetupError, match="read by others"):
        load_pepper(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(SetupError, match="too short"):
        load_pepper(path)
