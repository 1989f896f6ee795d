"""Passwords at rest: argon2id over an HMAC with a pepper that lives outside the database, in bounded
threads."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError, SetupError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HashOptions:
    """Cost of one password. The defaults are RFC 9106's second recommended option with one lane."""

    memory_kib: int = 65536
    """Memory of one hash, KiB."""
    passes: int = 3
    """Passes over that memory."""
    lanes: int = 1
    """Parallel lanes."""
    workers: int = 2
    """Hashes under way at once: bounds memory to workers times memory_kib."""


class Argon2Hasher:
    """Hashes passwords off the event loop. Built once; `close` ends its threads."""

    def __init__(self, pepper: bytes, options: HashOptions | None = None) -> None:
        options = options or HashOptions()
        self._pepper = pepper
        self._argon2 = PasswordHasher(
            time_cost=options.passes, memory_cost=options.memory_kib, parallelism=options.lanes
        )
        self._pool = ThreadPoolExecutor(options.workers, "password")
        self._nobody = self._argon2.hash(secrets.token_bytes(32))

    async def hash(self, password: Secret) -> str:
        """Return the text to keep."""
        return await self._off_loop(lambda: self._argon2.hash(self._peppered(password)))

    async def verify(self, kept: str | None, password: Secret) -> bool:
        """Tell whether the password is the kept one; None costs the same and is always False."""
        same = await self._off_loop(lambda: self._verify(kept or self._nobody, password))
        return same and kept is not None

    def mark(self, password: Secret) -> str:
        """Return a quick keyed digest, for one-time passwords that live minutes and are random already."""
        return hmac.new(self._pepper, b"once:" + password.reveal().encode(), sha256).hexdigest()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(cancel_futures=True)

    async def _off_loop(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except (Argon2Error, RuntimeError) as fault:
            raise AccountsError(f"the password could not be hashed: {type(fault).__name__}") from fault

    def _verify(self, kept: str, password: Secret) -> bool:
        try:
            return self._argon2.verify(kept, self._peppered(password))
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _peppered(self, password: Secret) -> bytes:
        return hmac.new(self._pepper, password.reveal().encode(), sha256).digest()


def load_pepper(path: Path) -> bytes:
    """Return the pepper, made on first use: 32 random bytes, readable by the owner only. Raises
    SetupError."""
    if not path.exists():
        _make_pepper(path)
    return _read_pepper(path)


def _make_pepper(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another process was first: its pepper counts
        path.hardlink_to(draft)
    draft.unlink()


def _read_pepper(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise SetupError(f"{path.name} can be read by others", remedy=f"chmod 600 {path}")
    pepper = path.read_bytes()
    if len(pepper) < 32:
        raise SetupError(f"{path.name} is too short for a pepper", remedy="restore it from its backup")
    return pepper
