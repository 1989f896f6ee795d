"""Building the account core from options: what bootstrap calls."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from ivr.accounts.catalogue import FOLDER, load_catalogue
from ivr.accounts.desk import LoginRules, MoneyRules
from ivr.accounts.door import Accounts
from ivr.accounts.hasher import Argon2Hasher, HashOptions, load_pepper
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.papers.model import PaperOptions
from ivr.accounts.ports import Clock, Sms, Store
from ivr.accounts.sms import FileSms
from ivr.accounts.store import SqlStore
from ivr.accounts.store.migrate import migrate
from ivr.errors import AccountsError, SetupError


@dataclass(frozen=True, slots=True)
class AccountsOptions:
    """What may be set about the account core."""

    database: str = "sqlite+aiosqlite:///var/accounts.sqlite"
    """Where records are kept: an SQLAlchemy URL (sqlite+aiosqlite, postgresql+asyncpg), or `memory`."""
    pepper: Path = Path("var/pepper")
    """File of the password pepper; made on first use; back it up apart from the database."""
    sms_file: Path = Path("var/sms.txt")
    """Where short messages go while no message centre is connected."""
    hashing: HashOptions = field(default_factory=HashOptions)
    """Cost of one password hash."""
    login: LoginRules = field(default_factory=LoginRules)
    """How wrong passwords are answered."""
    money: MoneyRules = field(default_factory=MoneyRules)
    """Limits and prices of transfers, loans and payment links."""
    links: str = "https://pay.example/{id}"
    """Address of the card payment page; {id} becomes the link's secret part."""
    papers: PaperOptions = field(default_factory=PaperOptions)
    """Who issues documents."""
    catalogue: Path = FOLDER
    """Folder of the catalogue's YAML files."""


async def open_accounts(
    options: AccountsOptions, *, clock: Clock | None = None, sms: Sms | None = None
) -> Accounts:
    """Open the store (migrating it), the hasher and the message port. Raises SetupError, AccountsError."""
    store = await open_store(options.database)
    pepper = await asyncio.to_thread(_pepper, options.pepper)
    hasher = Argon2Hasher(pepper, options.hashing)
    return Accounts(
        store,
        hasher,
        sms or FileSms(options.sms_file),
        clock=clock,
        rules=options.login,
        money=options.money,
        links=options.links,
        papers=options.papers,
        catalogue=await asyncio.to_thread(load_catalogue, options.catalogue),
    )


async def open_store(url: str) -> Store:
    """Open and migrate the keeper of records that the URL names."""
    if url == "memory":
        return MemoryStore(KINDS)
    store = SqlStore(url, KINDS)
    if store.file is not None:
        await asyncio.to_thread(_make_room, store.file)
    try:
        await migrate(store)
    except AccountsError:
        await store.close()
        raise
    return store


def _pepper(path: Path) -> bytes:
    _make_room(path)
    return load_pepper(path)


def _make_room(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        raise SetupError(
            f"no folder for {path.name}: {fault.strerror}", remedy="name another place in the settings"
        ) from fault
