"""Opening the account core from options, twice, on one database."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.accounts.hasher import HashOptions
from ivr.accounts.opening import AccountsOptions, open_accounts
from ivr.accounts.seed import seed_demo
from ivr.dialogue.queries import Outcome, Secret
from ivr.errors import AccountsError, SetupError
from tests.accounts.helpers import MARIA, NOBODY, called


def options(folder: Path) -> AccountsOptions:
    return AccountsOptions(
        database=f"sqlite+aiosqlite:///{folder / 'accounts.sqlite'}",
        pepper=folder / "keys" / "pepper",
        sms_file=folder / "sms.txt",
        hashing=HashOptions(memory_kib=8, passes=1),
    )


async def test_what_was_chosen_survives_a_restart(tmp_path: Path) -> None:
    first = await open_accounts(options(tmp_path))
    await seed_demo(first.desk)
    maria = await called(first, MARIA)
    password = Secret("82746103")
    assert await maria.ask("set_password", {"password": password, "again": password}) == Outcome("ok")
    assert await maria.ask("recover_password", {}) == Outcome("sent")
    await first.close()
    second = await open_accounts(options(tmp_path))
    stranger = second.session(NOBODY, "0505")
    judged = await stranger.ask("verify_password", {"phone": MARIA, "password": password})
    assert judged == Outcome("ok", {"language": "ru"})
    await second.close()
    sent = tmp_path / "sms.txt"
    assert sent.read_text().startswith(MARIA)
    assert sent.stat().st_mode & 0o777 == 0o600


async def test_a_database_that_is_none_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "accounts.sqlite").write_text("no database at all " * 100)
    with pytest.raises(AccountsError, match="storage failed"):
        await open_accounts(options(tmp_path))


async def test_a_place_that_cannot_be_made_is_the_settings_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"no folder for accounts\.sqlite"):
        await open_accounts(options(tmp_path / "file" / "folder"))
