"""Nothing a call asks for blocks the event loop: no file, no lock, no sleep on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from ivr.accounts.door import Accounts
from ivr.accounts.hasher import HashOptions
from ivr.accounts.opening import AccountsOptions, open_accounts
from ivr.accounts.outbox import Sender
from ivr.accounts.seed import COMPANY, seed_demo
from ivr.accounts.senders import FileSender, SmsSender
from ivr.accounts.upkeep import Upkeep
from ivr.dialogue.queries import Secret
from tests.accounts.helpers import JOHN, MARIA, called, done, money

PASSWORD = Secret("82746103")


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Accounts]:
    """The account core as bootstrap opens it, with files."""
    accounts = await open_accounts(
        AccountsOptions(
            database=f"sqlite+aiosqlite:///{tmp_path / 'accounts.sqlite'}",
            pepper=tmp_path / "pepper",
            sms_file=tmp_path / "sms.txt",
            hashing=HashOptions(memory_kib=8, passes=1),
        )
    )
    await seed_demo(accounts.desk)
    yield accounts
    await accounts.close()


@pytest.fixture
def watched(opened: Accounts) -> Iterator[Accounts]:
    """The same, with every blocking call on the loop turned into an error."""
    with blockbuster_ctx():
        yield opened


async def test_a_call_never_blocks_the_loop(watched: Accounts, tmp_path: Path) -> None:
    maria = await called(watched, MARIA)
    for name in ("balance", "packages", "options", "tariffs", "tariff", "operations", "month_summary"):
        assert (await maria.ask(name, {})).name in {"ok", "some"}
    both = {"password": PASSWORD, "again": PASSWORD}
    assert (await maria.ask("set_password", both)).name == "ok"
    assert (await maria.ask("verify_password", {"phone": MARIA, "password": PASSWORD})).name == "ok"
    assert (await maria.ask("recover_password", {})).name == "sent"
    await done(maria, "check_transfer", "transfer", phone=JOHN, amount=100_00)
    assert (await maria.ask("statement", {"by": "sms"})).name == "sent"
    senders: dict[str, Sender] = {"sms": SmsSender(watched.desk.sms), "email": FileSender(tmp_path / "mail")}
    await Upkeep(watched.desk, senders).round()
    assert await money(maria) == 140_50


async def test_a_companys_call_never_blocks_the_loop(watched: Accounts) -> None:
    session = watched.session("+79263330001", "0555")
    assert (await session.ask("identify_company", {})).name == "known"
    asked = {"contract": COMPANY, "tax_number": "7701234567"}
    assert (await session.ask("company_access", asked)).name == "sent"
    assert (await session.ask("verify_company", {"login": COMPANY, "password": PASSWORD})).name == "wrong"
